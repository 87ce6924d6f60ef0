"""Rule score_collection: the score tables of a collection from its prediction files."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from learning_order.config import Config
from learning_order.config.entries import seeds_of
from learning_order.config.expand import recipe_entry
from learning_order.jobs import blocks, estimates, published
from learning_order.jobs.blocks import Extent
from learning_order.jobs.paths import Paths
from learning_order.jobs.source_digest import digest
from learning_order.runtime.errors import ExplainedError, named

# Those of tables.build.TABLES; the summary first, as the log shows it.
MADE_OF = ("dataset", "architecture", "protocol")  # besides the recipe
TABLES = ("summary", "examples", "accessibility", "models", "null", "correct", "reliability")


class BeyondRecipe(ExplainedError, ValueError):
    """More epochs than the recipe of a collection has."""


class Wildcards(Protocol):
    collection: str


@dataclass(frozen=True)
class ScoreCollection:
    """What the scores of a collection take."""

    config: Config

    @property
    def paths(self) -> Paths:
        return Paths(self.config.results)

    def tables(self) -> dict[str, str]:
        """The outputs of the rule by the name of their table, with a wildcard."""
        return {table: self.paths.scores("{collection}", table) for table in TABLES}

    def predictions(self, wildcards: Wildcards) -> list[str]:
        """The prediction files of a collection: those that exist, then those to be trained."""
        collection = wildcards.collection
        entry = named(self.config.collections, collection, "collection")
        if "predictions" in entry:
            return [self.paths.own_predictions(collection)]
        if self.config.published:
            return published.files_of(self.config, collection)
        self._check_epochs(collection)
        extents = blocks.extents_of_files(entry)
        return [file for extent in extents for file in self._block_files(collection, extent)]

    def seeds(self, wildcards: Wildcards) -> list[int] | None:
        """The seeds of a collection; None for predictions made elsewhere, of which all count."""
        entry = self.config.collections[wildcards.collection]
        return seeds_of(entry) if "models" in entry else None

    def extents(self, wildcards: Wildcards) -> list[int] | None:
        return self.config.collections[wildcards.collection].get("extents")

    def made_of(self, wildcards: Wildcards) -> dict[str, Any]:
        """What the metadata of its prediction files should say; nothing of own predictions."""
        entry = self.config.collections[wildcards.collection]
        if "predictions" in entry:
            return {}
        learner = entry["architecture"]
        boosting = self.config.boosting.get(learner)
        recipe = boosting or recipe_entry(self.config.architectures[learner])
        kept = {key: entry[key] for key in MADE_OF}  # type: ignore[literal-required]
        parts = entry["parts_per_epoch"]  # as a file leaves it out that counts whole epochs
        in_parts = {"parts_per_epoch": parts} if parts > 1 else {}
        return {**kept, **in_parts, "recipe": dict(recipe)}

    def facts(self, wildcards: Wildcards) -> str:
        """The facts of its dataset, which may have been prepared; a mere name for own data."""
        return self.paths.facts(self.config.collections[wildcards.collection]["dataset"])

    @property
    def code(self) -> str:
        return digest("score_collection")

    def memory(self, wildcards: Wildcards, input: Iterable[str], attempt: int) -> int:
        """Megabytes."""
        return estimates.memory_mb(
            3000, 1, estimates.size_mb(input), attempt, self.config.most_memory_mb
        )

    def minutes(self, wildcards: Wildcards, input: Iterable[str], attempt: int) -> int:
        return attempt * (30 + math.ceil(estimates.size_mb(input) / 20))

    def _check_epochs(self, collection: str) -> None:
        """BeyondRecipe for extents of a scale, which applies to long and short recipes alike."""
        entry = self.config.collections[collection]
        architecture = self.config.architectures.get(entry["architecture"])
        last = max(entry["extents"]) / entry["parts_per_epoch"]
        if architecture and last > architecture["epochs"]:
            raise BeyondRecipe(
                f"scale.extents: {last:g} is beyond the {architecture['epochs']} "
                f"epochs of {entry['architecture']!r}, which {collection!r} trains"
            )

    def _block_files(self, collection: str, extent: Extent) -> list[str]:
        """The files of a collection after `extent` epochs (ALL for snapshots)."""
        entry = self.config.collections[collection]
        run = entry["dataset"], entry["architecture"], extent
        architecture = self.config.architectures.get(entry["architecture"])  # None: boosted
        size = self.config.models_per_job
        if architecture:
            size = architecture.get("models_per_job", size)
        existing = blocks.existing_blocks(Path(self.paths.blocks(*run)))
        cuts = self._edges[blocks.run_of(entry)]
        planned = blocks.plan_blocks(seeds_of(entry), existing, size, cuts)
        return [self.paths.block(*run, first, last) for first, last in planned]

    @cached_property
    def _edges(self) -> dict[tuple, set[int]]:
        """Where collections that are views of the same models begin and end, as seeds."""
        edges: dict[tuple, set[int]] = defaultdict(set)
        for entry in self.config.collections.values():
            if "predictions" not in entry:
                seeds = seeds_of(entry)
                edges[blocks.run_of(entry)] |= {seeds[0], seeds[-1] + 1}
        return edges
