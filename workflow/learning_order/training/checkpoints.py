"""What a long job keeps on disk, so that after a kill it resumes where it was.

Nothing is written before the first interval has passed, so short jobs leave no trace. A file is
written aside and renamed: a kill at any time leaves the old state or the new one.
"""

import io
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import torch

from learning_order.predictions.contract import Record
from learning_order.runtime.files import written_aside

ARRAYS = ("predictions", "p_true", "margin")  # of a record


class Checkpoints:
    """The states and finished records of models, in `folder`, at most every `minutes`.

    fingerprint: all that the results follow from, as text; what was kept under another one is not
    used. Files are named by seed, so a job finds them whatever its block.
    """

    def __init__(self, folder: Path, fingerprint: str, minutes: float):
        self.folder, self.fingerprint = folder, fingerprint
        self.seconds, self.last = 60 * minutes, time.monotonic()
        self.unsaved: list[Record] = []

    def due(self) -> bool:
        """Whether the interval has passed since the last save."""
        return time.monotonic() - self.last >= self.seconds

    def keep(self, record: Record) -> None:
        """Have a finished record written with the next save."""
        self.unsaved.append(record)

    def save(self, states: Mapping[int, dict]) -> None:
        """Write the states of models in training by seed, and every record since the last save."""
        for record in self.unsaved:
            content = asdict(record)
            for name in ARRAYS:  # as tensors, which load without trusting the file
                content[name] = {k: torch.from_numpy(v) for k, v in content[name].items()}
            self._write(self._record_file(record.seed, record.extent), content)
        for seed, state in states.items():
            self._write(self._state_file(seed), state)
        self.unsaved, self.last = [], time.monotonic()

    def record(self, seed: int, extent: int) -> Record | None:
        """The finished record of a model, if it was kept."""
        found = self._read(self._record_file(seed, extent))
        if found is None:
            return None
        for name in ARRAYS:
            found[name] = {split: values.numpy() for split, values in found[name].items()}
        return Record(**found)

    def state(self, seed: int) -> dict | None:
        """The last state of a model in training, if it was kept."""
        return self._read(self._state_file(seed))

    def remove(self, seeds: Iterable[int]) -> None:
        """Delete what was kept of these seeds, and folders when nothing else is in them."""
        for seed in seeds:
            # With a dot in front: what a kill left half-written.
            for pattern in (f"seed-{seed}.*", f".seed-{seed}.*"):
                for path in self.folder.glob(pattern):
                    path.unlink(missing_ok=True)
        with suppress(OSError):  # not empty, or never made
            os.removedirs(self.folder)

    def _state_file(self, seed: int) -> Path:
        return self.folder / f"seed-{seed}.state.pt"

    def _record_file(self, seed: int, extent: int) -> Path:
        return self.folder / f"seed-{seed}.extent-{extent}.pt"

    def _write(self, path: Path, content: dict) -> None:
        with written_aside(path) as aside:
            torch.save({"fingerprint": self.fingerprint, "content": content}, aside)

    def _read(self, path: Path) -> dict | None:
        try:
            stored = torch.load(
                io.BytesIO(path.read_bytes()), map_location="cpu", weights_only=True
            )
        except FileNotFoundError:
            return None
        return stored["content"] if stored["fingerprint"] == self.fingerprint else None
