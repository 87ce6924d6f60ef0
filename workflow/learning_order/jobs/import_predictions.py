"""Rule import_predictions: take in predictions that were made elsewhere."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from glob import glob
from pathlib import Path
from typing import Protocol

import numpy as np

from learning_order.config import Config, lookup
from learning_order.config.entries import Collection, seeds_of
from learning_order.jobs import estimates
from learning_order.jobs.source_digest import digest
from learning_order.runtime.errors import ExplainedError, named

MOST_READ_MB = 50  # while planning; this takes some two seconds
MOST_LISTED = 12  # files, seeds or extents in a message


class NoSuchFile(ExplainedError, ValueError):
    """A pattern that no file of predictions matches."""


class NotInFiles(ExplainedError, ValueError):
    """Models or extents that files of predictions do not hold."""


class Wildcards(Protocol):
    collection: str


@dataclass(frozen=True)
class ImportPredictions:
    """What the import of a collection takes."""

    config: Config

    def files(self, wildcards: Wildcards) -> list[str]:
        """The files of a collection, by name or pattern, each once.

        UnknownName where no such collection is made of files, NoSuchFile where a pattern matches
        none, NotInFiles where they hold less than is asked for.
        """
        found: list[str] = []
        for pattern in self._entry(wildcards.collection)["predictions"]:
            path = Path(pattern).expanduser()
            matching = [str(path)] if path.is_file() else sorted(glob(str(path), recursive=True))
            if odd := next((file for file in matching if set(file) & set("{}")), None):
                raise NoSuchFile(
                    f"collections.{wildcards.collection}.predictions: Snakemake takes the braces "
                    f"in {odd} for wildcards; rename the file or folder"
                )
            if not matching:
                raise NoSuchFile(
                    f"collections.{wildcards.collection}.predictions: there is no file "
                    f"{path.absolute()}"
                )
            found += matching
        files = list(dict.fromkeys(found))
        self._check_wanted(wildcards.collection, files)
        return files

    def _entry(self, collection: str) -> Collection:
        entries = self.config.collections.items()
        own = {name: entry for name, entry in entries if "predictions" in entry}
        return named(own, collection, "collection of own predictions")

    def _check_wanted(self, collection: str, files: list[str]) -> None:
        """NotInFiles before anything runs, unless reading takes long: scoring checks it again."""
        entry = self.config.collections[collection]
        wanted = {
            ("models", "seed"): seeds_of(entry) if "models" in entry else (),
            ("extents", "extent"): entry.get("extents", ()),
        }
        if not any(wanted.values()) or estimates.size_mb(files) > MOST_READ_MB:
            return
        held = _held(tuple((file, os.stat(file).st_mtime_ns) for file in files))
        for (key, field), numbers in wanted.items():
            missing = [number for number in numbers if number not in held[field]]
            if missing:
                raise NotInFiles(
                    f"collections.{collection}.{key}: {field} {missing[0]} is wanted, but the "
                    f"{field}s in {_listed(files)} are {_listed(held[field])}"
                )

    def dataset(self, wildcards: Wildcards) -> str:
        """The name of the dataset, or a mere word."""
        return self.config.collections[wildcards.collection]["dataset"]

    def classes(self, wildcards: Wildcards) -> int | None:
        """How many classes its dataset has; None where the configuration does not say."""
        entry = self.config.datasets.get(self.dataset(wildcards))
        return lookup.classes_of(entry) if entry else None

    @property
    def code(self) -> str:
        return digest("import_predictions")

    def memory(self, wildcards: Wildcards, input: Iterable[str], attempt: int) -> int:
        """Megabytes."""
        return estimates.memory_mb(
            2000, 20, estimates.size_mb(input), attempt, self.config.most_memory_mb
        )


@cache
def _held(files: tuple[tuple[str, int], ...]) -> dict[str, list[int]]:
    """The seeds and extents in files; with the time of their last change, as it is asked often.

    PredictionsError for files that are not what they should be.
    """
    from learning_order.predictions.import_files import read_rows  # where it is needed: it is slow

    held: dict[str, set[int]] = {"seed": set(), "extent": set()}
    for file, _ in files:
        for rows in read_rows(Path(file)):
            for field, numbers in held.items():
                numbers.update(np.unique(getattr(rows, field)).tolist())
    return {field: sorted(numbers) for field, numbers in held.items()}


def _listed(items: list[str] | list[int]) -> str:
    shown = ", ".join(map(str, items[:MOST_LISTED]))
    return shown if len(items) <= MOST_LISTED else f"{shown}, … {items[-1]}"
