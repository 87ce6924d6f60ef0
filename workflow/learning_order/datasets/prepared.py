"""A dataset as stored in results/datasets/{name}/, ready for training.

train.npy, test.npy      inputs (examples, height, width, channels) or (examples, tokens);
                         for images that stay in their files, the length of each file
extras.npz               what else its networks need, such as the vocabulary of a text
examples.parquet         split, example, label, class_name, source; with `label_noise` true_label
dataset.json             name, content hash, classes, shape, counts, mean and deviation, origin,
                         of one's own files a digest of their names, and a digest of all these

Whoever reads them is told of files that are damaged: cut off, or changed by a bit.
"""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from learning_order.datasets.examples import SPLITS, DatasetError, Examples, ImageFiles, Split
from learning_order.datasets.images import centre, open_image, with_bar
from learning_order.runtime.files import written_aside
from learning_order.runtime.seal import Damaged, check_whole, sealed_aside

CURE = "delete the folder, and the dataset is prepared again"
EXAMPLES_AT_ONCE = 1000
# Streamed images are too many to read twice: this many of them give the channel statistics.
STATISTICS_SAMPLE = 5000
FOLDER_KEY = b"learning_order.folder"


@dataclass(frozen=True)
class Prepared:
    """A prepared dataset; its arrays are read from its folder when needed."""

    folder: Path
    name: str
    content_hash: str
    classes: tuple[str, ...]
    shape: tuple[int, ...]  # (height, width, channels) or (tokens,)
    mean: tuple[float, ...]  # per channel, of the train split; none for tokens
    deviation: tuple[float, ...]
    origin: str
    streamed: bool  # images stay in their files

    def inputs(self, split: str) -> np.ndarray:
        """(examples, height, width, channels) or (examples, tokens) as stored, mapped from disk."""
        with _whole(self.folder / f"{split}.npy") as path:
            return np.load(path, mmap_mode="r")

    def files(self, split: str) -> list[str]:
        """The paths of streamed images, which `inputs` does not hold."""
        with _whole(self.folder / "examples.parquet") as path:
            folder = pq.read_schema(path).metadata[FOLDER_KEY].decode()
        table = self._examples("source")
        return [f"{folder}/{source}" for source in table.loc[table["split"] == split, "source"]]

    def extras(self) -> dict[str, np.ndarray]:
        """Further arrays that its networks need, by name."""
        with (
            _whole(self.folder / "extras.npz") as path,
            np.load(path, allow_pickle=False) as content,
        ):
            return dict(content)

    def labels(self, split: str) -> np.ndarray:
        """(examples,) int64."""
        table = self._examples("label")
        return table.loc[table["split"] == split, "label"].to_numpy(np.int64)

    def sources(self, split: str) -> np.ndarray:
        """(examples,) str: what identifies each example at its origin, such as its file."""
        table = self._examples("source")
        return table.loc[table["split"] == split, "source"].to_numpy(str)

    def _examples(self, column: str) -> pd.DataFrame:
        """This column of examples.parquet, and the split."""
        with _whole(self.folder / "examples.parquet") as path:
            check_whole(path, CURE)
            return pd.read_parquet(path, columns=["split", column])

    def normalised(self, split: str, trained: "Prepared | None" = None) -> np.ndarray:
        """(examples, channels, height, width) float32: mean 0, deviation 1 of the train split.

        The train split is that of `trained`, where networks were trained on another dataset.
        Tokens, (examples, tokens) int32, stay as they are.
        """
        trained = trained or self
        if not trained.mean:
            return np.array(self.inputs(split))
        images = self.inputs(split).astype(np.float32)
        images -= np.array(trained.mean, np.float32)
        images /= np.array(trained.deviation, np.float32)
        return images.transpose(0, 3, 1, 2)

    def verify(self) -> None:
        """DatasetError if the stored arrays do not have the content hash."""
        parts = {split: (self.inputs(split), self.labels(split)) for split in SPLITS}
        if _hash(parts, self.classes, self.extras()) != self.content_hash:
            raise DatasetError(
                f"{self.folder}: the files differ from the content hash in dataset.json; {CURE}"
            )


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """The path; whatever the file in it makes its reader raise becomes a DatasetError."""
    try:
        yield path
    except (DatasetError, Damaged):
        raise
    except Exception as error:  # a damaged file can fail anywhere in what reads it
        raise DatasetError(f"{path} is missing or damaged ({error}); {CURE}") from error


def write(examples: Examples, folder: Path, name: str, listing: str | None = None) -> None:
    """Store `examples` in `folder`; dataset.json comes last. listing is that of its files."""
    splits = {split: getattr(examples, split) for split in SPLITS}
    for split, content in splits.items():
        with written_aside(folder / f"{split}.npy") as aside:
            np.save(aside, _stored(content.inputs))
    with written_aside(folder / "extras.npz") as aside:
        np.savez(aside, **examples.extras)  # type: ignore[arg-type]  # taken for allow_pickle
    with sealed_aside(folder / "examples.parquet") as aside:
        pq.write_table(_table(splits, examples.classes), aside)
    facts = {**_facts(examples, name), **({"listing": listing} if listing else {})}
    with written_aside(folder / "dataset.json") as aside:
        text = json.dumps({**facts, "digest": _digest(facts)}, indent=2, sort_keys=True)
        aside.write_text(text + "\n")


def read(folder: Path) -> Prepared:
    """The prepared dataset in `folder`; DatasetError where its dataset.json is damaged."""
    with _whole(folder / "dataset.json") as path:
        facts = json.loads(path.read_text())
        # Those of earlier versions have no digest.
        if facts.pop("digest", None) not in (None, _digest(facts)):
            raise DatasetError(f"{path} differs from its digest; {CURE}")
        return Prepared(
            folder=folder,
            name=facts["name"],
            content_hash=facts["hash"],
            classes=tuple(facts["classes"]),
            shape=tuple(facts["shape"]),
            mean=tuple(facts["mean"]),
            deviation=tuple(facts["deviation"]),
            origin=facts["origin"],
            streamed=facts["dtype"] == "file",
        )


def _digest(facts: dict) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _stored(inputs: np.ndarray | ImageFiles) -> np.ndarray:
    return inputs.bytes if isinstance(inputs, ImageFiles) else inputs


def _facts(examples: Examples, name: str) -> dict:
    inputs = examples.test.inputs
    mean, deviation = _statistics(examples)
    parts = {
        split: (_stored(getattr(examples, split).inputs), getattr(examples, split).labels)
        for split in SPLITS
    }
    return {
        "name": name,
        "hash": _hash(parts, examples.classes, examples.extras),
        "classes": list(examples.classes),
        "shape": list(inputs.shape[1:]),
        "dtype": "file" if isinstance(inputs, ImageFiles) else str(inputs.dtype),
        "examples": {split: len(labels) for split, (_, labels) in parts.items()},
        "mean": mean.tolist(),
        "deviation": deviation.tolist(),
        "origin": examples.origin,
    }


def _statistics(examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of each channel of the train split; of streamed images, of a sample."""
    inputs = examples.train.inputs
    if len(inputs.shape) == 2 or not len(inputs):
        return np.empty(0), np.empty(0)
    if not isinstance(inputs, ImageFiles):
        return _channel_statistics(inputs)
    order = np.random.default_rng(0).permutation(len(inputs))[:STATISTICS_SAMPLE]
    paths = [inputs.folder / examples.train.sources[number] for number in np.sort(order)]

    def read(path: Path) -> np.ndarray:
        return centre(open_image(path), inputs.size)

    with ThreadPoolExecutor() as pool:
        images = with_bar(pool.map(read, paths), len(paths), "measuring colours")
        return _channel_statistics(np.stack(list(images)))


def _channel_statistics(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each channel, (channels,) each; the deviation 1 if it is 0."""
    mean = inputs.mean(axis=(0, 1, 2), dtype=np.float64)
    # In double precision, but some examples at a time: all at once would take 8 bytes per pixel.
    squares = np.zeros_like(mean)
    for start in range(0, len(inputs), EXAMPLES_AT_ONCE):
        squares += ((inputs[start : start + EXAMPLES_AT_ONCE] - mean) ** 2).sum(axis=(0, 1, 2))
    deviation = np.sqrt(squares / inputs[..., 0].size)
    # A constant channel has nothing to scale.
    return mean, np.where(deviation > 0, deviation, 1.0)


def _hash(parts: dict, classes: tuple[str, ...], extras: dict[str, np.ndarray]) -> str:
    """SHA-256 over inputs, labels, class names and extras; examples' sources are not content."""
    digest = hashlib.sha256(json.dumps(list(classes)).encode())
    for split in SPLITS:
        inputs, labels = parts[split]
        digest.update(f"{split} {inputs.dtype} {inputs.shape}".encode())
        digest.update(np.ascontiguousarray(inputs).data)
        digest.update(np.ascontiguousarray(labels, dtype=np.int64).data)
    for key in sorted(extras):
        digest.update(f"{key} {extras[key].dtype} {extras[key].shape}".encode())
        digest.update(extras[key].tobytes())
    return digest.hexdigest()


def _table(splits: dict[str, Split], classes: tuple[str, ...]) -> pa.Table:
    names = np.array([*classes, ""])  # the empty name last, where NO_LABEL (−1) points
    planted = any(content.true_labels is not None for content in splits.values())

    def truth(content: Split) -> dict[str, np.ndarray]:
        true = content.labels if content.true_labels is None else content.true_labels
        return {"true_label": true.astype(np.int32)} if planted else {}

    parts = [
        pd.DataFrame(
            {
                "split": split,
                "example": np.arange(len(content.labels), dtype=np.int32),
                "label": content.labels.astype(np.int32),
                "class_name": names[content.labels],
                "source": content.sources,
                **truth(content),
            }
        )
        for split, content in sorted(splits.items())
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.astype({"split": "category", "class_name": "category"})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    inputs = splits["test"].inputs
    if isinstance(inputs, ImageFiles):
        table = table.replace_schema_metadata(
            {**table.schema.metadata, FOLDER_KEY: str(inputs.folder)}
        )
    return table
