"""Rule train: train a block of models, and record what each predicts for every example."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

from learning_order.config import Config, lookup
from learning_order.config.expand import recipe_entry
from learning_order.jobs import blocks, estimates
from learning_order.jobs.blocks import Extent
from learning_order.jobs.paths import Paths
from learning_order.jobs.source_digest import digest
from learning_order.runtime.errors import ExplainedError, named
from learning_order.runtime.gpus import has_driver


class NoDriver(ExplainedError, ValueError):
    """A GPU is asked for on a machine that has none."""


class NoSuchBlock(ExplainedError, ValueError):
    """A file of predictions that no training makes."""


class Wildcards(Protocol):
    dataset: str
    architecture: str
    extent: str
    first: str
    last: str


class Input(Protocol):
    facts: str
    arrays: list[str]
    others: list[str]
    other_arrays: list[str]

    def __iter__(self) -> Iterator[str]: ...


class Run(NamedTuple):
    """What some models of one dataset and architecture come to, of one name of files."""

    extents: list[int]  # recorded
    epochs: float  # network-epochs
    records: int  # how many times all models together predict every example


@dataclass(frozen=True)
class Train:
    """What the training of a block of models takes."""

    config: Config
    here: bool = False  # whether jobs run on this machine

    @property
    def paths(self) -> Paths:
        return Paths(self.config.results)

    def extents(self, wildcards: Wildcards) -> list[int]:
        """The extents that the job records."""
        return self.run(wildcards.dataset, wildcards.architecture, wildcards.extent, 1).extents

    def parts_per_epoch(self, wildcards: Wildcards) -> int:
        """How many parts of an epoch the extents count."""
        return blocks.parts_per_epoch(wildcards.extent)

    def run(self, dataset: str, architecture: str, extent: Extent, models: int) -> Run:
        """What n models come to that differ in their seeds alone."""
        snapshots = blocks.is_snapshots(extent)
        extents = self._recorded[dataset, architecture, extent] if snapshots else [int(extent)]
        protocol = "snapshots" if snapshots else "independent"
        parts = blocks.parts_per_epoch(extent)
        epochs = estimates.network_epochs(models, extents, protocol, parts)
        return Run(extents, epochs, models * len(extents))

    def shown(self, dataset: str) -> list[str]:
        """The datasets whose examples a model predicts: its own, then those out of sample."""
        entry = named(self.config.datasets, dataset, "dataset")
        return [dataset, *entry.get("out_of_sample", [])]

    def arrays(self, wildcards: Wildcards) -> list[str]:
        return self.paths.arrays(wildcards.dataset)

    def other_facts(self, wildcards: Wildcards) -> list[str]:
        """The facts of the datasets out of sample.

        UnknownName for a job of unknown names, NoSuchBlock for one that trains nothing.
        """
        self._check_block(wildcards)
        self._check_device(wildcards)
        return [self.paths.facts(other) for other in self.shown(wildcards.dataset)[1:]]

    def other_arrays(self, wildcards: Wildcards) -> list[str]:
        others = self.shown(wildcards.dataset)[1:]
        return [path for other in others for path in self.paths.arrays(other)]

    def made_of(self, architecture: str) -> list[dict]:
        """All that an architecture says of the models that it makes."""
        entry = self.config.architectures[architecture]
        return [recipe_entry(entry), lookup.builder(entry["network"])]

    def recipe(self, wildcards: Wildcards) -> dict:
        """What of the architecture its training depends on."""
        return recipe_entry(self.config.architectures[wildcards.architecture])

    def builder(self, wildcards: Wildcards) -> dict:
        """Where the network's function stands, and what of the recipe it is given."""
        return lookup.builder(self.config.architectures[wildcards.architecture]["network"])

    def code(self, wildcards: Wildcards) -> str:
        """The digest of the script and of the network."""
        return digest("train", self.builder(wildcards)["function"].partition(":")[0])

    def threads(self, wildcards: Wildcards) -> int:
        """One per model; with a streamed dataset also its workers."""
        return 1 + self.config.workers if self._is_streamed(wildcards.dataset) else 1

    @property
    def gpus(self) -> int:
        return 0 if self.config.device == "cpu" else 1

    def gpus_beside(self, resources: Mapping[str, Mapping]) -> int:
        """None where `resources`, those that a profile sets by rule, name the GPU by `gres`."""
        return 0 if "gres" in resources.get("train", {}) else self.gpus

    def memory(self, wildcards: Wildcards, input: Input, attempt: int) -> int:
        """Megabytes: what torch takes, with a GPU's context; images as float32, twice per split."""
        workers = self.config.workers if self._is_streamed(wildcards.dataset) else 0
        return estimates.memory_mb(
            4000 + 1000 * workers, 8, estimates.size_mb(input), attempt, self.config.most_memory_mb
        )

    def minutes(self, wildcards: Wildcards, input: Input, attempt: int) -> int:
        architecture = self.config.architectures[wildcards.architecture]
        shape, train, _ = facts_of(input.facts)
        recorded = sum(facts_of(path).examples for path in [input.facts, *input.others])
        models = int(wildcards.last) - int(wildcards.first) + 1
        run = self.run(wildcards.dataset, wildcards.architecture, wildcards.extent, models)
        rate = estimates.images_per_second(
            architecture["images_per_second"], shape, architecture["batch_size"], self.config.device
        )
        return estimates.training_minutes(run.epochs, run.records, train, recorded, rate, attempt)

    def _check_block(self, wildcards: Wildcards) -> None:
        """Names of files come from command lines, too."""
        name, extent = wildcards.architecture, wildcards.extent
        epochs = named(self.config.architectures, name, "architecture")["epochs"]
        run = wildcards.dataset, name, extent
        if int(wildcards.first) > int(wildcards.last):
            block = Path(self.paths.block(*run, wildcards.first, wildcards.last)).name
            raise NoSuchBlock(f"{block}: write the first seed before the last")
        if not blocks.is_snapshots(extent) and int(extent) > epochs:
            raise NoSuchBlock(f"extent-{extent} is beyond the {epochs} epochs of {name!r}")
        if blocks.is_snapshots(extent) and run not in self._recorded:
            raise NoSuchBlock(f"extent-{extent}: no collection records {name!r} along its training")

    def _check_device(self, wildcards: Wildcards) -> None:
        """NoDriver where a block is to be trained on a GPU of this machine, and there is none."""
        run = wildcards.dataset, wildcards.architecture, wildcards.extent
        block = self.paths.block(*run, wildcards.first, wildcards.last)
        asked = self.here and self.config.device == "cuda" and not Path(block).exists()
        if asked and not has_driver():
            raise NoDriver(
                "`device: cuda` asks for a GPU, but this machine has no driver of one: set "
                "`device: auto` or `device: cpu`, or run on a machine with a GPU"
            )

    def _is_streamed(self, dataset: str) -> bool:
        return bool(self.config.datasets[dataset].get("stream", False))

    @cached_property
    def _recorded(self) -> dict[tuple[str, str, Extent], list[int]]:
        """Dataset, architecture, name of files → all extents that any collection wants there."""
        return blocks.snapshot_extents(self.config.collections.values())


class Facts(NamedTuple):
    """What prepare_dataset wrote about a dataset."""

    shape: tuple[int, ...]
    train: int  # examples of the train split
    examples: int  # of all splits


def facts_of(path: str) -> Facts:
    """The facts of a prepared dataset; FileNotFoundError before it is prepared."""
    return _facts(path, os.stat(path).st_mtime_ns)


@cache
def _facts(path: str, _changed: int) -> Facts:
    try:
        facts = json.loads(Path(path).read_bytes())
        examples = facts["examples"]
        return Facts(tuple(facts["shape"]), examples["train"], sum(examples.values()))
    except (ValueError, KeyError, TypeError, AttributeError):
        # The job itself says that the file is damaged; an error here would end all others.
        return Facts((1, 1, 1), 1, 1)
