"""Judges a claim by what was measured for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from learning_order.claims.measures import Measured, NotMeasurable, measure
from learning_order.tables.collection import Collection

REPRODUCED, NOT_REPRODUCED = "reproduced", "not reproduced"
STAND_IN, NOT_RUN = "stand-in", "not run"

COLUMNS = (  # of the table, in order
    *("claim", "statement", "source", "measure", "split", "datasets", "architectures"),
    *("models", "examples", "last_extent", "paper", "measured", "low", "high", "p"),
    *("rule", "holds", "verdict", "remark"),
)
RULES = {
    "bimodal": "at every extent above 0 below the null hypothesis by more than the interval",
    "not-bimodal": "at every extent above 0 its interval reaches 0.8, that of a flat distribution",
    "shared-errors": "at every extent above 0 both intervals of κ lie above 0",
    "no-shared-errors": "at every extent above 0 an interval of κ holds 0",
}


def row(
    name: str,
    claim: Mapping[str, Any],
    sources: Sequence[Collection] | None,
    about: Mapping[str, Mapping[str, str]],
    remarks: Sequence[str],
) -> dict[str, Any]:
    """A row of the claims table.

    claim: its entry in the resolved configuration; sources: its collections, None where some have
    not been scored; about: name of a collection → its dataset and architecture; remarks: what
    stands in for the paper's own data or networks.
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
    facts |= counts(sources, claim["split"])
    try:
        measured = measure(claim["measure"], sources, claim["split"], claim.get("reference"))
    except NotMeasurable as error:
        return {**facts, "verdict": NOT_RUN, "remark": str(error)}
    holding = holds(claim, measured)
    verdict = REPRODUCED if holding else NOT_REPRODUCED
    return {
        **facts,
        "measured": measured.value,
        "low": measured.low,
        "high": measured.high,
        "p": measured.p,
        "holds": holding,
        "verdict": STAND_IN if remarks else verdict,
        "remark": "; ".join(filter(None, [measured.remark, *remarks])),
    }


def paper_value(claim: Mapping[str, Any]) -> str:
    """What the paper says, in short: '0.87, p ≤ 1e-50', '≥ 0.99', 'bimodal'."""
    if claim["measure"] in RULES:
        return claim["measure"].replace("-", " ")
    bounds = {"value": "", "at_least": "≥ ", "at_most": "≤ "}
    said = [f"{sign}{claim[key]:g}" for key, sign in bounds.items() if key in claim]
    said += [f"p ≤ {claim['most_p']:g}"] if "most_p" in claim else []
    return ", ".join(said)


def rule(claim: Mapping[str, Any]) -> str:
    """When the claim holds."""
    if claim["measure"] in RULES:
        return RULES[claim["measure"]]
    parts = []
    if "value" in claim:
        parts.append(f"the paper's value is within {claim['tolerance']:g} of the interval")
    if "at_least" in claim:
        parts.append(f"at least {claim['at_least']:g}")
    if "at_most" in claim:
        parts.append(f"at most {claim['at_most']:g}")
    if "most_p" in claim:
        parts.append(f"p at most {claim['most_p']:g}")
    return ", and ".join(parts)


def holds(claim: Mapping[str, Any], measured: Measured) -> bool:
    """Whether the claim holds by its rule; a missing end of the interval is the number itself."""
    if measured.holds is not None:
        return bool(measured.holds)
    low = measured.value if pd.isna(measured.low) else measured.low
    high = measured.value if pd.isna(measured.high) else measured.high
    room = claim["tolerance"]
    fits = [not pd.isna(measured.value)]
    if "value" in claim:
        fits.append(low - room <= claim["value"] <= high + room)
    if "at_least" in claim:
        fits.append(measured.value >= claim["at_least"])
    if "at_most" in claim:
        fits.append(measured.value <= claim["at_most"])
    if "most_p" in claim:
        fits.append(measured.p <= claim["most_p"])
    return bool(all(fits))


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
