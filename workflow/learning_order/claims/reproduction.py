"""The claims table and the figures as a page of the documentation, and its summary."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from learning_order.claims.page import measured
from learning_order.claims.verdicts import (
    INCONCLUSIVE,
    NOT_REPRODUCED,
    NOT_RUN,
    REPRODUCED,
    RISES,
    RULES,
    STAGES,
    TOO_FEW,
    TWO_PEAKS,
    UNFINISHED,
)

Row = Mapping[str, Any]

HEAD = f"""# Reproduction

Written by `make reproduction` from the predictions in [published/](../published/README.md): do not
edit it. Each network was trained once and recorded on the way; the paper trains others for each
extent. Where it took a part of the train examples, its epochs are as much shorter. "Every extent"
and "over training" are the extents of the collection in [config.yaml](../config.yaml), as far as
they are published; the last column says how many decide, and shows κ at the one that is most
against the claim, of those that decide the verdict.
Claims about C-scores and label errors need files that others publish: the [gallery](gallery.md) has
runs beside them.

A claim is *reproduced* where all of its interval fits, *not reproduced* where none of it does, and
*inconclusive* in between. It is inconclusive as well with fewer than four networks of a kind, with
a p above the claimed one, and, where it is about the end of training, with networks not trained as
far as config.yaml says. All tolerances are ours, and where the paper gives words in place of a
number, so is the bound that is claimed here.

The order of few networks is noisy, and so is their bimodality: correlations of orders (but for
AdaBoost) and B are those that a hundred such networks would have, as the paper trained a hundred.
What these networks have stands beside them. B is left out at extents at which κ may be 0.

Intervals are 95 % bootstrap intervals, shifted so that their median is the value, which need not be
in their middle, and without pairs of a network with itself: those of κ over models and examples,
those of r and B over models, of the extent that was chosen. A bootstrap of four
accuracies would cover the truth in about 80 % of the cases: those of accuracy are Student's t.
Those of the spread of accuracy (independent errors) take it for normally distributed. κ is the
share of the variance of being right that all models have in common.

{TWO_PEAKS}

Where all models are right about all examples but a handful (fewer than ten and than
1 %), or wrong about all but these, an extent decides nothing about peaks, shared errors and B, and
is left out. What is told by other rules than an interval:

{{rules}}
"""
PAPERS_OWN = ("Fig", "§", "Suppl")  # how the source of what the paper itself states begins


def read(path: str, numbers: Sequence[str]) -> pd.DataFrame:
    """A table from a file; columns other than `numbers` are text, whatever they look like."""
    table = pd.read_csv(path, dtype=str)
    return table.astype(dict.fromkeys(numbers, float))


def reproduction(
    table: pd.DataFrame,
    figures: Sequence[tuple[str, str]],
    runs: pd.DataFrame,
    limits: Mapping[str, str],
) -> str:
    """The page in Markdown.

    table: of claims; figures: name and caption of each; runs: the index of what is published;
    limits: dataset → what of it was used, where that is not all.
    """
    rows = table.to_dict("records")
    run = [row for row in rows if not _without_predictions(row)]
    return "\n".join(
        [
            HEAD.format(rules=_rules(rows)),
            " ".join(filter(None, [_sentences(table), _of_others(run)])),
            "",
            "## Claims",
            "",
            _table(
                ("Claim", "Claimed", "Ours", "Scale", "Verdict", "Why"),
                [_claim(row, limits) for row in run],
            ),
            "",
            "## Not run",
            "",
            "The predictions that these claims need are not published.",
            "",
            _not_run(row for row in rows if _without_predictions(row)),
            "",
            "## Runs",
            "",
            _runs(runs),
            "",
            "## Figures",
            "",
            *[_figure(*each) for each in figures],
        ]
    )


def summary(table: pd.DataFrame) -> str:
    """Some sentences and a table of what of the paper holds, a row per statement and split."""
    rows = [row for row in table.to_dict("records") if _of_paper(row) and row["verdict"] != NOT_RUN]
    of_one: dict[tuple[str, str], list[Row]] = {}
    for row in rows:  # by verdict
        of_one.setdefault((row["statement"], row["split"]), []).append(row)
    lines = [
        (statement, split, of[0]["paper"], _numbers(of), _counted(of))
        for (statement, split), of in of_one.items()
    ]
    head = ("The paper states", "split", "claimed", "here", "verdict")
    return "\n".join([_sentences(table), "", _table(head, lines)])


def _sentences(table: pd.DataFrame) -> str:
    of_paper = table[[_of_paper(row) for row in table.to_dict("records")]]
    counts = of_paper["verdict"].value_counts()
    run = of_paper[of_paper["verdict"] != NOT_RUN]
    models = [int(part) for each in run["models"].astype(str) for part in each.split(", ")]
    scale = f"{min(models)} to {max(models)}" if models and min(models) < max(models) else ""
    scale = scale or (str(models[0]) if models else "no")
    said = ", ".join(
        f"{counts.get(verdict, 0)} {verdict}"
        for verdict in (REPRODUCED, NOT_REPRODUCED, INCONCLUSIVE)
    )
    statements = of_paper["statement"].nunique()
    early = _early(of_paper)
    others = f"{len(of_paper) - len(run)} claims wait for data or computing time."
    return (
        f"{statements} statements of the paper, chosen by us, make {len(of_paper)} claims, one for "
        f"each collection of networks and split; {len(run)} have been tested so far, on real runs "
        f"of {scale} models per collection: {said}. "
        + (f"{early}, and the other {others}" if early else f"The other {others}")
    )


def _early(rows: pd.DataFrame) -> str:
    """How many of the reproduced claims may still fail as training goes on; empty for none."""
    reproduced = rows[rows["verdict"] == REPRODUCED]
    early = reproduced[reproduced["finished"].astype(str) == "False"]
    if early.empty:
        return ""
    most = early["statement"].value_counts().iloc[0]
    of_one = f" ({most} of them are one statement, on {most} collections)" if most > 1 else ""
    return f"Of those reproduced, {len(early)} saw only the first part of training{of_one}"


def _of_others(rows: Sequence[Row]) -> str:
    """What of the table the sentences do not count."""
    count = sum(not _of_paper(row) for row in rows)
    return f"The table has {count} rows more, of what later papers claim." if count else ""


def _of_paper(row: Row) -> bool:
    return str(row["source"]).startswith(PAPERS_OWN)


def _rules(rows: Sequence[Row]) -> str:
    """A line per rule that is not of one number: when it is met, and when not."""
    used = {row["measure"] for row in rows}
    lines = [
        f"- *{name.replace('-', ' ')}*: {rule}." for name, rule in RULES.items() if name in used
    ]
    learning = f"- *{STAGES['learning']}*: {RISES}."
    return "\n".join([*lines, learning])


def _claim(row: Row, limits: Mapping[str, str]) -> tuple[str, ...]:
    return (
        f"{row['statement']} ({row['source']})",
        row["paper"],
        measured(row),
        _scale(row, limits),
        f"**{row['verdict']}**",
        why(row),
    )


def _scale(row: Row, limits: Mapping[str, str]) -> str:
    """What was run, and how much of the whole configuration that is."""
    limited = [limits[name] for name in row["datasets"].split(", ") if name in limits]
    return "; ".join(filter(None, [_about(row), _said(row["scale"]), *limited]))


def _about(row: Row) -> str:
    """Networks, data and split."""
    return f"{_short(row['architectures'])} on {_short(row['datasets'])}, {row['split']}"


def why(row: Row) -> str:
    """One line on how the verdict follows from the numbers."""
    share = {REPRODUCED: "all", NOT_REPRODUCED: "none", INCONCLUSIVE: "a part"}
    bounds = row["rule"].replace("all of the", f"{share.get(row['verdict'], 'how much')} of the")
    remark = _said(row["remark"])
    is_open = remark.startswith((TOO_FEW, UNFINISHED))  # whatever the interval
    number = "" if row["measure"] in RULES or pd.isna(row["low"]) or is_open else bounds
    return "; ".join(filter(None, [number, remark]))


def _without_predictions(row: Row) -> bool:
    """Other claims that were not run were tried, and their remark says why not."""
    return row["verdict"] == NOT_RUN and pd.isna(row["remark"])


def _not_run(rows: Iterable[Row]) -> str:
    """A line per claim: what it states, and what it takes."""
    return _table(
        ("Claim", "Claimed", "Takes"),
        [(f"{row['statement']} ({row['source']})", row["paper"], _about(row)) for row in rows],
    )


def _short(names: str) -> str:
    """'a … z' for long lists."""
    listed = names.split(", ")
    return names if len(listed) < 4 else f"{listed[0]} … {listed[-1]}"


def _runs(runs: pd.DataFrame) -> str:
    """A line per run of the index, which has one per file."""
    lines = []
    for (dataset, architecture), of in runs.groupby(["dataset", "architecture"]):
        lines.append(
            (
                f"{architecture} on {dataset}",
                str(len(of)),
                ", ".join(dict.fromkeys(map(_extents, of["extents"], of["parts_per_epoch"]))),
                ", ".join(dict.fromkeys(of["commit"])),
                ", ".join(dict.fromkeys(of["machine"])),
                _hours(of["hours"]),
                f"{of['bytes'].sum() / 1e6:.2f}",
            )
        )
    return _table(("Run", "Files", "Extents", "Commit", "Machine", "Hours", "MB"), lines)


def _extents(listed: str, parts: float) -> str:
    """What extents count, where that is not epochs."""
    return listed if parts == 1 else f"{listed} ({parts:.0f} per epoch)"


def _hours(measured: pd.Series) -> str:
    """Their sum, '≥' where some are not known."""
    if measured.isna().all():
        return "–"
    return f"{'≥ ' if measured.isna().any() else ''}{measured.sum():.1f}"


def _figure(name: str, caption: str) -> str:
    return f"### {name}\n\n![{name}](figures/reproduction/{name}.png)\n\n{caption.strip()}\n"


def _counted(rows: Sequence[Row]) -> str:
    """'reproduced', or of several collections '3 of 4 reproduced, 1 inconclusive'."""
    verdicts = [row["verdict"] for row in rows]
    if len(rows) == 1:
        return verdicts[0]
    return ", ".join(f"{verdicts.count(each)} {each}" for each in dict.fromkeys(verdicts))


def _numbers(rows: Sequence[Row]) -> str:
    return measured(rows[0]) if len(rows) == 1 else f"{len(rows)} collections"


def _said(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)
