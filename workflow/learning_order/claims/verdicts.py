"""Judges a claim by what was measured for it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from learning_order.claims.measures import LEARNED, Measured, NotMeasurable, measure
from learning_order.claims.shapes import NEGLIGIBLE
from learning_order.tables.collection import Collection

REPRODUCED, NOT_REPRODUCED, INCONCLUSIVE = "reproduced", "not reproduced", "inconclusive"
STAND_IN, NOT_RUN = "stand-in", "not run"
VERDICTS = (REPRODUCED, NOT_REPRODUCED, INCONCLUSIVE, STAND_IN, NOT_RUN)  # in this order

LEAST_MODELS = 4  # of fewer, an interval over models says little
OF_THE_END = {"accuracy", "error", "kappa", "independent-errors"}  # whatever the stage of a claim
TOO_FEW, UNFINISHED = f"a verdict takes {LEAST_MODELS} models", "training was not finished"

COLUMNS = (  # of the table, in order
    *("claim", "statement", "source", "measure", "split", "datasets", "architectures"),
    *("models", "examples", "last_extent", "finished", "paper"),
    *("measured", "low", "high", "raw", "p"),
    *("rule", "holds", "verdict", "scale", "remark"),
)
RULES = {
    "bimodal": "at every extent above 0 (the paper: after a few epochs, in many cases one), κ and "
    "the share of the examples within 0.1 of an end (of both together) are above those at which "
    "two peaks begin, by more than their intervals, and more examples are within 0.1 of each end "
    "than in as wide a range beside it; not reproduced where κ or the share is below at one extent",
    "not-bimodal": "at every extent above 0, κ or the share of the examples within 0.1 of an end "
    "is below that at which two peaks begin, by more than its interval; not reproduced where one "
    "extent is bimodal",
    "shared-errors": "at every extent above 0, the interval of κ lies above 0; not reproduced "
    f"where it holds 0 and ends below {NEGLIGIBLE:g} at one extent",
    "no-shared-errors": "at every extent above 0, the interval of κ holds 0 and ends below "
    f"{NEGLIGIBLE:g}; not reproduced where it lies above 0 at one extent",
}
STAGES = {"learning": "while accuracy rises", "end": "at the last extent"}
RISES = f"as long as it is more than {LEARNED:g} below its last"  # what the first of these means
TWO_PEAKS = (  # what the rules call so, in Markdown and HTML alike
    "Two peaks begin at the Beta distribution of TP-agreement that has the accuracy of the models "
    "and only just rises towards both ends: with M, the larger of accuracy and 1 − accuracy, at "
    "κ = M / (1 + M), which is 1/3 at an accuracy of a half, where this distribution is flat, and "
    "1/2 near 0 and 1."
)

FullScale = Mapping[str, tuple[int, int]]  # collection → models and last extent


def row(
    name: str,
    claim: Mapping[str, Any],
    sources: Sequence[Collection] | None,
    about: Mapping[str, Mapping[str, str]],
    remarks: Sequence[str],
    full: FullScale = MappingProxyType({}),
) -> dict[str, Any]:
    """A row of the claims table.

    claim: its entry in the resolved configuration; sources: its collections, None where some have
    not been scored; about: name of a collection → its dataset and architecture; remarks: what
    stands in for the paper's own data or networks; full: what the whole configuration has.
    """
    facts = {
        "claim": name,
        "statement": claim["statement"],
        "source": claim["source"],
        "measure": claim["measure"],
        "split": claim["split"],
        "datasets": _listed(entry["dataset"] for entry in about.values()),
        "architectures": _listed(entry["architecture"] for entry in about.values()),
        "paper": paper_value(claim),
        "rule": rule(claim),
    }
    if sources is None:
        return {**facts, "verdict": NOT_RUN}
    facts |= {**counts(sources, claim["split"]), "finished": is_finished(sources, full)}
    try:
        reference, stage = claim.get("reference"), claim.get("stage")
        measured = measure(claim["measure"], sources, claim["split"], reference, stage)
    except NotMeasurable as error:
        return {**facts, "verdict": NOT_RUN, "remark": str(error)}
    open_because = undecidable(claim, sources, full)
    said = [open_because, measured.remark, claim.get("remark"), *remarks]
    holding = None if open_because else holds(claim, measured)
    verdict = {True: REPRODUCED, False: NOT_REPRODUCED, None: INCONCLUSIVE}[holding]
    return {
        **facts,
        "measured": measured.value,
        "low": measured.low,
        "high": measured.high,
        "raw": measured.raw,
        "p": measured.p,
        "holds": holding,
        "verdict": STAND_IN if remarks else verdict,
        "scale": scale(sources, full),
        "remark": "; ".join(filter(None, said)),
    }


def undecidable(claim: Mapping[str, Any], sources: Sequence[Collection], full: FullScale) -> str:
    """Why no verdict follows, whatever was measured; empty where one does.

    What is boosted beside networks is the same whatever the seed, and one model of it enough.
    """
    trained = [source for source in sources if source.protocol != "boosted"]
    models = [int(source.tables["summary"]["models"].max()) for source in trained]
    if min(models, default=1) < LEAST_MODELS:
        return TOO_FEW
    about_the_end = claim["measure"] in OF_THE_END or "stage" in claim
    return UNFINISHED if about_the_end and not is_finished(sources, full) else ""


def is_finished(sources: Sequence[Collection], full: FullScale) -> bool:
    """Whether the models were trained as far as the whole configuration trains them."""
    return all(
        int(source.tables["summary"]["extent"].max()) >= full[source.name][1]
        for source in sources
        if source.name in full
    )


def ordered(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """By verdict, and within a verdict as they are."""
    return sorted(rows, key=lambda row: VERDICTS.index(row["verdict"]))


def scale(sources: Sequence[Collection], full: FullScale) -> str:
    """'8 of 100 models, to 30 of 140' where that is less than the whole configuration has.

    Collections of another scale than the rest are named.
    """
    said = {each.name: _scale_of(each, *full[each.name]) for each in sources if each.name in full}
    if len(set(said.values())) > 1:
        return "; ".join(f"{name}: {words}" for name, words in said.items())
    return next(iter(said.values()), "")


def _scale_of(source: Collection, models: int, extent: int) -> str:
    summary = source.tables["summary"]
    used, last = int(summary["models"].max()), int(summary["extent"].max())
    if used >= models and last >= extent:
        return "all models and extents"
    return f"{used} of {models} models, to {last} of {extent}"


def paper_value(claim: Mapping[str, Any]) -> str:
    """What the paper says, in short: '0.87, p ≤ 1e-50', '≥ 0.99', 'bimodal'."""
    if claim["measure"] in RULES:
        stage = STAGES.get(claim.get("stage", ""), "")
        return " ".join(filter(None, [claim["measure"].replace("-", " "), stage]))
    bounds = {"value": "", "at_least": "≥ ", "at_most": "≤ "}
    said = [f"{sign}{claim[key]:g}" for key, sign in bounds.items() if key in claim]
    said += [f"p ≤ {claim['most_p']:g}"] if "most_p" in claim else []
    return ", ".join(said)


def rule(claim: Mapping[str, Any]) -> str:
    """When the claim holds."""
    if claim["measure"] in RULES:
        parts = [RULES[claim["measure"]]]
    else:
        parts = [f"all of the interval is {each}" for each in _bounds_said(claim)]
    if "most_p" in claim:
        parts.append(f"p at most {claim['most_p']:g}")
    if "stage" in claim:
        rises = [RISES] if claim["stage"] == "learning" else []
        parts.append(", ".join([STAGES[claim["stage"]], *rises]))
    return ", and ".join(parts)


def _bounds_said(claim: Mapping[str, Any]) -> list[str]:
    said = {
        "value": f"within {claim['tolerance']:g} of the claimed value",
        "at_least": f"at least {claim.get('at_least', 0):g}",
        "at_most": f"at most {claim.get('at_most', 0):g}",
    }
    return [words for key, words in said.items() if key in claim]


def holds(claim: Mapping[str, Any], measured: Measured) -> bool | None:
    """Whether the claim holds: all of the interval fits, or none of it; None in between.

    So an interval wider than what is tolerated decides nothing, nor does a number without an
    interval, nor a p that is too large.
    """
    if claim["measure"] in RULES:
        return measured.holds
    least, most = _bounds(claim)
    if measured.high < least or measured.low > most:
        return False
    inside = measured.low >= least and measured.high <= most
    return True if inside and not measured.p > claim.get("most_p", 1) else None


def _bounds(claim: Mapping[str, Any]) -> tuple[float, float]:
    """The least and the greatest number that fit."""
    value, room = claim.get("value"), claim["tolerance"]
    if value is None:
        return claim.get("at_least", -math.inf), claim.get("at_most", math.inf)
    least = max(value - room, claim.get("at_least", -math.inf))
    return least, min(value + room, claim.get("at_most", math.inf))


def counts(sources: Sequence[Collection], split: str) -> dict[str, str]:
    """Models, examples and last extents that were really used; several where collections differ."""
    rows = pd.concat([source.tables["summary"] for source in sources])
    rows = rows[rows["split"] == split]
    last = [source.tables["summary"]["extent"].max() for source in sources]
    models = [source.tables["summary"]["models"].max() for source in sources]
    return {
        "models": _listed(models),
        "examples": _listed(rows["examples"]),
        "last_extent": _listed(last),
    }


def _listed(values: Iterable) -> str:
    """Each value once: '27, 22'."""
    return ", ".join(dict.fromkeys(map(str, values)))
