"""How many networks a collection needs, by a pilot of it: a few that are trained and scored.

κ and the reliability r1 of one network's order do not depend on the number of networks; only how
certain they are does. Resamples of the pilot's networks, more or fewer than there are, show how
wide the intervals of that many would be.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from learning_order import scores
from learning_order.config import Config
from learning_order.jobs.paths import Paths
from learning_order.planning.work import TrainedModel, models_of
from learning_order.runtime.seal import check_whole
from learning_order.scores import both_right, model_covariance
from learning_order.tables.correct import times_right, unpack

FEWEST = 3  # networks: two make a single pair, which shows no spread
SIZES = (4, 8, 16, 32, 100)
WANTED = 0.95  # reliability of the Accessibility
RESAMPLES = 500
ENDS = (0.025, 0.975)


@dataclass(frozen=True)
class Size:
    """What that many networks would show."""

    models: int
    r1: tuple[float, float]  # 95 % intervals
    kappa: tuple[float, float]
    alpha: float


@dataclass(frozen=True)
class Pilot:
    """What the networks that are there show."""

    collection: str
    split: str
    models: int
    extent: int  # the last one, at which κ is measured
    r1: float
    kappa: float
    needed: float  # networks for an Accessibility of the wanted reliability
    sizes: list[Size]


def pilots_of(config: Config, collections: Iterable[str]) -> Iterator[Pilot]:
    """A pilot for each of the collections whose scores are there."""
    paths = Paths(config.results)
    for name in collections:
        path = Path(paths.scores(name, "correct"))
        if path.is_file():
            check_whole(path, "delete it, and Snakemake scores the collection again")
            if (pilot := pilot_of(name, pd.read_parquet(path))) is not None:
                yield pilot


def pilot_of(collection: str, correct: pd.DataFrame) -> Pilot | None:
    """The pilot of a collection by its table `correct`; None for fewer than three networks.

    Of the test split, or the first one without it.
    """
    splits = list(correct["split"].unique())
    if not splits or correct["seed"].nunique() < FEWEST:
        return None
    split = "test" if "test" in splits else splits[0]
    covariance = model_covariance(times_right(correct, split))
    last = correct[correct["extent"] == correct.loc[correct["split"] == split, "extent"].max()]
    [extent], [right] = unpack(last, split)
    both = both_right(right, right) / right.shape[1]
    everyone = np.ones((1, len(right)))
    r1 = scores.single_model_reliability(covariance)
    return Pilot(
        collection,
        split,
        len(right),
        int(extent),
        r1,
        float(scores.resampled_kappa(both, everyone)[0]),
        float(scores.models_needed(r1, WANTED)),
        [_size(models, r1, covariance, both) for models in SIZES],
    )


def _size(models: int, r1: float, covariance: np.ndarray, both: np.ndarray) -> Size:
    pilot = len(both)
    rng = np.random.default_rng(models)
    weights = rng.multinomial(models, np.full(pilot, 1 / pilot), size=RESAMPLES)
    return Size(
        models,
        _interval(scores.resampled_single_reliability(covariance, weights)),
        _interval(scores.resampled_kappa(both, weights)),
        float(scores.reliability_of(r1, models)),
    )


def _interval(resampled: np.ndarray) -> tuple[float, float]:
    """Of the resamples that hold a pair of different networks; NaN where all are right."""
    if np.isnan(resampled).all():
        return np.nan, np.nan
    low, high = np.clip(np.nanquantile(resampled, ENDS), -1, 1)
    return float(low), float(high)


def lines_of(pilot: Pilot, hours: Callable[[int], str]) -> Iterator[str]:
    """The pilot as text; hours: what that many networks take, as it is said."""
    yield (
        f"Pilot {pilot.collection}, {pilot.models} networks, {pilot.split} split: "
        f"r1 = {_said(pilot.r1)}, κ = {_said(pilot.kappa)} at extent {pilot.extent}; "
        f"{_needed(pilot.needed)} for a reliability of {WANTED}."
    )
    yield f"  {'networks':>8}  {'r1, 95 %':>14}  {'κ, 95 %':>14}  {'reliability':>11}  {'hours':>8}"
    for size in pilot.sizes:
        yield (
            f"  {size.models:>8}  {_ends(size.r1):>14}  {_ends(size.kappa):>14}  "
            f"{_reliability(size.alpha):>11}  {hours(size.models):>8}"
        )


def _said(number: float) -> str:
    return "–" if np.isnan(number) else f"{number:.2f}"


def _reliability(alpha: float) -> str:
    """A dash where networks share no order, so that no number of them has a reliable one."""
    return f"{alpha:.3f}" if 0 <= alpha <= 1 else "–"


def resized(config: Config, collection: str, models: int) -> set[TrainedModel]:
    """What would be trained for a collection of that many networks; nothing where it is given."""
    entry = config.collections[collection]
    if {"predictions", "published"} & entry.keys():
        return set()
    changed = entry.copy()
    changed["models"] = models
    changed.pop("seeds", None)
    collections = {**config.collections, collection: changed}
    return models_of(replace(config, collections=collections), [collection])


def _needed(models: float) -> str:
    if np.isnan(models):
        return "how many networks it takes cannot be told"
    if not np.isfinite(models):
        return "no number of networks is enough"
    count = max(1, int(np.ceil(models - 1e-9)))
    return f"it takes {count} network{'s' if count > 1 else ''}"


def _ends(interval: tuple[float, float]) -> str:
    return "–" if np.isnan(interval).any() else f"[{interval[0]:.2f}, {interval[1]:.2f}]"
