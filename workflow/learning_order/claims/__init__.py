"""What the paper states, measured on the collections at hand and judged by a stated rule.

measures.py   how each number is measured, with its interval
verdicts.py   from numbers to verdicts, a row a claim
page.py       the rows as a page for reading

A new measure is one function there, one line in ``MEASURES``, and its name in the schema. The
registry names functions instead of importing them, so that planning loads no library.
"""

from typing import NamedTuple


class Measure(NamedTuple):
    """What a claim can be about, and what it takes to measure it."""

    function: str  # of measures.py
    table: str  # the score table it reads, besides the summary
    least: int = 1  # collections
    most: int | None = 1
    qualitative: bool = False  # holds or does not, by a rule of its own


MEASURES = {
    "accessibility-correlation": Measure("accessibility_correlation", "correct", 2, None),
    "accuracy": Measure("accuracy", "summary"),
    "error": Measure("error", "summary"),
    "largest-bimodality": Measure("largest_bimodality", "summary"),
    "smallest-bimodality": Measure("smallest_bimodality", "summary"),
    "bimodal": Measure("bimodal", "summary", qualitative=True),
    "not-bimodal": Measure("not_bimodal", "summary", qualitative=True),
}
