"""What a long job reports while it runs: lines in its log, a bar on a terminal."""

import time
from collections.abc import Callable
from typing import TextIO

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 5

EpochMeasure = Callable[[], tuple[float, float]]  # mean loss and train accuracy of the epoch so far


class Progress:
    """Hears how training goes, and reports nothing."""

    def advance(self, seed: int, epoch: float, by: float, measure: EpochMeasure) -> None:
        """A model has now trained `epoch` epochs, of which `by` are new."""

    def skip(self, epochs: float) -> None:
        """`epochs` network-epochs of the job need not be run: they were kept."""

    def again(self, epochs: float) -> None:
        """`epochs` network-epochs must be run again."""

    def say(self, text: str) -> None:
        """Something that a reader of the log should know."""

    def change_path(self, text: str) -> None:
        """Models train in another way from here on; the text says which and why."""
        self.say(text)


class TrainingProgress(Progress):
    """Reports the network-epochs of one training job, in a line every few seconds.

    log: an open text file; total: network-epochs of the job.
    """

    def __init__(self, log: TextIO, total: float, title: str):
        self.log, self.total = log, total
        self.done, self.start, self.last = 0.0, time.monotonic(), 0.0
        self.changes: list[str] = []  # of the way in which models train
        self.bar = tqdm(
            total=total,
            desc=title,
            disable=None,
            leave=False,
            bar_format="{l_bar}{bar}| {n:.1f}/{total:.0f} epochs [{elapsed}<{remaining}{postfix}]",
        )

    def advance(self, seed: int, epoch: float, by: float, measure: EpochMeasure) -> None:
        self.done += by
        self.bar.update(by)
        now, finished = time.monotonic(), self.done > self.total - 1e-6
        if now - self.last < SECONDS_BETWEEN_LINES and not finished:
            return
        self.last = now
        loss, accuracy = measure()
        self.bar.set_postfix_str(f"seed {seed}, accuracy {accuracy:.3f}", refresh=False)
        left = (now - self.start) / self.done * (self.total - self.done)
        print(
            f"{_number(self.done)}/{_number(self.total)} network-epochs; seed {seed} epoch "
            f"{_number(epoch)}: loss {loss:.4f}, train accuracy {accuracy:.4f}; "
            f"{_duration(left)} left",
            file=self.log,
            flush=True,
        )

    def skip(self, epochs: float) -> None:
        self.total -= epochs
        self.bar.total = self.total
        self.say(f"resumed: {_number(epochs)} network-epochs were done before")

    def again(self, epochs: float) -> None:
        self.total += epochs
        self.bar.total = self.total

    def say(self, text: str) -> None:
        print(text, file=self.log, flush=True)

    def change_path(self, text: str) -> None:
        self.changes.append(text)
        self.say(text)

    def close(self) -> None:
        self.bar.close()


class BoostingProgress:
    """Reports the weak classifiers of one ensemble, called with their number and an error."""

    def __init__(self, log: TextIO, rounds: int, title: str):
        self.log, self.rounds = log, rounds
        self.bar = tqdm(total=rounds, desc=title, unit="classifier", disable=None, leave=False)

    def __call__(self, size: int, error: float) -> None:
        self.bar.update()
        print(f"{size}/{self.rounds}: weighted error {error:.4f}", file=self.log, flush=True)

    def close(self, stopped: str | None) -> None:
        self.bar.close()
        if stopped:
            print(f"stopped early: {stopped}", file=self.log, flush=True)


def _number(epochs: float) -> str:
    """At most two digits after the point, without trailing zeros."""
    return f"{epochs:.2f}".rstrip("0").rstrip(".")


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
