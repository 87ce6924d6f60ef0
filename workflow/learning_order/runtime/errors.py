"""Errors that explain themselves."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_LISTED = 30


class ExplainedError(Exception):
    """An error whose message says what is wrong and what to do; a traceback would only hide it."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the closest known one, or all of them."""
    known = sorted(str(each) for each in known)
    close = get_close_matches(str(name), known, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    if len(known) > MOST_LISTED:
        known = [*known[:MOST_LISTED], "…"]
    return f"; choose among {', '.join(known)}" if known else "; there are none"
