"""A dataset as arrays in one .npz file."""

from pathlib import Path
from zipfile import BadZipFile, is_zipfile

import numpy as np

from learning_order.datasets.examples import (
    MOST_CLASSES,
    SPLITS,
    DatasetError,
    DatasetNotFound,
    Examples,
    Split,
    numbered,
)

CHANNELS = (1, 3)  # of images, where these come first by mistake
SAMPLE = 1000  # examples whose deviation is compared
MOST_UNLIKE = 50  # times the deviation of the other split: 0…1 beside 0…255 is 255 times
ARRAYS = ("x_train", "y_train", "x_test", "y_test")


def npz(options: dict, root: Path, download: bool) -> Examples:
    """The .npz file `root`: x_train, y_train, x_test, y_test and, optionally, names of classes.

    Inputs are images (examples, height, width) or (examples, height, width, channels), or a table
    (examples, values) for networks that take any shape, such as fully-connected: its values are
    stored as channels of one pixel, so that each has mean 0 and deviation 1 on its own. They are
    uint8 or other numbers, the same in both splits; labels are whole numbers from 0. The array
    names are those of Keras' own .npz files.
    """
    if not root.is_file():
        raise DatasetNotFound(
            f"No .npz file at {root}. Set the dataset's `root:` in config.yaml to the file, which "
            f"holds {', '.join(ARRAYS)} and, if you like, classes."
        )
    arrays = _read(root)
    missing = [name for name in ARRAYS if name not in arrays]
    if missing:
        raise DatasetError(
            f"{root}: no array {', '.join(missing)}; it has {', '.join(sorted(arrays))}"
        )
    _check_alike(root, arrays["x_train"], arrays["x_test"])
    train, test = (_split(root, arrays, split) for split in SPLITS)
    names = arrays.get("classes", np.arange(max(train.labels.max(), test.labels.max()) + 1))
    if names.dtype.kind == "S":
        try:
            names = np.char.decode(names, "utf-8")
        except UnicodeDecodeError as error:
            raise DatasetError(f"{root}: classes are not UTF-8, expected names") from error
    if names.ndim != 1:
        raise DatasetError(f"{root}: classes has shape {names.shape}, expected a list of names")
    return Examples(train, test, tuple(map(str, names)), f"{root.name}, arrays")


def _check_alike(path: Path, train: np.ndarray, test: np.ndarray) -> None:
    """DatasetError where the inputs of the splits are no numbers, or numbers of two kinds."""
    for name, inputs in (("x_train", train), ("x_test", test)):
        if not inputs.ndim:
            raise DatasetError(f"{path}: {name} is a single number, expected examples")
        if inputs.dtype.kind not in "buif":
            raise DatasetError(f"{path}: {name} is {inputs.dtype}, expected uint8 or floats")
        if not np.isfinite(inputs).all():
            raise DatasetError(f"{path}: {name} holds numbers that are not finite")
    kinds = [(inputs.dtype.kind == "f", inputs.dtype == np.uint8) for inputs in (train, test)]
    if kinds[0] != kinds[1]:
        raise DatasetError(
            f"{path}: x_train is {train.dtype}, x_test {test.dtype}: give both one type and scale"
        )
    if not train.size or not test.size:
        return  # said in other words
    spread = [float(np.std(inputs[:SAMPLE], dtype=np.float64)) for inputs in (train, test)]
    if min(spread) > 0 and max(spread) / min(spread) > MOST_UNLIKE:
        raise DatasetError(
            f"{path}: x_train has a deviation of {spread[0]:.3g}, x_test one of {spread[1]:.3g}: "
            "give both one scale"
        )


def _read(path: Path) -> dict[str, np.ndarray]:
    if not is_zipfile(path):
        raise DatasetError(f"{path}: not a .npz file, which numpy.savez writes")
    try:
        with np.load(path, allow_pickle=False) as content:
            return dict(content)
    except (OSError, ValueError, EOFError, BadZipFile, AttributeError, TypeError) as error:
        raise DatasetError(f"{path}: not a readable .npz file ({error})") from error


def _split(path: Path, arrays: dict[str, np.ndarray], split: str) -> Split:
    inputs, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
    if inputs.ndim == 2:
        inputs = inputs[:, None, None, :]
    if inputs.ndim == 3:
        inputs = inputs[..., None]
    if inputs.ndim != 4:
        raise DatasetError(
            f"{path}: x_{split} has shape {inputs.shape}, expected (examples, height, width), "
            "(examples, height, width, channels), or (examples, values) of a table"
        )
    if inputs.shape[1] in CHANNELS and inputs.shape[2] == inputs.shape[3] > max(CHANNELS):
        raise DatasetError(
            f"{path}: x_{split} has shape {inputs.shape}, which looks like channels first: "
            "expected (examples, height, width, channels), as transpose(0, 2, 3, 1) makes it"
        )
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer) or not labels.size:
        raise DatasetError(
            f"{path}: y_{split} has shape {labels.shape} of {labels.dtype}, expected one whole "
            "number per example"
        )
    if not 0 <= int(labels.min()) <= int(labels.max()) < MOST_CLASSES:
        wrong = int(np.argmax((labels < 0) | (labels >= MOST_CLASSES)))
        raise DatasetError(
            f"{path}: y_{split}[{wrong}] is {labels[wrong]}, expected a whole number from 0 to "
            f"{MOST_CLASSES - 1}"
        )
    if inputs.dtype != np.uint8:
        inputs = inputs.astype(np.float32)
        if not np.isfinite(inputs).all():
            raise DatasetError(f"{path}: x_{split} holds numbers beyond those of float32")
    return numbered(split, inputs, labels)
