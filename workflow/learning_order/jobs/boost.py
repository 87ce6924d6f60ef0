"""Rule boost: boost linear classifiers, and record what every size of the ensemble predicts."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from learning_order.config import Config
from learning_order.jobs import estimates
from learning_order.jobs.paths import Paths
from learning_order.jobs.source_digest import digest
from learning_order.jobs.train import facts_of


class Wildcards(Protocol):
    dataset: str
    architecture: str
    first: str
    last: str


class Input(Protocol):
    facts: str

    def __iter__(self) -> Iterator[str]: ...


@dataclass(frozen=True)
class Boost:
    """What a block of ensembles takes."""

    config: Config

    def arrays(self, wildcards: Wildcards) -> list[str]:
        return Paths(self.config.results).arrays(wildcards.dataset)

    def entry(self, wildcards: Wildcards) -> dict:
        """How the ensembles are boosted."""
        return dict(self.config.boosting[wildcards.architecture])

    @property
    def code(self) -> str:
        return digest("boost")

    def memory(self, wildcards: Wildcards, input: Input, attempt: int) -> int:
        """Megabytes."""
        return estimates.memory_mb(
            2000, 12, estimates.size_mb(input), attempt, self.config.most_memory_mb
        )

    def minutes(self, wildcards: Wildcards, input: Input, attempt: int) -> int:
        facts = facts_of(input.facts)
        models = int(wildcards.last) - int(wildcards.first) + 1
        rounds = models * self.config.boosting[wildcards.architecture]["rounds"]
        values = facts.train * math.prod(facts.shape)
        return estimates.boosting_minutes(rounds, values, attempt)
