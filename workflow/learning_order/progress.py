"""What a long job says while it runs: lines in its log, a bar on a terminal."""

import time
from typing import TextIO

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 5


class TrainingProgress:
    """Reports network-epochs of one training job.

    log: an open text file; total: network-epochs of the job. Call it with the seed, its epoch,
    the epoch's mean loss and train accuracy; a line appears at most every few seconds.
    """

    def __init__(self, log: TextIO, total: int, title: str):
        self.log, self.total = log, total
        self.done, self.start, self.last = 0, time.monotonic(), 0.0
        self.bar = tqdm(total=total, desc=title, unit="epoch", disable=None, leave=False)

    def __call__(self, seed: int, epoch: int, loss: float, accuracy: float) -> None:
        self.done += 1
        self.bar.set_postfix_str(f"seed {seed}, accuracy {accuracy:.3f}", refresh=False)
        self.bar.update()
        now = time.monotonic()
        if now - self.last < SECONDS_BETWEEN_LINES and self.done < self.total:
            return
        self.last = now
        left = (now - self.start) / self.done * (self.total - self.done)
        print(
            f"{self.done}/{self.total} network-epochs; seed {seed} epoch {epoch}: "
            f"loss {loss:.4f}, train accuracy {accuracy:.4f}; {_duration(left)} left",
            file=self.log,
            flush=True,
        )

    def close(self) -> None:
        self.bar.close()


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
