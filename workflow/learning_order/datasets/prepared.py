"""A dataset as it lies in results/datasets/{name}/, ready for training.

train.npy, test.npy      inputs (examples, height, width, channels)
examples.parquet         split, example, label, class_name, source
dataset.json             name, content hash, classes, shape, counts, mean and deviation, origin
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from learning_order.datasets.examples import DatasetError, Examples, Split
from learning_order.files import written_aside

SPLITS = ("train", "test")
EXAMPLES_AT_ONCE = 1000


@dataclass(frozen=True)
class Prepared:
    """A prepared dataset; arrays are read from its folder when asked for."""

    folder: Path
    name: str
    hash: str
    classes: tuple[str, ...]
    shape: tuple[int, int, int]  # (height, width, channels)
    mean: tuple[float, ...]  # per channel, of the train split
    deviation: tuple[float, ...]
    origin: str

    def inputs(self, split: str) -> np.ndarray:
        """(examples, height, width, channels) as stored, mapped from disk."""
        return np.load(self.folder / f"{split}.npy", mmap_mode="r")

    def labels(self, split: str) -> np.ndarray:
        """(examples,) int64."""
        table = pd.read_parquet(self.folder / "examples.parquet", columns=["split", "label"])
        return table.loc[table["split"] == split, "label"].to_numpy(np.int64)

    def normalised(self, split: str) -> np.ndarray:
        """(examples, channels, height, width) float32: mean 0, deviation 1 of the train split."""
        images = self.inputs(split).astype(np.float32)
        images -= np.float32(self.mean)
        images /= np.float32(self.deviation)
        return images.transpose(0, 3, 1, 2)

    def verify(self) -> None:
        """DatasetError if the stored arrays are not those that the hash was made of."""
        parts = {split: (self.inputs(split), self.labels(split)) for split in SPLITS}
        if _hash(parts, self.classes) != self.hash:
            raise DatasetError(
                f"{self.folder}: the files differ from the content hash in dataset.json; "
                "delete the folder and prepare the dataset again"
            )


def write(examples: Examples, folder: Path, name: str) -> None:
    """Store `examples` in `folder`; dataset.json comes last."""
    splits = {split: getattr(examples, split) for split in SPLITS}
    for split, content in splits.items():
        with written_aside(folder / f"{split}.npy") as aside:
            np.save(aside, content.inputs)
    with written_aside(folder / "examples.parquet") as aside:
        _table(splits, examples.classes).to_parquet(aside, index=False)
    with written_aside(folder / "dataset.json") as aside:
        aside.write_text(json.dumps(_facts(examples, name), indent=2, sort_keys=True) + "\n")


def read(folder: Path) -> Prepared:
    """The prepared dataset in `folder`."""
    facts = json.loads((folder / "dataset.json").read_text())
    return Prepared(
        folder=folder,
        name=facts["name"],
        hash=facts["hash"],
        classes=tuple(facts["classes"]),
        shape=tuple(facts["shape"]),
        mean=tuple(facts["mean"]),
        deviation=tuple(facts["deviation"]),
        origin=facts["origin"],
    )


def _facts(examples: Examples, name: str) -> dict:
    train = examples.train.inputs
    mean, deviation = _channel_statistics(train)
    parts = {
        split: (getattr(examples, split).inputs, getattr(examples, split).labels)
        for split in SPLITS
    }
    return {
        "name": name,
        "hash": _hash(parts, examples.classes),
        "classes": list(examples.classes),
        "shape": list(train.shape[1:]),
        "dtype": str(train.dtype),
        "examples": {split: len(labels) for split, (_, labels) in parts.items()},
        "mean": mean.tolist(),
        "deviation": deviation.tolist(),
        "origin": examples.origin,
    }


def _channel_statistics(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each channel, (channels,) each; the deviation 1 if it is 0."""
    mean = inputs.mean(axis=(0, 1, 2), dtype=np.float64)
    # In double precision, but some examples at a time: all at once would take 8 bytes a pixel.
    squares = np.zeros_like(mean)
    for start in range(0, len(inputs), EXAMPLES_AT_ONCE):
        squares += ((inputs[start : start + EXAMPLES_AT_ONCE] - mean) ** 2).sum(axis=(0, 1, 2))
    deviation = np.sqrt(squares / inputs[..., 0].size)
    # A channel that is constant has nothing to scale.
    return mean, np.where(deviation > 0, deviation, 1.0)


def _hash(parts: dict, classes: tuple[str, ...]) -> str:
    """SHA-256 over inputs, labels and class names; examples' sources are not content."""
    digest = hashlib.sha256(json.dumps(list(classes)).encode())
    for split in SPLITS:
        inputs, labels = parts[split]
        digest.update(f"{split} {inputs.dtype} {inputs.shape}".encode())
        digest.update(np.ascontiguousarray(inputs))
        digest.update(np.ascontiguousarray(labels, dtype=np.int64))
    return digest.hexdigest()


def _table(splits: dict[str, Split], classes: tuple[str, ...]) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "split": split,
                "example": np.arange(len(content.labels), dtype=np.int32),
                "label": content.labels.astype(np.int32),
                "class_name": np.array(classes)[content.labels],
                "source": content.sources,
            }
        )
        for split, content in sorted(splits.items())
    ]
    return pd.concat(parts, ignore_index=True).astype(
        {"split": "category", "class_name": "category"}
    )
