"""Batches of a training loop, reduced to one row of few numbers per example."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from learning_order.predictions.contract import NO_LABEL
from learning_order.predictions.reductions import of_classes, of_logits
from learning_order.runtime.errors import ExplainedError

ROWS_AT_ONCE = 4096  # reduced together: of small batches, the calls cost more than the numbers
MOST_CLASS = int(np.iinfo(np.int16).max)
NAMES = ("example", "label", "prediction", "p_true", "margin", "loss", "p_squared")

Columns = dict[str, np.ndarray]  # one value per example each


class RecorderError(ExplainedError, ValueError):
    """What was recorded is incomplete or contradictory; the message says what, and where."""


@dataclass
class Batches:
    """What was added for one extent and split: raw batches, then reduced ones."""

    is_logits: bool
    classes: int = 0  # of the logits
    waiting: list[tuple[Any, Any, Any]] = field(default_factory=list)  # examples, labels, outputs
    rows: int = 0  # of these
    reduced: list[dict[str, Any]] = field(default_factory=list)  # columns, on their device

    def add(self, examples: Any, labels: Any, outputs: Any) -> None:
        """Arrays or tensors of equal length."""
        if self.is_logits:
            self.classes = max((2, *outputs.shape[1:]))
        self.waiting.append((examples, labels, outputs))
        self.rows += len(examples)
        if self.rows >= ROWS_AT_ONCE:
            self._reduce()

    def columns(self, where: str) -> Columns:
        """All that was added, in its order; columns that NAMES lists, as far as there are any.

        RecorderError, with `where`, if logits are not finite, or labels not among their classes.
        """
        self._reduce()
        names = [name for name in NAMES if name in self.reduced[0]]
        columns = {
            name: np.concatenate([_as_numpy(part[name]) for part in self.reduced]) for name in names
        }
        if self.is_logits:
            self._check_logits(columns, where)
        return columns

    def _check_logits(self, columns: Columns, where: str) -> None:
        unknown = np.flatnonzero(columns["label"] >= self.classes)
        if unknown.size:
            raise RecorderError(
                f"{where}: label {columns['label'][unknown[0]]}, but logits of {self.classes} "
                "classes"
            )
        infinite = np.flatnonzero(~np.isfinite(columns["p_squared"]))
        if infinite.size:
            raise RecorderError(
                f"{where}: the logits of example {columns['example'][infinite[0]]} are not finite"
            )

    def _reduce(self) -> None:
        if self.waiting:
            examples, labels, outputs = map(_joined, zip(*self.waiting, strict=True))
            reduction = of_logits if self.is_logits else of_classes
            self.reduced.append({"example": examples, **reduction(outputs, labels)})
            self.waiting, self.rows = [], 0


def own_copy(values: Any) -> Any:
    """A tensor of its own without gradient, or an array; a list becomes an array."""
    return values.detach().clone() if hasattr(values, "detach") else np.array(values)


def in_order(columns: Columns, where: str) -> Columns:
    """The columns by the number of the example, the last of those that were added twice.

    RecorderError, with `where`, if examples are missing, contradict each other or are no numbers.
    """
    example, label = columns["example"], columns["label"]
    if example.dtype.kind not in "iu" or label.dtype.kind not in "iu":
        raise RecorderError(f"{where}: examples and labels should be whole numbers")
    if columns["prediction"].dtype.kind not in "iu":
        raise RecorderError(f"{where}: predictions should be whole numbers, the predicted classes")
    if not len(example):
        raise RecorderError(f"{where}: batches without examples alone")
    if example.min() < 0:
        raise RecorderError(f"{where}: example {example.min()}; number examples from 0")
    classes = np.concatenate([label, columns["prediction"]])
    if label.min() < NO_LABEL or columns["prediction"].min() < 0 or classes.max() > MOST_CLASS:
        raise RecorderError(f"{where}: classes should be numbers from 0 to {MOST_CLASS}")
    ordered, counts = np.unique(example, return_counts=True)
    if len(ordered) != ordered[-1] + 1:
        missing = np.setdiff1d(np.arange(ordered[-1]), ordered)
        raise RecorderError(
            f"{where}: {len(missing)} of the examples 0 to {ordered[-1]} are missing, such as "
            f"{missing[0]}. Record every example of the split at every extent (no "
            "`drop_last`), numbered from 0 without gaps"
        )
    order = np.argsort(example, kind="stable")
    last = order[np.cumsum(counts) - 1]  # of those added twice, as a sampler pads a batch
    if not (label[order] == label[last][example[order]]).all():
        twice = int(example[order][label[order] != label[last][example[order]]][0])
        raise RecorderError(
            f"{where}: example {twice} was added with several labels. `examples` are numbers "
            "in the whole split, not in the batch"
        )
    return {name: values[last] for name, values in columns.items()}


def _joined(values: tuple) -> Any:
    """Batches one after another, where they are; as arrays if they are in several places."""
    if len(values) == 1:
        return values[0]
    places = {str(getattr(each, "device", "numpy")) for each in values}
    if any(isinstance(each, np.ndarray) for each in values) or len(places) > 1:
        return np.concatenate([_as_numpy(each) for each in values])
    import torch

    return torch.cat(values)


def _as_numpy(values: Any) -> np.ndarray:
    return values.cpu().numpy() if hasattr(values, "cpu") else np.asarray(values)
