"""Rules draw_figure and write_caption: each figure from scores alone, and the facts below it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from learning_order.config import Config
from learning_order.config.catalogue import KINDS, Kind
from learning_order.config.comparisons import undrawable
from learning_order.config.entries import Figure, collections_of
from learning_order.jobs import estimates, published
from learning_order.jobs.paths import Paths
from learning_order.jobs.report import category
from learning_order.jobs.source_digest import digest
from learning_order.runtime.errors import ExplainedError, named

KINDS_PACKAGE = "learning_order.figures.kinds"
NOT_DRAWN = ("caption", "section")  # of a figure's entry


class NotToDraw(ExplainedError, ValueError):
    """A figure that the configuration makes impossible."""


class Wildcards(Protocol):
    figure: str


@dataclass(frozen=True)
class DrawFigure:
    """What a figure and its caption take."""

    config: Config

    @property
    def paths(self) -> Paths:
        return Paths(self.config.results)

    def tables(self, wildcards: Wildcards) -> list[str]:
        """The score tables that the kind of figure reads, of all its collections."""
        figure = self._figure(wildcards)
        for _, wrong in undrawable(figure, self.config):  # known before a scale was applied
            raise NotToDraw(f"figures.{wildcards.figure}: {wrong}, at this `scale`")
        tables = ("summary", *KINDS[figure["kind"]].tables)
        return self.paths.score_tables(collections_of(figure), tables)

    def datasets(self, wildcards: Wildcards) -> list[str]:
        """The datasets that are drawn, or those of the collections where they are known here."""
        figure, kind = self._figure(wildcards), self._kind(wildcards)
        names = figure.get("datasets", [])
        if kind.images or kind.classes:
            of_collections = {
                self.config.collections[name]["dataset"] for name in collections_of(figure)
            }
            names = sorted(of_collections & self.config.datasets.keys())
            if self.config.published and not kind.images:
                return [published.facts(self.config, name) for name in names]
        return [self.paths.facts(name) for name in names]

    def references(self, wildcards: Wildcards) -> list[str]:
        """What references say of the examples, where an option names any."""
        figure = self._figure(wildcards)
        datasets = dict.fromkeys(
            self.config.collections[name]["dataset"] for name in collections_of(figure)
        )
        names = figure["options"].get("references", [])
        return [self.paths.reference(name, dataset) for name in names for dataset in datasets]

    def code(self, wildcards: Wildcards) -> str:
        """The digest of the script and of the kind of figure."""
        module = self._figure(wildcards)["kind"].replace("-", "_")
        return digest("draw_figure", f"{KINDS_PACKAGE}.{module}")

    def entry(self, wildcards: Wildcards) -> dict:
        """What of the figure's entry is drawn."""
        figure = self._figure(wildcards)
        return {key: value for key, value in figure.items() if key not in NOT_DRAWN}

    def sources(self, wildcards: Wildcards) -> dict[str, dict[str, Any]]:
        return sources_of(self.config, self._figure(wildcards))

    def remarks(self, wildcards: Wildcards) -> list[str]:
        return remarks_on(self.config, self._figure(wildcards))

    def memory(self, wildcards: Wildcards, input: Iterable[str], attempt: int) -> int:
        """Megabytes."""
        return estimates.memory_mb(
            2000, 10, estimates.size_mb(input), attempt, self.config.most_memory_mb
        )

    # The caption

    def caption_tables(self, wildcards: Wildcards) -> list[str]:
        """A caption counts models and examples, so that it needs the summaries alone."""
        return self.paths.score_tables(collections_of(self._figure(wildcards)), ["summary"])

    def caption_datasets(self, wildcards: Wildcards) -> list[str]:
        return [self.paths.facts(name) for name in self._figure(wildcards).get("datasets", [])]

    @property
    def caption_code(self) -> str:
        return digest("write_caption")

    def caption_entry(self, wildcards: Wildcards) -> dict:
        """What is drawn, with the split that is drawn where none is chosen."""
        entry, split = self.entry(wildcards), self._kind(wildcards).split
        return {**entry, "options": {**({"split": split} if split else {}), **entry["options"]}}

    def caption(self, wildcards: Wildcards) -> str:
        """What the configuration says below the figure."""
        return self._figure(wildcards)["caption"]

    # The report

    def section(self, wildcards: Wildcards) -> str:
        return category(self._figure(wildcards)["section"])

    def labels(self, wildcards: Wildcards) -> dict[str, str]:
        """How the report lists a figure; numbers of two digits are in order there.

        A single label: the report takes a second one that has two values for a switch.
        """
        number = re.sub(r"\d+", lambda digits: digits[0].zfill(2), wildcards.figure, count=1)
        return {"figure": f"{number} ({self._figure(wildcards)['kind']})"}

    def _figure(self, wildcards: Wildcards) -> Figure:
        return named(self.config.figures, wildcards.figure, "figure")

    def _kind(self, wildcards: Wildcards) -> Kind:
        return KINDS[self._figure(wildcards)["kind"]]


def sources_of(config: Config, entry: Mapping) -> dict[str, dict[str, Any]]:
    """What the collections of a figure or claim are views of."""
    sources: dict[str, dict[str, Any]] = {}
    for name in collections_of(entry):
        collection = config.collections[name]
        boosted = "predictions" not in collection and collection["architecture"] in config.boosting
        sources[name] = {
            "dataset": collection["dataset"],
            "architecture": collection["architecture"],
            "protocol": "boosted" if boosted else collection["protocol"],
        }
        if collection["parts_per_epoch"] > 1:
            sources[name]["parts_per_epoch"] = collection["parts_per_epoch"]
    return sources


def remarks_on(config: Config, entry: Mapping) -> list[str]:
    """What a figure or claim itself has to say of stand-ins."""
    remarks = [config.stamp] if config.stamp else []
    for name in collections_of(entry):
        collection = config.collections[name]
        if "stand_in_for" in collection:
            what = f"{collection['architecture']} on {collection['dataset']}"
            remarks.append(f"{what} stands in for {collection['stand_in_for']}")
    splits = entry.get("options", {}).get("splits", [])
    for name in [*entry.get("datasets", []), *splits]:
        if name in config.datasets and "stand_in_for" in config.datasets[name]:
            remarks.append(f"{name} stands in for {config.datasets[name]['stand_in_for']}")
    return list(dict.fromkeys(remarks))
