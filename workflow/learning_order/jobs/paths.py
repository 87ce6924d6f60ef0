"""Where every output lies below the folder of results.

Names may be wildcards, as in `Paths("results").facts("{dataset}")`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from learning_order.jobs.blocks import Extent

ARRAYS = ("train.npy", "test.npy", "extras.npz", "examples.parquet")
FIGURE_SUFFIXES = ("png", "pdf", "csv", "txt")


@dataclass(frozen=True)
class Paths:
    """The outputs of all rules; `results` is the folder of the configuration."""

    results: str

    # Datasets

    def facts(self, dataset: str) -> str:
        """What is known of a prepared dataset, with the hash of its content."""
        return f"{self.results}/datasets/{dataset}/dataset.json"

    def array(self, dataset: str, name: str) -> str:
        """One of the other files of a prepared dataset."""
        return f"{self.results}/datasets/{dataset}/{name}"

    def arrays(self, dataset: str) -> list[str]:
        """All of these."""
        return [self.array(dataset, name) for name in ARRAYS]

    def reference(self, name: str, dataset: str) -> str:
        """What a reference says of each example of a dataset."""
        return f"{self.results}/references/{name}/{dataset}.parquet"

    # Predictions

    @property
    def predictions(self) -> str:
        """The folder of all of them."""
        return f"{self.results}/predictions"

    def blocks(self, dataset: str, architecture: str, extent: Extent) -> str:
        """The folder of the prediction files of all seeds."""
        return f"{self.predictions}/{_run(dataset, architecture, extent)}"

    def block(
        self, dataset: str, architecture: str, extent: Extent, first: object, last: object
    ) -> str:
        """The predictions of the seeds from first to last."""
        return f"{self.blocks(dataset, architecture, extent)}/seeds-{first}-{last}.parquet"

    def checkpoints(self, dataset: str, architecture: str, extent: Extent) -> str:
        """The folder of what half-trained models keep."""
        return f"{self.results}/checkpoints/{_run(dataset, architecture, extent)}"

    def own_predictions(self, collection: str) -> str:
        """Predictions that were made elsewhere, as one file of the contract."""
        return f"{self.predictions}/own/{collection}.parquet"

    # Scores, figures, claims

    def scores(self, collection: str, table: str) -> str:
        """A score table of a collection."""
        return f"{self.results}/scores/{collection}/{table}.parquet"

    def score_tables(self, collections: Iterable[str], tables: Iterable[str]) -> list[str]:
        """These score tables of each of the collections."""
        tables = list(tables)
        return [self.scores(name, table) for name in collections for table in tables]

    @property
    def figures(self) -> str:
        """The folder of all figures."""
        return f"{self.results}/figures"

    def figure(self, name: str, suffix: str) -> str:
        """One file of a figure."""
        return f"{self.figures}/{name}.{suffix}"

    def figure_files(self, name: str) -> list[str]:
        """The picture twice, its data and its caption."""
        return [self.figure(name, suffix) for suffix in FIGURE_SUFFIXES]

    def ranking(self, name: str, suffix: str) -> str:
        """The ranked table (parquet, csv) or its page (html)."""
        return f"{self.results}/ranking/{name}.{suffix}"

    def export(self, name: str, program: str, file: str) -> str:
        """A file of a ranking for another program."""
        return f"{self.results}/ranking/{name}/{program}/{file}"

    def claims(self, suffix: str) -> str:
        """The table (csv) or the page (html) of the claims."""
        return f"{self.results}/claims.{suffix}"

    def reproduction(self, file: str) -> str:
        """A file of the page on what is published: reproduction.md, summary.md, FIGURE.png."""
        return f"{self.results}/reproduction/{file}"

    # Logs and benchmarks

    def log(self, *name: str) -> str:
        """The log of a job, by its parts: `log("scores", "{collection}")`."""
        return f"{self.results}/logs/{'/'.join(name)}.log"

    def block_log(self, stage: str, extent: str = "") -> str:
        """The log of a block of seeds, with wildcards."""
        return self.log(stage, *_block(extent))

    def block_benchmark(self, stage: str, extent: str) -> str:
        """The benchmark of a block of seeds, with wildcards."""
        return self.benchmark(stage, *_block(extent))

    def benchmark(self, *name: str) -> str:
        """Where Snakemake writes the time and memory that a job took."""
        return f"{self.results}/benchmarks/{'/'.join(name)}.tsv"


def _block(extent: str) -> list[str]:
    """The parts of the name of a block's log."""
    run = ["{dataset}", "{architecture}", *([f"extent-{extent}"] if extent else [])]
    return [*run, "seeds-{first}-{last}"]


def _run(dataset: str, architecture: str, extent: Extent) -> str:
    return f"{dataset}/{architecture}/extent-{extent}"
