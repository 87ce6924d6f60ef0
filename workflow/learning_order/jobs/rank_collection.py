"""Rule rank_collection, and what is made of a ranking: exports and the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Protocol

from learning_order.config import Config
from learning_order.config.check_rankings import rankings_of
from learning_order.jobs import estimates, published
from learning_order.jobs.paths import Paths
from learning_order.jobs.score_collection import ScoreCollection
from learning_order.jobs.source_digest import digest
from learning_order.runtime.errors import named

EXPORTS = {  # program → the files it gets
    "cleanlab": ("labels.csv", "pred_probs.npz", "annotators.parquet"),
    "fiftyone": ("samples.json",),
    "huggingface": ("ranking.csv",),
}


class Wildcards(Protocol):
    ranking: str


@dataclass(frozen=True)
class RankCollection:
    """What the rankings take."""

    config: Config

    @property
    def paths(self) -> Paths:
        return Paths(self.config.results)

    @property
    def names(self) -> list[str]:
        """All rankings: those of single collections, and those of `rankings`."""
        return list(rankings_of(self.config))

    def _collections(self, wildcards: Wildcards) -> list[str]:
        """UnknownName for a ranking that the configuration does not have."""
        return named(rankings_of(self.config), wildcards.ranking, "collection or ranking")

    def members(self, wildcards: Wildcards) -> dict[str, dict]:
        """Collection → its prediction files, and the seeds and extents of them that count."""
        score = ScoreCollection(self.config)
        members = {}
        for name in self._collections(wildcards):
            of = SimpleNamespace(collection=name)
            members[name] = {
                "files": score.predictions(of),
                "seeds": score.seeds(of),
                "extents": score.extents(of),
            }
        return members

    def predictions(self, wildcards: Wildcards) -> list[str]:
        return [file for member in self.members(wildcards).values() for file in member["files"]]

    def tables(self, wildcards: Wildcards) -> list[str]:
        """The score tables of the collections."""
        return self.paths.score_tables(self._collections(wildcards), ["accessibility"])

    def dataset(self, wildcards: Wildcards) -> list[str]:
        """Facts and examples of the dataset, published ones where it is not prepared."""
        name = self._dataset(wildcards)
        if name is None:
            return []
        facts = published.facts(self.config, name)
        return [facts, str(Path(facts).with_name("examples.parquet"))]

    def shown(self, wildcards: Wildcards) -> list[str]:
        """Facts and all arrays, for what shows the examples."""
        name = self._dataset(wildcards)
        return [self.paths.facts(name), *self.paths.arrays(name)] if name else []

    def root(self, wildcards: Wildcards) -> str | None:
        """Where the files of the dataset lie, if its entry says so."""
        name = self._dataset(wildcards)
        return self.config.datasets[name].get("root") if name else None

    def _dataset(self, wildcards: Wildcards) -> str | None:
        """The dataset that is ranked; None where the configuration does not know it."""
        name = self.config.collections[self._collections(wildcards)[0]]["dataset"]
        return name if name in self.config.datasets else None

    # Functions, as a digest takes time, and most calls of Snakemake rank nothing.

    def code(self, wildcards: Wildcards) -> str:
        return digest("rank_collection")

    def export_code(self, wildcards: Wildcards) -> str:
        return digest("export_ranking")

    def page_code(self, wildcards: Wildcards) -> str:
        return digest("draw_page")

    def remarks(self, wildcards: Wildcards) -> list[str]:
        """What the page says of stand-ins."""
        from learning_order.jobs.draw_figure import remarks_on

        return remarks_on(self.config, {"collections": self._collections(wildcards)})

    def memory(self, wildcards: Wildcards, input: Iterable[str], attempt: int) -> int:
        """Megabytes."""
        return estimates.memory_mb(2000, 10, estimates.size_mb(input), attempt)

    # Targets

    def table(self, name: str) -> list[str]:
        return [self.paths.ranking(name, suffix) for suffix in ("csv", "parquet")]

    def page(self, name: str) -> list[str]:
        return [self.paths.ranking(name, "html")]

    def export(self, name: str, program: str) -> list[str]:
        return [self.paths.export(name, program, file) for file in EXPORTS[program]]

    def asked(self, words: Iterable[str]) -> dict[str, list[str]]:
        """Target → its files, of the targets among these words, with a module's prefix or none."""
        words = list(words)
        return {
            f"{name}-{product}": files
            for name in self.names
            if any(name in word for word in words)
            for product, files in self.products(name).items()
            if any(word.endswith(f"{name}-{product}") for word in words)
        }

    def products(self, name: str) -> dict[str, list[str]]:
        """What a ranking is made into → its files; the targets are `{name}-{product}`."""
        exports = {program: self.export(name, program) for program in EXPORTS}
        return {"ranking": self.table(name), "page": self.page(name), **exports}
