"""How each claim is measured, from the score tables of its collections.

Every public function takes the collections of a claim and its split, and returns a `Measured`;
those of correlations.py and, with a reference besides, of compare_references.py as well.
Intervals are 95 % bootstrap intervals over models, those of κ over models and examples, those of
accuracy Student's t; those of a single model are NaN.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import t as student

from learning_order.claims.compare_references import reference_auroc, reference_correlation
from learning_order.claims.correlations import (
    accessibility_correlation,
    accessibility_correlation_at_100,
)
from learning_order.claims.measured import Measured, NotMeasurable
from learning_order.claims.shapes import (
    Shape,
    deciding,
    least_ends,
    least_kappa,
    shapes_of,
    verdict,
)
from learning_order.tables.collection import Collection

LEARNED = 0.05  # as near to its last accuracy, a collection has learned


def measure(
    name: str,
    sources: Sequence[Collection],
    split: str,
    reference: str | None = None,
    stage: str | None = None,
) -> Measured:
    """Measure one split by the function that FUNCTIONS calls `name`.

    stage: what is looked at, `learning` or `end`; None for all extents. NotMeasurable where a
    collection has no such split, or lacks what the function needs.
    """
    for source in sources:
        _check_split(source, split)
    during = [_during(source, split, stage) for source in sources]
    return FUNCTIONS[name](during, split, *([reference] if reference else []))


def accuracy(sources: Sequence[Collection], split: str) -> Measured:
    """The mean accuracy of the models at the last extent.

    Its interval is Student's t of the models: a bootstrap of four covers it in about 80 %.
    """
    last = _rows(sources[0], split).iloc[-1]
    mean, models = float(last["accuracy"]), int(last["models"])
    low = high = np.nan
    if models > 1:
        room = student.ppf(0.975, models - 1) * last["accuracy_sd"] / np.sqrt(models)
        low, high = max(mean - room, 0), min(mean + room, 1)
    return Measured(mean, low, high, remark=f"at extent {last['extent']}")


def error(sources: Sequence[Collection], split: str) -> Measured:
    """1 − accuracy: the top-1 error."""
    right = accuracy(sources, split)
    return Measured(1 - right.value, 1 - right.high, 1 - right.low, remark=right.remark)


def largest_bimodality(sources: Sequence[Collection], split: str) -> Measured:
    """The largest bimodality at any extent above 0."""
    return _extreme_bimodality(sources[0], split, np.argmax)


def smallest_bimodality(sources: Sequence[Collection], split: str) -> Measured:
    """The smallest bimodality at any extent above 0."""
    return _extreme_bimodality(sources[0], split, np.argmin)


def kappa(sources: Sequence[Collection], split: str) -> Measured:
    """κ at the last extent: 0 for independent models, 1 where all are right about the same."""
    last, known = _rows(sources[0], split)["extent"].iloc[-1], _shapes(sources[0], split)[-1]
    if known.extent != last:
        raise NotMeasurable(
            f"collection {sources[0].name}: a handful of {split} examples would decide κ at extent "
            f"{last}"
        )
    return Measured(*known.kappa, remark=f"at extent {last}")


def bimodal(sources: Sequence[Collection], split: str) -> Measured:
    """Whether the TP-agreement has two peaks at every extent above 0. The number is the least κ."""
    return _peaks(sources[0], split, wanted=True)


def not_bimodal(sources: Sequence[Collection], split: str) -> Measured:
    """Whether it has two peaks at none, which is the opposite. The number is the largest κ."""
    return _peaks(sources[0], split, wanted=False)


def largest_bimodality_at_100(sources: Sequence[Collection], split: str) -> Measured:
    """The largest bimodality at any extent above 0, as a hundred models would have it."""
    return _extreme_bimodality(sources[0], split, np.argmax, "bimodality_at_100")


def smallest_bimodality_at_100(sources: Sequence[Collection], split: str) -> Measured:
    """The smallest bimodality at any extent above 0, as a hundred models would have it."""
    return _extreme_bimodality(sources[0], split, np.argmin, "bimodality_at_100")


def independent_errors(sources: Sequence[Collection], split: str) -> Measured:
    """The variance of accuracy at the last extent over that of independent errors: 1 if they are.

    Each example has its own rate of errors; the interval is that of the variance of a normal
    distribution (see scores.accuracy_spread_ratio).
    """
    last = _rows(sources[0], split).iloc[-1]
    ratio, low, high = (last[f"accuracy_spread_ratio{end}"] for end in ("", "_low", "_high"))
    if pd.isna(ratio):
        raise NotMeasurable(
            f"collection {sources[0].name} shows no spread of accuracy on the {split} split: it "
            "takes two models or more, and labels"
        )
    return Measured(ratio, low, high, remark=f"at extent {last['extent']}")


def shared_errors(sources: Sequence[Collection], split: str) -> Measured:
    """Whether models make the same mistakes at every extent above 0. The number is the least κ."""
    return _sharing(sources[0], split, wanted=True)


def no_shared_errors(sources: Sequence[Collection], split: str) -> Measured:
    """Whether they do at none, which is the opposite. The number is the largest κ."""
    return _sharing(sources[0], split, wanted=False)


def _check_split(source: Collection, split: str) -> None:
    """NotMeasurable where it is missing, or has no labels."""
    summary = source.tables["summary"]
    present = summary["split"].unique()
    if split not in present:
        raise NotMeasurable(
            f"collection {source.name} has no {split} split, only {', '.join(present)}"
        )
    if summary.loc[summary["split"] == split, "accuracy"].isna().all():
        raise NotMeasurable(f"the {split} split of collection {source.name} has no labels")


FUNCTIONS: Mapping[str, Callable[..., Measured]] = {
    "accessibility-correlation": accessibility_correlation,
    "accessibility-correlation-at-100": accessibility_correlation_at_100,
    "accuracy": accuracy,
    "error": error,
    "largest-bimodality": largest_bimodality,
    "smallest-bimodality": smallest_bimodality,
    "kappa": kappa,
    "bimodal": bimodal,
    "not-bimodal": not_bimodal,
    "largest-bimodality-at-100": largest_bimodality_at_100,
    "smallest-bimodality-at-100": smallest_bimodality_at_100,
    "independent-errors": independent_errors,
    "shared-errors": shared_errors,
    "no-shared-errors": no_shared_errors,
    "reference-correlation": reference_correlation,
    "reference-auroc": reference_auroc,
}


def _extreme_bimodality(
    source: Collection, split: str, choose: Callable, score: str = "bimodality"
) -> Measured:
    rows = _trained(source, split)
    kept = deciding(source.tables["correct"], split)
    without = _left_out(rows["extent"], kept)
    rows = rows[rows["extent"].isin(kept)]
    if rows.empty:
        raise _too_little(source, split)
    known = rows[rows[score].notna()]
    if known.empty:  # so few, or so unlike, that a hundred models cannot be told from them
        row = rows.iloc[int(choose(rows["bimodality"]))]
        remark = f"κ may be 0 at each extent that decides; raw at extent {row['extent']}{without}"
        return Measured(np.nan, np.nan, np.nan, raw=row["bimodality"], remark=remark)
    row = known.iloc[int(choose(known[score]))]
    raw = np.nan if score == "bimodality" else row["bimodality"]
    remark = f"at extent {row['extent']}{_of(known)}{without}"
    return Measured(row[score], row[f"{score}_low"], row[f"{score}_high"], raw=raw, remark=remark)


def _peaks(source: Collection, split: str, *, wanted: bool) -> Measured:
    def bounds(shape: Shape) -> str:
        kappa, ends = least_kappa(shape.accuracy), least_ends(shape.models, shape.accuracy)
        return (
            f" (accuracy {shape.accuracy:.2f}), where two peaks begin at {kappa:.2f}, and "
            f"{shape.ends.value:.0%} of the examples are within 0.1 of an end (they begin at "
            f"{ends:.0%})" + ("" if shape.peaks else ", with no peak at one of the ends")
        ).replace("%", "\N{NO-BREAK SPACE}%")

    return _qualitative(source, split, wanted, "two peaks", lambda each: each.two_peaks, bounds)


def _sharing(source: Collection, split: str, *, wanted: bool) -> Measured:
    return _qualitative(source, split, wanted, "shared errors", lambda each: each.shares_errors)


def _qualitative(
    source: Collection,
    split: str,
    wanted: bool,
    what: str,
    has: Callable[[Shape], bool | None],
    more: Callable[[Shape], str] = lambda _: "",
) -> Measured:
    """Whether all extents have what is named so, or none has.

    The number is the κ most against it, of the extents that decide the verdict. more: what else to
    say of the extent of that κ.
    """
    shapes = _shapes(source, split)
    holds, where = verdict({each.extent: has(each) for each in shapes}, wanted, what)
    found = None if holds is None else holds == wanted  # at the extents that decide
    decisive = [each for each in shapes if has(each) is found]
    extreme = (min if wanted else max)(decisive, key=lambda shape: shape.kappa.value)
    remark = f"κ at extent {extreme.extent}{_of(shapes)}{more(extreme)}"
    remark += _left_out(_trained(source, split)["extent"], [each.extent for each in shapes])
    return Measured(*extreme.kappa, holds=holds, remark="; ".join(filter(None, [where, remark])))


def _of(extents: Sized) -> str:
    """Among how many extents one was chosen."""
    return f", of {len(extents)} extents" if len(extents) > 1 else ""


def _left_out(extents: Iterable[int], kept: Iterable[int]) -> str:
    """The end of a remark about the extents that a handful of examples would decide."""
    without = sorted(set(map(int, extents)) - set(kept))
    listed = ", ".join(map(str, without))
    return f"; without extent {listed}, which a handful of examples would decide" if listed else ""


def _shapes(source: Collection, split: str) -> list[Shape]:
    """NotMeasurable where there is none."""
    if source.tables["summary"]["models"].max() == 1:
        raise NotMeasurable(f"collection {source.name} is a single model: that has no TP-agreement")
    found = list(shapes_of(source.tables["correct"], split))
    if not found:
        raise _too_little(source, split)
    return found


def _during(source: Collection, split: str, stage: str | None) -> Collection:
    """The collection with the extents of that stage alone.

    Models are learning until their accuracy on the split is first near to its last value.
    NotMeasurable where that is at no extent.
    """
    if stage is None:
        return source
    accuracy = _rows(source, split).set_index("extent")["accuracy"]
    near = accuracy.to_numpy() >= accuracy.iloc[-1] - LEARNED
    chosen = accuracy.index[: near.argmax()] if stage == "learning" else accuracy.index[-1:]
    if not len(chosen):
        raise NotMeasurable(
            f"collection {source.name} is at no extent below its last accuracy on {split}: record "
            "earlier extents"
        )
    tables = {
        name: rows[rows["extent"].isin(chosen)]
        for name, rows in source.tables.items()
        if "extent" in rows
    }
    return replace(source, tables=tables)


def _rows(source: Collection, split: str) -> pd.DataFrame:
    summary = source.tables["summary"]
    return summary[summary["split"] == split].sort_values("extent")


def _trained(source: Collection, split: str) -> pd.DataFrame:
    """The rows of extents above 0 whose bimodality is defined; NotMeasurable without any."""
    rows = _rows(source, split)
    rows = rows[(rows["extent"] > 0) & rows["bimodality"].notna()]
    if rows.empty:
        raise _too_little(source, split)
    return rows


def _too_little(source: Collection, split: str) -> NotMeasurable:
    return NotMeasurable(
        f"collection {source.name} has no extent above 0 at which its {split} TP-agreement "
        "varies, or of more than a handful of examples: record more extents"
    )
