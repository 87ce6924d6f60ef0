"""Rule join_reference: what a reference says of each example of a dataset."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from learning_order.config import Config
from learning_order.config.catalogue import REFERENCES
from learning_order.jobs import estimates
from learning_order.jobs.paths import Paths
from learning_order.jobs.source_digest import digest
from learning_order.runtime.errors import named


class Wildcards(Protocol):
    reference: str
    dataset: str


@dataclass(frozen=True)
class JoinReference:
    """What joining a reference to a dataset takes."""

    config: Config

    def arrays(self, wildcards: Wildcards) -> list[str]:
        """The pixels, whose hashes are the keys; UnknownName for what the configuration lacks."""
        named(self.config.references, wildcards.reference, "reference")
        named(self.config.datasets, wildcards.dataset, "dataset")
        return Paths(self.config.results).arrays(wildcards.dataset)

    def file(self, wildcards: Wildcards) -> list[str]:
        """The file of the reference if it is there: once it appears, the job runs again."""
        entry = self.entry(wildcards)
        name = entry.get("file") or f"{self.config.data}/references/{Path(entry['url']).name}"
        path = Path(name).expanduser()
        return [str(path)] if path.is_file() else []

    def entry(self, wildcards: Wildcards) -> dict[str, Any]:
        """The entry, with what the catalogue knows of its format."""
        written = self.config.references[wildcards.reference]
        known = REFERENCES[written["format"]]
        entry = {key: value for key, value in written.items() if key != "format"}
        of_format = {key: value for key, value in known._asdict().items() if value is not None}
        return {**of_format, **entry}

    def code(self, wildcards: Wildcards) -> str:
        return digest("join_reference", self.entry(wildcards)["reader"].partition(":")[0])

    def memory(self, wildcards: Wildcards, input: Iterable[str], attempt: int) -> int:
        """Megabytes."""
        return estimates.memory_mb(2000, 2, estimates.size_mb(input), attempt)
