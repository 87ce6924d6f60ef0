"""What a user asks for by name: each figure, several of them, or all; and what a report holds."""

import re
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from learning_order.config import Config
from learning_order.config.check_rankings import rankings_of
from learning_order.config.entries import collections_of
from learning_order.jobs import published
from learning_order.jobs.paths import Paths
from learning_order.runtime.errors import ExplainedError, did_you_mean

# Figures become rules of their own names, so these are taken.
RULES = (
    *("default", "built", "figures", "prepare_dataset", "train", "boost", "import_predictions"),
    *("score_collection", "join_reference", "draw_figure", "write_caption", "claims"),
    "reproduction",
    "no_such_target",
    *("rank_collection", "export_cleanlab", "export_fiftyone", "export_huggingface", "draw_page"),
)
ALL_FIGURES = "figures"


class NotUnderstood(ExplainedError, ValueError):
    """A name that is no target."""


class Target(Protocol):
    target: str


class Rule(Protocol):
    """What is asked of a rule of Snakemake."""

    def products(self) -> Iterable[str]: ...
    def is_producer(self, requested_output: str) -> bool: ...


class NothingBuilt(ExplainedError, ValueError):
    """A report of nothing."""


@dataclass(frozen=True)
class Targets:
    """The files behind the names."""

    config: Config

    @property
    def paths(self) -> Paths:
        return Paths(self.config.results)

    def figure(self, name: str) -> list[str]:
        return self.paths.figure_files(name)

    def figures(self, names: Iterable[str]) -> list[str]:
        return [file for name in names for file in self.figure(name)]

    def all_figures(self) -> list[str]:
        """Those of all figures; of published predictions, of the figures that these allow."""
        if self.config.published:
            return self.figures(published.drawable(self.config))
        return self.figures(self.config.figures)

    def left_out(self) -> str:
        """What a run of all figures says of those that it does not draw, by what they take."""
        if not self.config.published:
            return ""
        reasons: dict[str, list[str]] = {}
        for name in self.config.figures:
            if reason := published.missing(self.config, name):
                reasons.setdefault(reason, []).append(name)
        said = (f"\nNot drawn, for want of {why}: {', '.join(of)}" for why, of in reasons.items())
        return "".join(said)

    def default(self) -> list[str]:
        """What a plain `snakemake` makes: the demonstration, or all figures where there is none."""
        demo = "demo" in self.config.figures and not self.config.published
        return self.figure("demo") if demo else self.all_figures()

    def built(self, wildcards: object) -> list[str]:
        """What a report can show: figures that were drawn, and the claims if they were measured.

        NothingBuilt where there is none of these.
        """
        found = [file for name in self.config.figures for file in self._whole(self.figure(name))]
        found += self._whole([self.paths.claims("csv"), self.paths.claims("html")])
        for name in rankings_of(self.config):
            found += self._whole([self.paths.ranking(name, "html")])
        if not found:
            raise NothingBuilt(
                f"There is no figure in {self.paths.figures} to report on: draw some first, such "
                "as `snakemake fig15`, with the same --configfile"
            )
        return found

    def missing(self, wildcards: Target) -> NoReturn:
        """NotUnderstood for a name that is no target, with the nearest one that is."""
        name, config = wildcards.target, self.config
        if name in config.datasets:
            raise NotUnderstood(f"{name!r} is a dataset: its target is {self.paths.facts(name)}")
        if name in config.collections:
            file = self.paths.scores(name, "summary")
            raise NotUnderstood(f"{name!r} is a collection: its target is {file}")
        ranked = [f"{each}-{what}" for each in rankings_of(config) for what in ("page", "ranking")]
        known = [*config.figures, *config.targets, ALL_FIGURES, "claims", *ranked]
        raise NotUnderstood(f"there is no target {name!r}{did_you_mean(name, known)}")

    def check_files(
        self, words: list[str], rules: Iterable[Rule], parser: Callable[[], ArgumentParser]
    ) -> None:
        """NotUnderstood for a file of results that no rule makes, with the nearest that one does.

        words are those of the command line. Snakemake's parser, which takes a second to build,
        says which of them are targets: it is asked of a word that no rule makes.
        """
        rules, folder = list(rules), f"{self.config.results}/"
        for word in words:
            made = not word.startswith(folder) or any(rule.is_producer(word) for rule in rules)
            if (
                made
                or Path(word).exists()
                or word not in parser().parse_known_args(words)[0].targets
            ):
                continue
            files = [_plain(str(file)) for rule in rules for file in rule.products()]
            kind = "/".join(word.split("/")[: folder.count("/") + 1])
            near = [file for file in files if file.startswith(kind)] or files
            raise NotUnderstood(f"no rule makes {word}{did_you_mean(word, set(near))}")

    def are_many(self, targets: Iterable[str]) -> bool:
        """Whether these stand for many figures, of which those with their data are drawn."""
        names = set(targets)
        return not names or bool(names & {ALL_FIGURES, *self.config.targets})

    def collections(self, targets: Iterable[str]) -> set[str]:
        """The collections of the figures that these targets name; with all figures, all."""
        names = set(targets)
        if self.config.published:  # what there is takes no training
            return {name for name, entry in self.config.collections.items() if "published" in entry}
        if ALL_FIGURES in names:
            return set(self.config.collections)
        members = [figure for name in names for figure in self.config.targets.get(name, [name])]
        entries = [self.config.figures[name] for name in members if name in self.config.figures]
        return {name for entry in entries for name in collections_of(entry)}

    @staticmethod
    def _whole(files: list[str]) -> list[str]:
        """The files if all of them exist, else none."""
        return files if all(Path(file).exists() for file in files) else []


def _plain(pattern: str) -> str:
    """The name of an output without what its wildcards are constrained to."""
    return re.sub(r"\{(\w+),[^{}]*\}", r"{\1}", pattern)
