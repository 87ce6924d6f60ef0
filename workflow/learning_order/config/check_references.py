"""What can be wrong with a reference, and with what is compared with it."""

from collections.abc import Iterable

from learning_order.config import lookup
from learning_order.config.catalogue import REFERENCES
from learning_order.config.entries import Config, Dataset, Reference
from learning_order.config.partitions import Known
from learning_order.config.problems import KeyPath, Problems

OF_TABLES = ("key", "value", "by")


def check_references(config: Config, problems: Problems) -> None:
    """Tables without a file or a column of values, and keys that other formats do not take."""
    for name, entry in config.references.items():
        path, known = ("references", name), entry["format"]
        if known == "table":
            for key in ("file", "value"):
                if key not in entry:
                    problems.add(path, f"format 'table' needs `{key}`")
            continue
        for key in OF_TABLES:
            if key in entry:
                problems.add((*path, key), f"format {known!r} says this itself: leave it out")
        if REFERENCES[known].url is None and "file" not in entry:
            problems.add(path, f"format {known!r} cannot be fetched: name its `file`")
        if "split" in entry and entry["split"] != REFERENCES[known].split:
            problems.add((*path, "split"), f"{known} speaks of {REFERENCES[known].split} examples")


def fill_references(config: Config) -> None:
    """Fill in what tables are joined by, in place."""
    for entry in config.references.values():
        if entry["format"] == "table":
            entry.setdefault("by", "source" if entry.get("key") == "source" else "content")
            entry.setdefault("key", "source" if entry["by"] == "source" else "pixels_sha256")


def check_use(
    path: KeyPath,
    reference: str,
    collections: Iterable[str],
    config: Config,
    named: Known,
    problems: Problems,
) -> None:
    """An unknown reference, and collections whose examples it cannot be joined to."""
    if reference not in config.references:
        what = "one of the references"
        problems.add_unknown(path, what, reference, config.references)
        return
    entry = config.references[reference]
    for name in collections:
        if name not in named.collections:
            continue
        dataset = named.collections[name]["dataset"]
        if dataset not in named.datasets:
            problems.add(
                path, f"the examples of {dataset!r}, of {name!r}, are unknown: add it to `datasets`"
            )
        elif wrong := _unsuitable(entry, named.datasets[dataset]):
            problems.add(path, f"{dataset!r}, of {name!r}, {wrong}: set `by: source`")


def _unsuitable(entry: Reference, dataset: Dataset) -> str | None:
    """Why a dataset has no hashes of pixels, where it takes them."""
    by = entry.get("by") or REFERENCES[entry["format"]].by
    if by == "source":
        return None
    if lookup.inputs_of(dataset) == "tokens":
        return "holds texts"
    if "features" in dataset:
        return "holds features"
    return "leaves images in their files" if dataset.get("stream") else None
