"""References: values per example that nobody here made, joined to the examples of a dataset.

An entry of `references` in the configuration names a file. What it says of an example is found by
the content of the image, or by the name of its source. The result is one table per reference and
dataset: split, example, value, the value NaN where the file says nothing. Where the file cannot be
had, or names no example of the dataset, the table is empty and its `attrs` say why: what needs it
is then not measured, and everything else is.
"""

import hashlib
import os
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from pkgutil import resolve_name
from urllib.error import URLError

import numpy as np
import pandas as pd

from learning_order.datasets.examples import DatasetError
from learning_order.datasets.pixel_hash import pixel_hashes
from learning_order.datasets.prepared import SPLITS, Prepared
from learning_order.runtime.files import one_at_a_time, written_aside

FOLDER = "references"  # below that of the data
TIMEOUT = 30  # seconds without an answer
PROBLEM = "problem"  # in the attrs of an empty table


def joined(entry: Mapping, dataset: Prepared, root: Path, download: bool) -> pd.DataFrame:
    """What the reference says of each example of the dataset.

    Parameters
    ----------
    entry : mapping
        The resolved entry: `reader` (module:function), `by`, and perhaps file, url, sha256, split,
        key, value and rest.
    dataset : Prepared
        Whose examples they are.
    root : Path
        The folder of the data, below which downloads go.
    download : bool
        Whether a file that is not there may be fetched.

    Returns
    -------
    pandas.DataFrame
        split, example, value; empty with `attrs["problem"]` where there is nothing to join.
    """
    try:
        return _joined(_read(entry, find_file(entry, root, download)), entry, dataset)
    except (DatasetError, OSError, ValueError) as error:
        empty = pd.DataFrame({"split": [], "example": [], "value": []})
        empty = empty.astype({"split": str, "example": np.int32, "value": float})
        empty.attrs[PROBLEM] = str(error)
        return empty


def find_file(entry: Mapping, root: Path, download: bool) -> Path:
    """The file of a reference, fetched first if need be; DatasetError says what to do."""
    if "file" in entry:
        path = Path(entry["file"]).expanduser()
        if not path.is_file():
            raise DatasetError(f"there is no file {path}: correct `file`")
        return path
    url = entry["url"]
    path = root / FOLDER / url.rpartition("/")[2]
    if not path.is_file():
        if not download:
            raise DatasetError(f"there is no {path}, and `download` is off: put {url} there")
        with one_at_a_time(path.with_name(f".{path.name}.lock")):
            if not path.is_file():
                _download(url, path, entry.get("sha256"))
    return path


def _download(url: str, path: Path, sha256: str | None) -> None:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            content = answer.read()
    except (URLError, TimeoutError, HTTPException) as error:
        raise DatasetError(
            f"{url} cannot be fetched ({error}): put it at {path}, or name another place as `file`"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if sha256 and found != sha256:
        raise DatasetError(f"{url} has the SHA-256 {found}, expected {sha256}: it has changed")
    with written_aside(path) as aside:
        aside.write_bytes(content)


def _read(entry: Mapping, path: Path) -> pd.DataFrame:
    keywords = {name: entry[name] for name in ("key", "value") if name in entry}
    try:
        table: pd.DataFrame = resolve_name(entry["reader"])(path, **keywords)
    except (DatasetError, OSError, ValueError):
        raise
    except Exception as error:  # whatever a damaged file makes its reader raise
        said = f"{type(error).__name__}: {error}"
        raise DatasetError(f"{path} cannot be read ({said}): get it again") from error
    return table


def _joined(values: pd.DataFrame, entry: Mapping, dataset: Prepared) -> pd.DataFrame:
    examples = _examples(entry, dataset)
    split = entry.get("split")
    if split:
        examples = examples[examples["split"] == split]
        values = values[values["split"] == split] if "split" in values else values
    found = _matched(examples, values)
    if found["value"].isna().all() and entry["by"] == "source":
        found = _matched(_by_base_name(examples, values), values)
    if found["value"].isna().all():
        raise DatasetError(
            f"the reference names no example of {dataset.name}: its keys are such as "
            f"{_some(values['key'])}, those of the dataset such as {_some(examples['key'])}; a "
            "table of hashes of pixels fits any copy of a dataset"
        )
    if "rest" in entry:
        found["value"] = found["value"].fillna(entry["rest"])
    return found.reset_index(drop=True)


def _examples(entry: Mapping, dataset: Prepared) -> pd.DataFrame:
    """All examples, with the key that the reference may know them by."""
    table = pd.read_parquet(dataset.folder / "examples.parquet")
    table = table.astype({"split": str, "class_name": str, "source": str})
    if entry["by"] == "source":
        return table.assign(key=table["source"])
    if dataset.streamed:
        raise DatasetError(f"images of {dataset.name} stay in their files: set `by: source`")
    wanted = [entry["split"]] if "split" in entry else list(SPLITS)
    hashed = [
        table[table["split"] == split].assign(key=pixel_hashes(dataset.inputs(split)))
        for split in wanted
    ]
    return pd.concat(hashed, ignore_index=True)


def _matched(examples: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """The examples with their values; the mean where the same key is there several times."""
    on = ["key", *({"class_name", "split"} & set(values))]
    means = values.groupby(on, as_index=False)["value"].mean()
    found = examples.merge(means, on=on, how="left")
    return found[["split", "example", "value"]].astype({"example": np.int32})


def _by_base_name(examples: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """The examples by the names of their files alone, but for names that several have."""
    names = examples["key"].map(os.path.basename)
    of = [names, examples["split"]] if "split" in values else [names]
    shared = pd.concat(of, axis=1).duplicated(keep=False)
    return examples.assign(key=names.mask(shared))


def _some(keys: pd.Series) -> str:
    return ", ".join(keys.astype(str).unique()[:2]) or "none"
