"""Images and labels in Parquet files, as Hugging Face stores datasets."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from learning_order.datasets.examples import DatasetError, DatasetNotFound, Examples, Split
from learning_order.datasets.images import pixels_of, readable, with_bar

TEST_NAMES = ("test", "validation", "val")


def parquet(options: dict, root: Path, download: bool) -> Examples:
    """The dataset in {train,test}*.parquet below `root`, also as validation*.parquet.

    Options: image_column (default image, or img), label_column (default label, or the first class
    label), size (pixels: resize the shorter side, crop the centre), grey (one channel). A cell of
    images holds {bytes, path}, or the bytes alone. The names of classes are those in the metadata,
    else the labels themselves. Source: the documentation of Datasets, Image and ClassLabel.
    """
    files = {
        "train": _files(root, ("train",)),
        "test": next(filter(None, (_files(root, (name,)) for name in TEST_NAMES)), []),
    }
    if not files["train"] or not files["test"]:
        raise DatasetNotFound(
            f"No Parquet files at {root}: looked for train*.parquet and test*.parquet (or "
            "validation*.parquet) in it and in its folders. Put them there, or set `root:`."
        )
    first = files["train"][0]
    image, label = _columns(first, options)
    classes = _names(first, label)
    rows = {split: _rows(of_split, image, label) for split, of_split in files.items()}
    found = {value for _, labels, _ in rows.values() for value in labels}
    if not classes or not all(isinstance(value, int) for value in found):
        classes, numbers = _numbered(root, found)
        rows = {
            split: (cells, [numbers[value] for value in labels], sources)
            for split, (cells, labels, sources) in rows.items()
        }
    train, test = (_split(*rows[split], options, split) for split in ("train", "test"))
    return Examples(train, test, tuple(classes), f"{root.name}, Parquet files of images")


def _numbered(root: Path, labels: set) -> tuple[list[str], dict]:
    """The names of classes, in the order of numbers or of words, and label → number of its class.

    DatasetError for negative numbers, which mean that there is no label, and for no words.
    """
    if all(type(label) is int for label in labels):
        if min(labels) < 0:
            raise DatasetError(f"{root}: label {min(labels)}, expected whole numbers from 0")
        classes = [str(label) for label in sorted(labels)]
    else:
        classes = sorted({_word(root, label) for label in labels})
    place = {name: number for number, name in enumerate(classes)}
    return classes, {label: place[_word(root, label)] for label in labels}


def _word(root: Path, label: object) -> str:
    try:
        return label.decode() if isinstance(label, bytes) else str(label)
    except UnicodeDecodeError as error:
        raise DatasetError(f"{root}: label {label!r} is not UTF-8, expected words") from error


def _files(root: Path, names: tuple[str, ...]) -> list[Path]:
    return sorted(
        path
        for path in root.rglob("*.parquet")
        if path.name.startswith(names) or path.parent.name in names
    )


def _columns(path: Path, options: dict) -> tuple[str, str]:
    """The names of the columns of images and labels; DatasetError names what is there."""
    try:
        present = pq.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error
    features = _features(path)
    of_classes = [name for name, kind in features.items() if kind.get("_type") == "ClassLabel"]
    wanted = (
        ("image_column", [options.get("image_column"), "image", "img"]),
        ("label_column", [options.get("label_column"), "label", *of_classes]),
    )
    found = []
    for option, names in wanted:
        chosen = [names[0]] if names[0] else names[1:]
        name = next((name for name in chosen if name in present), None)
        if name is None:
            raise DatasetError(
                f"{path}: no column {chosen[0]!r}; set `{option}` to one of {', '.join(present)}"
            )
        found.append(name)
    return found[0], found[1]


def _features(path: Path) -> dict:
    """What Hugging Face notes of the columns; empty in files of others."""
    noted = (pq.read_schema(path).metadata or {}).get(b"huggingface")
    try:
        features = json.loads(noted)["info"]["features"] if noted else {}
    except (ValueError, KeyError, TypeError):  # not as Hugging Face writes it
        return {}
    return features if isinstance(features, dict) else {}


def _names(path: Path, label: str) -> list[str]:
    return list(_features(path).get(label, {}).get("names", []))


def _rows(files: list[Path], image: str, label: str) -> tuple[list, list, list[str]]:
    """Cells of images, labels and sources, such as train-00000.parquet:17."""
    cells, labels, sources = [], [], []
    for path in files:
        _columns(path, {"image_column": image, "label_column": label})
        table = _table(path, image, label)
        cells += table[image].to_pylist()
        labels += table[label].to_pylist()
        sources += [f"{path.name}:{row}" for row in range(table.num_rows)]
    if not labels:
        raise DatasetError(f"{files[0]}: no rows, expected an image and its label in each")
    return cells, labels, sources


def _table(path: Path, image: str, label: str) -> pa.Table:
    """Two columns of a file; DatasetError for a file or a label that is none."""
    try:
        table = pq.read_table(path, columns=[image, label])
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error
    labels = table[label]
    if pa.types.is_floating(labels.type) or pa.types.is_nested(labels.type):
        raise DatasetError(f"{path}: {label!r} is {labels.type}, expected whole numbers or words")
    if labels.null_count:
        row = pc.index(labels.is_null(), True).as_py()
        raise DatasetError(f"{path}, row {row}: no label; leave the row out, or give it one")
    return table


def _unreadable(path: Path, error: Exception) -> DatasetError:
    return DatasetError(f"{path}: not a readable Parquet file ({error})")


def _split(cells: list, labels: list, sources: list[str], options: dict, title: str) -> Split:
    def read(cell: object, source: str) -> np.ndarray:
        return _pixels(cell, source, options)

    with ThreadPoolExecutor() as pool:
        reading = pool.map(read, cells, sources)
        arrays = list(with_bar(reading, len(cells), f"reading {title}"))
    for source, array in zip(sources, arrays, strict=True):
        if array.shape != arrays[0].shape:
            raise DatasetError(
                f"{source}: {array.shape[1]}×{array.shape[0]} pixels, but {sources[0]} has "
                f"{arrays[0].shape[1]}×{arrays[0].shape[0]}; set `size:` to bring them to one size"
            )
    return Split(np.stack(arrays), np.asarray(labels, np.int64), np.array(sources))


def _pixels(cell: object, source: str, options: dict) -> np.ndarray:
    content = cell.get("bytes") if isinstance(cell, dict) else cell
    if not isinstance(content, bytes):
        raise DatasetError(f"{source}: no bytes of an image, but {type(content).__name__}")
    with readable(io.BytesIO(content), source) as image:
        return pixels_of(image, source, options)
