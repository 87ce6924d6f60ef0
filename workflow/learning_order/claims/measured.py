"""What measuring a claim gives."""

from dataclasses import dataclass

from learning_order.runtime.errors import ExplainedError

RESAMPLES = 200


class NotMeasurable(ExplainedError, ValueError):
    """A claim whose collections lack what it takes to measure it."""


@dataclass(frozen=True)
class Measured:
    """A number with its interval, and what else a reader needs to judge it."""

    value: float
    low: float
    high: float
    raw: float = float("nan")  # what these models have, where the value is that of a hundred
    p: float = float("nan")
    holds: bool | None = None  # of a qualitative measure, None where it is undecided
    remark: str = ""
