"""Rule import_predictions: take in predictions that were made elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Protocol

from learning_order.config import Config, lookup
from learning_order.jobs import estimates
from learning_order.jobs.source_digest import digest
from learning_order.runtime.errors import ExplainedError


class NoSuchFile(ExplainedError, ValueError):
    """A pattern that no file of predictions matches."""


class Wildcards(Protocol):
    collection: str


@dataclass(frozen=True)
class ImportPredictions:
    """What the import of a collection takes."""

    config: Config

    def files(self, wildcards: Wildcards) -> list[str]:
        """The files of a collection, by name or pattern, each once.

        NoSuchFile where a pattern matches none.
        """
        found: list[str] = []
        for pattern in self.config.collections[wildcards.collection]["predictions"]:
            path = Path(pattern).expanduser()
            matching = sorted(glob(str(path), recursive=True))
            if not matching:
                raise NoSuchFile(
                    f"collections.{wildcards.collection}.predictions: there is no file "
                    f"{path.absolute()}"
                )
            found += matching
        return list(dict.fromkeys(found))

    def dataset(self, wildcards: Wildcards) -> str:
        """The name of the dataset, or a mere word."""
        return self.config.collections[wildcards.collection]["dataset"]

    def classes(self, wildcards: Wildcards) -> int | None:
        """How many classes its dataset has; None where the configuration does not say."""
        entry = self.config.datasets.get(self.dataset(wildcards))
        if entry is None:
            return None
        return (
            len(entry["classes"]) if "classes" in entry else lookup.loader(entry["loader"]).classes
        )

    @property
    def code(self) -> str:
        return digest("import_predictions")

    def memory(self, wildcards: Wildcards, input: Iterable[str], attempt: int) -> int:
        """Megabytes."""
        return estimates.memory_mb(
            2000, 20, estimates.size_mb(input), attempt, self.config.most_memory_mb
        )
