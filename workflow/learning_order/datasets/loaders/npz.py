"""A dataset as arrays in one .npz file."""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from learning_order.datasets.examples import (
    SPLITS,
    DatasetError,
    DatasetNotFound,
    Examples,
    Split,
    numbered,
)

ARRAYS = ("x_train", "y_train", "x_test", "y_test")


def npz(options: dict, root: Path, download: bool) -> Examples:
    """The .npz file `root`: x_train, y_train, x_test, y_test and, optionally, names of classes.

    Inputs are (examples, height, width) or (examples, height, width, channels), uint8 or floats;
    labels are whole numbers from 0. The array names are those of Keras' own .npz files.
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
    train, test = (_split(root, arrays, split) for split in SPLITS)
    count = int(max(train.labels.max(), test.labels.max())) + 1
    names = arrays.get("classes", np.arange(count))
    return Examples(train, test, tuple(map(str, names)), f"{root.name}, arrays")


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as content:
            return dict(content)
    except (OSError, ValueError, EOFError, BadZipFile, AttributeError, TypeError) as error:
        raise DatasetError(f"{path}: not a readable .npz file ({error})") from error


def _split(path: Path, arrays: dict[str, np.ndarray], split: str) -> Split:
    inputs, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
    if inputs.ndim == 3:
        inputs = inputs[..., None]
    if inputs.ndim != 4:
        raise DatasetError(
            f"{path}: x_{split} has shape {inputs.shape}, expected (examples, height, width) or "
            "(examples, height, width, channels)"
        )
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer) or not labels.size:
        raise DatasetError(
            f"{path}: y_{split} has shape {labels.shape} of {labels.dtype}, expected one whole "
            "number per example"
        )
    if inputs.dtype != np.uint8:
        inputs = inputs.astype(np.float32)
    if not np.isfinite(inputs).all():
        raise DatasetError(f"{path}: x_{split} holds numbers that are not finite")
    return numbered(split, inputs, labels)
