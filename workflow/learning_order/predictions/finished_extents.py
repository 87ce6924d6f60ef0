"""The finished extents of a recorder: files in a hidden folder, until the recorder is closed."""

import shutil
from pathlib import Path

import numpy as np

from learning_order.predictions.batches import Columns, RecorderError
from learning_order.runtime.files import written_aside

Splits = dict[str, Columns]  # split → its columns


class FinishedExtents:
    """One .npz file per extent of one model, in a folder beside the file that they will become.

    RecorderError if the folder holds extents of another seed.
    """

    def __init__(self, path: Path, seed: int) -> None:
        self.folder, self.seed = path.with_name(f".{path.name}.extents"), seed
        for extent in self.numbers():
            with np.load(self._file(extent)) as content:
                if (other := int(content["seed"])) != seed:
                    raise RecorderError(
                        f"{self.folder}: extent {extent} is of seed {other}, not {seed}; use "
                        "another path for each model, or delete this folder"
                    )

    def numbers(self) -> list[int]:
        """The extents, in order."""
        return sorted(int(path.stem) for path in self.folder.glob("[0-9]*.npz"))

    def save(self, extent: int, splits: Splits) -> None:
        arrays = {
            f"{split}/{name}": values
            for split, columns in splits.items()
            for name, values in columns.items()
        }
        with written_aside(self._file(extent)) as aside, aside.open("wb") as file:
            np.savez(file, allow_pickle=False, seed=self.seed, **arrays)

    def splits(self, extent: int) -> set[str]:
        """Their names."""
        with np.load(self._file(extent)) as content:
            return {key.rpartition("/")[0] for key in content.files if "/" in key}

    def load(self, extent: int) -> Splits:
        splits: Splits = {}
        with np.load(self._file(extent)) as content:
            for key in content.files:
                split, slash, name = key.rpartition("/")
                if slash:
                    splits.setdefault(split, {})[name] = content[key]
        return splits

    def complete(self, *, drop: bool) -> list[int]:
        """The extents that have every split.

        RecorderError where others lack one and are not to be dropped, or where none has every one.
        """
        extents_of: dict[str, set[int]] = {}
        for extent in self.numbers():
            for split in self.splits(extent):
                extents_of.setdefault(split, set()).add(extent)
        complete = sorted(set.intersection(*extents_of.values()))
        lacking = {
            split: lacks
            for split, extents in extents_of.items()
            if (lacks := sorted(set(self.numbers()) - extents))
        }
        if lacking and not (drop and complete):
            where = "; ".join(
                f"no {split} at extent {at[0]}" + (f" and {len(at) - 1} others" if at[1:] else "")
                for split, at in lacking.items()
            )
            cure = "record every split at every extent"
            cure += ", or close(drop_incomplete=True) leaves these extents out" if complete else ""
            raise RecorderError(f"{self.folder}: {where}: {cure}")
        return complete

    def remove(self, extent: int) -> None:
        self._file(extent).unlink()

    def remove_all(self) -> None:
        shutil.rmtree(self.folder)

    def _file(self, extent: int) -> Path:
        return self.folder / f"{extent}.npz"
