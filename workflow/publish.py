"""Add finished predictions to published/: smaller copies, with how they were made, and an index.

python workflow/publish.py results/workstation
python workflow/publish.py --machine "two cores of an AMD EPYC" results/workstation
python workflow/publish.py --pages results/published/reproduction

Whatever is finished below the folders of results is taken, once; runs.csv lists all that is there.
With --pages, what the target `reproduction` wrote goes into docs/ and README.md; `make
reproduction` does both.
"""

import argparse
import csv
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from learning_order.config.published import INDEX, listed
from learning_order.datasets import prepared
from learning_order.datasets.publish import publish_dataset
from learning_order.predictions.publish import publish_block
from learning_order.predictions.reading import read_metadata, scan
from learning_order.runtime.errors import ExplainedError
from learning_order.runtime.files import written_aside
from learning_order.runtime.seal import check_whole

BLOCKS = "predictions/*/*/extent-*/seeds-*.parquet"
MADE = ("machine", "hours", "command")  # what publishing adds to the metadata
BEGIN, END = "<!-- reproduction -->", "<!-- end of reproduction -->"
COMMAND = "snakemake results/published/{block} --configfile workflow/scales/published.yaml"
DESCRIBED = ("dataset", "architecture", "protocol", "torch")
COLUMNS = (
    *("file", "dataset", "architecture", "protocol", "seeds", "extents", "parts_per_epoch"),
    *("test", "train"),
    *("commit", "torch", "machine", "hours", "bytes", "command"),
)


class NotToPublish(ExplainedError, ValueError):
    """Results that are none, or that do not fit what is published already."""


def main() -> None:
    arguments = parse()
    try:
        try:
            for results in arguments.results:
                publish(results, arguments.to, arguments.machine, arguments.probabilities)
        finally:  # also of what was taken before something was refused
            if any(arguments.to.glob(BLOCKS)):
                write_index(arguments.to)
        if arguments.pages:
            write_pages(arguments.pages, Path.cwd())
    except ExplainedError as error:
        sys.exit(str(error))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("results", nargs="*", type=Path, help="folders of results")
    parser.add_argument("--to", type=Path, default=Path("published"), help="default: published")
    parser.add_argument("--machine", default=processor(), help="default: this processor")
    parser.add_argument(
        "--without-probabilities",
        dest="probabilities",
        action="store_false",
        help="leave out p_true and margin, three quarters of the bytes",
    )
    parser.add_argument("--pages", type=Path, help="folder of what to put into docs and README")
    return parser.parse_args()


def publish(results: Path, target: Path, machine: str, probabilities: bool) -> None:
    """Take in the blocks below a folder of results that are not published yet."""
    blocks = sorted(results.glob(BLOCKS))
    if not blocks:
        raise NotToPublish(f"{results}: it has no {BLOCKS}; name one such as results/workstation")
    for source in blocks:
        block = source.relative_to(results)
        check_whole(source, "delete it and train it again")
        metadata = read_metadata(source)
        if "dataset_hash" not in metadata:
            raise NotToPublish(f"{source}: not the predictions of a job of this workflow")
        publish_examples(metadata, results, target)
        if not is_published(metadata, target / block):
            machine_of = machine if metadata["device"] == "cpu" else metadata["device"]
            made = (machine_of, hours(results, block), COMMAND.format(block=block))
            facts = dict(zip(MADE, made, strict=True))
            publish_block(source, target / block, facts, probabilities)
            print(f"{block}: {source.stat().st_size:,} → {(target / block).stat().st_size:,} bytes")


def publish_examples(metadata: dict, results: Path, target: Path) -> None:
    """Take in the dataset of a block; NotToPublish where it is another than the one published."""
    name = metadata["dataset"]
    source, folder = results / "datasets" / name, target / "datasets" / name
    is_new = not (folder / "dataset.json").exists()
    if prepared.read(source if is_new else folder).content_hash != metadata["dataset_hash"]:
        again = "train them again"
        other_name = "give this version of the dataset a name of its own in the configuration"
        cure = again if is_new else other_name
        raise NotToPublish(
            f"{results}: predictions of {name} are of other data than those in "
            f"{source if is_new else folder}: {cure}"
        )
    if is_new:
        publish_dataset(source, folder)


def is_published(metadata: dict, target: Path) -> bool:
    """Whether the file is there, and of the same models."""
    if not target.exists():
        return False
    found = read_metadata(target)
    return metadata == {key: value for key, value in found.items() if key not in MADE}


def hours(results: Path, block: Path) -> float | None:
    """What the job took that finished a block, as Snakemake measured it; None if it did not."""
    stage = block.relative_to("predictions").with_suffix(".tsv")
    files = [results / "benchmarks" / each / stage for each in ("training", "boosting")]
    measured = next((file for file in files if file.exists()), None)
    if measured is None:
        return None
    head, *_, last = measured.read_text().splitlines()
    seconds = dict(zip(head.split("\t"), last.split("\t"), strict=True))["s"]
    return round(float(seconds) / 3600, 2)


def write_index(target: Path) -> None:
    """One line per published file."""
    with written_aside(target / INDEX) as aside, aside.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(target))


def rows(target: Path) -> Iterator[dict]:
    """NotToPublish for a file that was copied there by hand, Damaged for one that is cut off."""
    for path in sorted(target.glob(BLOCKS)):
        check_whole(path, "restore it, or delete it and publish it again")
        metadata, found = read_metadata(path), scan([path])
        if not metadata.keys() >= {*MADE, "source"}:
            raise NotToPublish(f"{path}: it was not published by this program: take it away")
        yield {
            "file": path.relative_to(target),
            **{key: metadata.get(key, "") for key in DESCRIBED},
            "seeds": listed(found.seeds),
            "extents": listed(found.extents),
            "parts_per_epoch": metadata.get("parts_per_epoch", 1),
            **{split: len(found.labels[split]) for split in prepared.SPLITS},
            "commit": metadata["source"],
            **{key: metadata[key] for key in MADE},
            "bytes": path.stat().st_size,
        }


def write_pages(source: Path, root: Path) -> None:
    """Put the page, its pictures and its summary where readers find them."""
    page, readme = source / "reproduction.md", root / "README.md"
    for path in (page, source / "summary.md", readme):
        if not path.is_file():
            raise NotToPublish(f"no file {path}: `make reproduction` writes what belongs there")
    before, _, rest = readme.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise NotToPublish(f"{readme}: write {BEGIN} and {END} around the place of the summary")
    pictures = root / "docs/figures/reproduction"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    for picture in sorted(source.glob("*.png")):
        shutil.copyfile(picture, pictures / picture.name)
    shutil.copyfile(page, root / "docs/reproduction.md")
    readme.write_text(f"{before}{BEGIN}\n{(source / 'summary.md').read_text()}{END}{after}")


def processor() -> str:
    """The name of this machine's processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
