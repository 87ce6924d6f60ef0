"""Values per example that others published, read from the files as they published them.

Each reader takes a path and returns a table with the columns `key` and `value`. Keys are the
official numbers of examples, as the loaders of standard datasets name their sources: `train:17`.
Where the value depends on which class the label is, there is a row per class, with its name in the
column `class_name`.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd

from learning_order.datasets.examples import DatasetError

CIFAR10_CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
MAJORITY = 3  # of five people who looked at a label


def c_scores(path: Path) -> pd.DataFrame:
    """C-scores of train examples in the official order (Jiang et al. 2021)."""
    return _numbered("train", _scores(path))


def c_scores_tfds(path: Path) -> pd.DataFrame:
    """C-scores of MNIST, which are in the order of tensorflow-datasets: by hashes of numbers."""
    scores = _scores(path)
    hashes = [hashlib.md5(f"train{number}".encode()).hexdigest() for number in range(len(scores))]
    official = np.empty(len(scores))
    official[np.argsort(hashes)] = scores
    return _numbered("train", official)


def cifar_n(path: Path) -> pd.DataFrame:
    """CIFAR-10N and -100N: how many annotators gave another label (Wei et al. 2022)."""
    labels = _torch_arrays(path)
    names = [name for name in labels if name.startswith("random_label")] or ["noisy_label"]
    missing = {"clean_label", *names} - labels.keys()
    if missing:
        raise DatasetError(f"{path}: no {', '.join(sorted(missing))}, only {', '.join(labels)}")
    clean = np.asarray(labels["clean_label"])
    wrong = sum((np.asarray(labels[name]) != clean).astype(int) for name in names)
    return _numbered("train", np.asarray(wrong))


def cifar10h(path: Path) -> pd.DataFrame:
    """CIFAR-10H: the share of people who gave each class (Peterson et al. 2019)."""
    shares = np.load(path, allow_pickle=False)
    if shares.ndim != 2 or shares.shape[1] != len(CIFAR10_CLASSES):
        raise DatasetError(f"{path}: expected (examples, 10) shares, got shape {shares.shape}")
    tables = [
        _numbered("test", of_class).assign(class_name=name)
        for name, of_class in zip(CIFAR10_CLASSES, shares.T, strict=True)
    ]
    return pd.concat(tables, ignore_index=True)


def label_errors(path: Path) -> pd.DataFrame:
    """1 for test labels that fewer than 3 of 5 people confirmed, else 0 (Northcutt et al. 2021)."""
    checked = json.loads(path.read_text())
    try:
        found = {f"test:{each['id']}": each["mturk"]["given"] < MAJORITY for each in checked}
    except (KeyError, TypeError) as error:
        raise DatasetError(f"{path}: expected entries with `id` and `mturk: given`") from error
    return pd.DataFrame({"key": list(found), "value": np.array(list(found.values()), float)})


def table(path: Path, key: str, value: str) -> pd.DataFrame:
    """Any Parquet or CSV file with a column of keys and one of numbers or of true and false."""
    read = pd.read_parquet if path.suffix == ".parquet" else pd.read_csv
    rows = read(path)
    for name in (key, value):
        if name not in rows:
            raise DatasetError(f"{path}: no column {name!r}, only {', '.join(map(str, rows))}")
    values = rows[value]
    if not pd.api.types.is_numeric_dtype(values):
        values = values.map({True: 1, False: 0, "True": 1, "False": 0, "true": 1, "false": 0})
        if (values.isna() & rows[value].notna()).any():
            wrong = rows.loc[values.isna() & rows[value].notna(), value].iloc[0]
            raise DatasetError(
                f"{path}: column {value!r} holds {wrong!r}, expected numbers or true and false"
            )
    found = pd.DataFrame({"key": rows[key].astype(str), "value": values.astype(float)})
    if "split" in rows:
        found["split"] = rows["split"].astype(str)
    return found.dropna(subset=["value"])


def _scores(path: Path) -> np.ndarray:
    content = np.load(path, allow_pickle=False)
    if isinstance(content, np.ndarray):
        return content
    with content:
        if "scores" not in content:
            raise DatasetError(f"{path}: no array `scores`, only {', '.join(content)}")
        return content["scores"]


def _numbered(split: str, values: np.ndarray) -> pd.DataFrame:
    keys = [f"{split}:{number}" for number in range(len(values))]
    return pd.DataFrame({"key": keys, "value": values.astype(float)})


def _torch_arrays(path: Path) -> dict:
    """What torch.save stored, if it is nothing but arrays: others could run code."""
    import pickle

    import torch
    from numpy._core import multiarray

    arrays = [multiarray._reconstruct, np.ndarray, np.dtype, type(np.dtype(np.int64))]
    # Files written by an older numpy call it by its former name.
    named: list = [*arrays, (multiarray._reconstruct, "numpy.core.multiarray._reconstruct")]
    try:
        with torch.serialization.safe_globals(named):
            return torch.load(path, weights_only=True)
    except (pickle.UnpicklingError, RuntimeError) as error:
        raise DatasetError(f"{path}: not the arrays that were expected ({error})") from error
