"""Errors that explain themselves."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

MOST_LISTED = 30
Entry = TypeVar("Entry")


class ExplainedError(Exception):
    """An error whose message says what is wrong and what to do; a traceback would only hide it."""

    passes = False  # whether a further attempt may go well


class UnknownName(ExplainedError, KeyError):
    """A name in the path of a file that the configuration does not know."""

    def __str__(self) -> str:  # a KeyError would put it in quotes
        return str(self.args[0])


def named(entries: Mapping[str, Entry], name: str, what: str) -> Entry:
    """The entry of this name; UnknownName says which `what` may have been meant."""
    if name not in entries:
        raise UnknownName(f"there is no {what} {name!r}{did_you_mean(name, entries)}")
    return entries[name]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the closest known one, or all of them."""
    known = sorted(str(each) for each in known)
    lower = {each.lower(): each for each in known}
    close = get_close_matches(str(name).lower(), lower, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {lower[close[0]]!r}?"
    if len(known) > MOST_LISTED:
        known = [*known[:MOST_LISTED], "…"]
    return f"; choose among {', '.join(known)}" if known else "; there are none"
