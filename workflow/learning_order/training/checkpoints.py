"""What a long job keeps on disk, so that after a kill it resumes where it was.

Nothing is written before the first interval has passed, so short jobs leave no trace. A file is
written aside and renamed: a kill at any time leaves the old state or the new one. What is damaged
all the same, by its checksums, is as if it were not there; what cannot be written is not needed.
"""

import io
import os
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from learning_order.predictions.contract import Record
from learning_order.runtime.files import written_aside


class Checkpoints:
    """The states and finished records of models, in `folder`, at most every `minutes`.

    fingerprint: all that the results follow from, as text; what was kept under another one is not
    used. Files are named by seed, so a job finds them whatever its block. say: where to report
    what could not be written or read.
    """

    def __init__(
        self,
        folder: Path,
        fingerprint: str,
        minutes: float,
        say: Callable[[str], None] = lambda text: None,
    ):
        self.folder, self.fingerprint, self.say = folder, fingerprint, say
        self.seconds, self.last = 60 * minutes, time.monotonic()
        self.unsaved: list[Record] = []
        self.recorded: defaultdict[int, set[int]] = defaultdict(set)  # by seed, the extents

    def due(self) -> bool:
        """Whether the interval has passed since the last save."""
        return time.monotonic() - self.last >= self.seconds

    def keep(self, record: Record) -> None:
        """Have a finished record written with the next save."""
        self.unsaved.append(record)
        self.recorded[record.seed].add(record.extent)

    def save(self, states: Mapping[int, dict]) -> None:
        """Write the states of models in training by seed, and every record since the last save."""
        self.last = time.monotonic()
        self.unsaved = [record for record in self.unsaved if not self._write_record(record)]
        if self.unsaved:  # what resumes from a later state could not record them
            return
        for seed, state in states.items():
            self._write(self._state_file(seed), {**state, "recorded": sorted(self.recorded[seed])})

    def record(self, seed: int, extent: int) -> Record | None:
        """The finished record of a model, if it was kept."""
        found = self._read(self._record_file(seed, extent))
        if found is None:
            return None
        self.recorded[seed].add(extent)
        return Record(**{name: _each(part, Tensor, Tensor.numpy) for name, part in found.items()})

    def state(self, seed: int) -> dict | None:
        """The last state of a model in training, if it and all records before it were kept."""
        state = self._read(self._state_file(seed))
        recorded = state.pop("recorded") if state else []
        return state if all(self.record(seed, extent) for extent in recorded) else None

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

    def _write_record(self, record: Record) -> bool:
        # As tensors, which load without trusting the file.
        arrays = asdict(record).items()
        content = {name: _each(part, np.ndarray, torch.from_numpy) for name, part in arrays}
        return self._write(self._record_file(record.seed, record.extent), content)

    def _write(self, path: Path, content: dict) -> bool:
        """Whether it was written."""
        try:
            with written_aside(path) as aside:
                torch.save({"fingerprint": self.fingerprint, "content": content}, aside)
        except (OSError, RuntimeError) as error:  # a full disk; torch words it as it likes
            self.say(f"no checkpoint, training continues: {path} was not written ({error})")
            return False
        return True

    def _read(self, path: Path) -> dict | None:
        try:
            stored = _whole(path.read_bytes())
        except FileNotFoundError:
            return None
        except Exception as error:  # a damaged archive can fail anywhere in what reads it
            self.say(f"{path} is damaged and not used: what it held is trained again ({error})")
            return None
        return stored["content"] if stored["fingerprint"] == self.fingerprint else None


def _each(part: Any, kind: type, function: Callable[[Any], Any]) -> Any:
    """The part of a record with the function of every value of this kind, if it is a mapping."""
    if not isinstance(part, dict):
        return part
    return {
        key: function(value) if isinstance(value, kind) else value for key, value in part.items()
    }


def _whole(content: bytes) -> dict:
    """What torch.save wrote; an error where it is not whole. Torch compares no checksums itself."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if damaged := archive.testzip():
            raise zipfile.BadZipFile(f"the checksum of {damaged} is wrong")
    stored = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    if not isinstance(stored, dict) or stored.keys() != {"fingerprint", "content"}:
        raise ValueError("not a checkpoint of this workflow")
    return stored
