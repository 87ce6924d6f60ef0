"""Record what a model in anybody's training loop says of each example, in the Parquet contract.

Batches of PyTorch are reduced where they are: nothing is copied from a device before an extent is
finished. The package needs no torch: tensors are used by their methods.
"""

from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from learning_order.predictions.batches import (
    MOST_CLASS,
    Batches,
    Columns,
    RecorderError,
    in_order,
    own_copy,
)
from learning_order.predictions.contract import NO_LABEL, Record, write_block
from learning_order.predictions.finished_extents import FinishedExtents
from learning_order.predictions.places import SPLIT

__all__ = ["Recorder", "RecorderError"]


class Recorder:
    """Records the predictions of one model while it trains.

    The file appears whole at `close`, or not at all. Until then the finished extents are kept in a
    hidden folder beside it: after a crash, a recorder of the same path continues there, and its
    `close` writes what was finished. An extent is finished when another one is added. Adding an
    extent again after a crash, as when training resumes from a checkpoint, replaces it and all
    later ones.

    Parameters
    ----------
    path : Path or str
        The Parquet file to write; one per model.
    seed : int, default 0
        The number of the model: different for each model of a collection.

    Raises
    ------
    RecorderError
        If `path` is finished already, or the folder beside it holds extents of another seed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from learning_order.predictions.reading import read
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "run-0.parquet"
    ...     with Recorder(path, seed=0) as recorder:
    ...         logits = np.array([[2.0, 0.0], [0.0, 1.0]])
    ...         recorder.add(extent=1, split="test", examples=[1, 0], labels=[0, 0], logits=logits)
    ...     read([path]).predictions["test"].tolist()  # (extents, models, examples)
    [[[1, 0]]]
    """

    def __init__(self, path: Path | str, seed: int = 0) -> None:
        self.path, self.seed = Path(path), int(seed)
        if self.path.suffix != ".parquet":
            raise RecorderError(f"{path}: name a file that ends with .parquet")
        self._finished = FinishedExtents(self.path, self.seed)
        self._check_is_new()
        self._kept = set(self._finished.numbers())  # by a recorder before this one
        self._extent: int | None = None  # that is being added
        self._open: dict[str, Batches] = {}  # split → its batches
        self._first: dict[str, Columns] = {}  # split → what its first finished extent has
        self._written: list[int] | None = None  # the extents of the file, once it is closed

    @property
    def extents(self) -> list[int]:
        """Those that are finished, also before a crash: training can resume after the last."""
        return self._finished.numbers() if self._written is None else self._written

    def add(
        self,
        *,
        extent: int,
        split: str,
        examples: Any,
        labels: Any,
        logits: Any = None,
        predictions: Any = None,
    ) -> None:
        """Add a batch, in any order of batches and splits.

        Parameters
        ----------
        extent : int
            Epochs trained, or what else measures the training in whole numbers; 0 is before it.
        split : str
            "train", "test", or a lower-case word for further examples.
        examples : (batch,) integers
            The number of each example in its split, from 0: the same one at every extent.
        labels : (batch,) integers
            The label of each example; −1 throughout a split without labels.
        logits : (batch, classes) numbers
            What the model says before the softmax, as array or tensor on any device; (batch,) or
            (batch, 1) of a binary classifier.
        predictions : (batch,) integers
            The predicted classes, in place of logits, of a model without these.

        Raises
        ------
        RecorderError
            If shapes do not fit, or the recorder is closed; or, when this finishes another extent,
            what `finish` raises.
        """
        if (logits is None) == (predictions is None):
            raise RecorderError("give either logits or predictions")
        outputs = logits if predictions is None else predictions
        batch = own_copy(examples), own_copy(labels), own_copy(outputs)
        self._check_batch(extent, split, batch, is_logits=predictions is None)
        self._turn_to(int(extent))
        batches = self._open.setdefault(split, Batches(is_logits=predictions is None))
        if batches.is_logits != (predictions is None):
            raise RecorderError(f"{split} at extent {extent}: some batches have logits, some not")
        batches.add(*batch)

    def finish(self) -> None:
        """Finish the extent that is being added, which then survives a crash.

        Adding another extent and `close` do it too.

        Raises
        ------
        RecorderError
            If the extent is incomplete, or has other labels or outputs than the one before.
        """
        if self._extent is None:
            return
        extent = self._extent
        splits = self._finished.load(extent) if extent in self.extents else {}
        for split, added in self._open.items():
            where = f"{self.path}: {split} at extent {extent}"
            columns = added.columns(where)
            self._check_outputs(where, split, columns)
            if split in splits:  # the extent is added to after others were
                before = splits[split]
                columns = {name: np.concatenate([before[name], columns[name]]) for name in columns}
            splits[split] = in_order(columns, where)
            self._check_labels(where, split, splits[split]["label"])
        self._finished.save(extent, splits)
        self._extent, self._open = None, {}

    def discard(self) -> None:
        """Forget what was added since the last extent was finished, such as a part of an epoch."""
        self._extent, self._open = None, {}

    def close(self, *, drop_incomplete: bool = False) -> Path:
        """Finish the last extent, write the file and remove what was kept beside it.

        Parameters
        ----------
        drop_incomplete : bool, default False
            Whether to leave out the extents that lack a split which others have.

        Raises
        ------
        RecorderError
            If nothing was recorded, an extent is incomplete or lacks a split that others have, or
            another recorder has finished the file.
        """
        if self._written is not None:
            return self.path
        self.finish()
        if not self.extents:
            raise RecorderError(f"{self.path}: nothing was recorded")
        extents = self._finished.complete(drop=drop_incomplete)
        first = self._finished.load(extents[0])
        labels = {split: columns["label"] for split, columns in first.items()}
        self._check_is_new()  # another recorder may have finished it meanwhile
        records = (_record(self.seed, extent, self._finished.load(extent)) for extent in extents)
        write_block(self.path, records, labels, {"protocol": "own"})
        self._finished.remove_all()
        self._written = extents
        return self.path

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()

    def _check_is_new(self) -> None:
        if self.path.exists():
            raise RecorderError(
                f"{self.path} is finished: record what follows in another file, or move this one"
            )

    def _turn_to(self, extent: int) -> None:
        if extent == self._extent:
            return
        if extent < 0:
            raise RecorderError(f"extents are numbers from 0, got {extent}")
        self.finish()
        for kept in [kept for kept in self._kept if kept >= extent]:
            self._finished.remove(kept)
            self._kept.discard(kept)
        self._extent = extent

    def _check_batch(self, extent: Any, split: str, batch: tuple, *, is_logits: bool) -> None:
        """RecorderError if it cannot be part of any extent."""
        where = f"{split} batch at extent {extent}"
        if self._written is not None:
            raise RecorderError(f"{self.path} is closed: record what follows in another file")
        if int(extent) != extent:
            raise RecorderError(
                f"{where}: extents are whole numbers; count smaller steps, such as tenths of epochs"
            )
        if not SPLIT.fullmatch(split):
            raise RecorderError(
                f"split {split!r}; expected train, test, or another word of lower-case letters"
            )
        lengths = [len(values) for values in batch]
        if len(set(lengths)) > 1:
            raise RecorderError(
                f"{where}: {lengths[0]} examples, {lengths[1]} labels and outputs of {lengths[2]} "
                "should be equally many"
            )
        shape = tuple(batch[2].shape)
        if len(shape) > 1 + is_logits or (len(shape) == 2 and not 0 < shape[1] <= MOST_CLASS + 1):
            classes = f"(batch, classes), of up to {MOST_CLASS + 1} classes"
            wanted = classes if is_logits else "(batch,)"
            raise RecorderError(f"{where}: outputs of shape {shape}; expected {wanted}")

    def _known(self, split: str) -> Columns | None:
        """What this split has at the first finished extent."""
        if split not in self._first and self.extents:
            self._first |= self._finished.load(self.extents[0])
        return self._first.get(split)

    def _check_outputs(self, where: str, split: str, columns: Columns) -> None:
        known = self._known(split)
        if known is not None and known.keys() != columns.keys():
            kinds = ["logits" if "p_true" in each else "predictions" for each in (columns, known)]
            raise RecorderError(
                f"{where}: {kinds[0]}, but {kinds[1]} at an extent before: record the same at all"
            )

    def _check_labels(self, where: str, split: str, labels: np.ndarray) -> None:
        found = self._known(split)
        known = found["label"] if found else labels
        if len(known) != len(labels):
            raise RecorderError(
                f"{where}: {len(labels)} examples, but {len(known)} at an extent before: record "
                "every example at every extent"
            )
        if (differing := np.flatnonzero(known != labels)).size:
            at = differing[0]
            raise RecorderError(
                f"{where}: example {at} has label {labels[at]}, but {known[at]} at an extent before"
            )
        if 0 < (unlabelled := (labels == NO_LABEL).sum()) < len(labels):
            raise RecorderError(
                f"{where}: {unlabelled} of {len(labels)} examples have no label (−1); give all "
                "of a split a label, or none"
            )


def _record(seed: int, extent: int, splits: dict[str, Columns]) -> Record:
    """The Record of the contract; p_true and margin of the splits that have labels and logits."""
    labelled = {
        split: columns for split, columns in splits.items() if (columns["label"] != NO_LABEL).all()
    }
    certain = {split: columns for split, columns in labelled.items() if "p_true" in columns}
    with_logits = {split: columns for split, columns in splits.items() if "p_squared" in columns}
    return Record(
        seed,
        extent,
        predictions=_each("prediction", splits),
        accuracy={
            split: float((columns["prediction"] == columns["label"]).mean())
            for split, columns in labelled.items()
        },
        loss={split: float(loss.mean()) for split, loss in _each("loss", certain).items()},
        p_true=_each("p_true", certain),
        margin=_each("margin", certain),
        sum_p_squared={
            split: float(sums.mean()) for split, sums in _each("p_squared", with_logits).items()
        },
    )


def _each(name: str, splits: dict[str, Columns]) -> dict[str, np.ndarray]:
    return {split: columns[name] for split, columns in splits.items()}
