"""Which models figures and rankings need, and which of them have been trained."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from learning_order.config import Config
from learning_order.config.check_rankings import PRODUCTS, rankings_of
from learning_order.config.entries import collections_of, seeds_of
from learning_order.jobs.blocks import Extent, existing_blocks, extents_of_files
from learning_order.jobs.paths import Paths
from learning_order.jobs.published import drawable
from learning_order.jobs.targets import ALL_FIGURES
from learning_order.jobs.train import Train
from learning_order.runtime.errors import ExplainedError, did_you_mean

CLAIMS = "claims"


class UnknownTarget(ExplainedError, ValueError):
    """A target that is no figure, no name for several, not all of them, and no ranking."""


class Need(NamedTuple):
    """What one line of a plan is made of."""

    name: str
    models: frozenset["TrainedModel"]
    datasets: frozenset[str]  # trained on, shown to the models besides, or drawn


class TrainedModel(NamedTuple):
    """What is trained once, from scratch, wherever it is drawn."""

    dataset: str
    architecture: str
    extent: Extent
    seed: int


def needs_of(config: Config, targets: Sequence[str]) -> list[Need]:
    """What each figure or ranking needs that the targets stand for; of one, its collections'.

    UnknownTarget names the nearest target that there is.
    """
    found = _entries(config, targets)
    all_entries = [entry for entries in found.values() for entry in entries]
    if len(all_entries) != 1:
        return [_need(config, name, entries) for name, entries in found.items()]
    [entry] = all_entries
    collections = collections_of(entry)
    lines: dict[str, list[dict]] = {}
    for name in collections:
        line = name if len(collections) == 1 else _family(config, name)
        lines.setdefault(line, []).append({"collections": [name]})
    lines |= {name: [{"datasets": [name]}] for name in entry.get("datasets", [])}
    return [_need(config, name, entries) for name, entries in lines.items()]


def together(name: str, needs: Sequence[Need]) -> Need:
    """All that the needs name, what they share once."""
    models = frozenset().union(*(need.models for need in needs))
    return Need(name, models, frozenset().union(*(need.datasets for need in needs)))


def _entries(config: Config, targets: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    """Each figure or ranking of the targets, once, with its entry; the claims with all of theirs.

    Claims need what they are about only beside all figures: by themselves they train nothing.
    """
    rankings = {
        f"{name}-{product}": {"collections": members}
        for name, members in rankings_of(config).items()
        for product in PRODUCTS
    }
    single: dict[str, Mapping[str, Any]] = {**config.figures, **rankings}
    names = {
        **{name: [name] for name in single},
        **config.targets,
        ALL_FIGURES: drawable(config) if config.published else list(config.figures),
        CLAIMS: [],
    }
    for target in targets:
        if target not in names:
            near = names if get_close_matches(target, rankings, n=1) else names.keys() - rankings
            raise UnknownTarget(f"there is no target {target!r}{did_you_mean(target, near)}")
    found: dict[str, list[Mapping[str, Any]]]
    found = {name: [single[name]] for target in targets for name in names[target]}
    if CLAIMS in targets:
        trains = ALL_FIGURES in targets and not config.published
        found[CLAIMS] = list(config.claims.values()) if trains else []
    return found


def collections_needed(config: Config, targets: Sequence[str]) -> list[str]:
    """The collections of all that the targets stand for, each once."""
    found = _entries(config, targets).values()
    return list(dict.fromkeys(name for each in found for of in each for name in collections_of(of)))


def _need(config: Config, name: str, entries: Iterable[Mapping]) -> Need:
    """The need of entries of figures, rankings or claims."""
    models, datasets = set(), set()
    for entry in entries:
        models |= models_of(config, collections_of(entry))
        datasets |= set(entry.get("datasets", []))
    trained_on = {model.dataset for model in models}
    train = Train(config)
    shown = {dataset for each in trained_on for dataset in train.shown(each)}
    return Need(name, frozenset(models), frozenset(datasets | shown))


def _family(config: Config, collection: str) -> str:
    """The name of a collection, or that of all like it on the parts of one dataset."""
    dataset = config.datasets.get(config.collections[collection]["dataset"])
    return collection.rpartition("-")[0] if dataset and "partition" in dataset else collection


def models_of(config: Config, collections: Iterable[str]) -> set[TrainedModel]:
    """The models of some collections; those that are views of the same models share them."""
    entries = [config.collections[name] for name in collections]
    return {
        TrainedModel(entry["dataset"], entry["architecture"], extent, seed)
        for entry in entries
        if not {"predictions", "published"} & entry.keys()  # made elsewhere
        for extent in extents_of_files(entry)
        for seed in seeds_of(entry)
    }


def trained(config: Config, models: Collection[TrainedModel]) -> set[TrainedModel]:
    """Those of the models whose predictions exist."""
    paths = Paths(config.results)

    @cache
    def seeds_in(*place) -> set[int]:
        blocks = existing_blocks(Path(paths.blocks(*place)))
        return {seed for first, last in blocks for seed in range(first, last + 1)}

    return {model for model in models if model.seed in seeds_in(*model[:3])}
