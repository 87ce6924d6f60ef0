"""A ranking as files for other programs: cleanlab, FiftyOne, and the datasets of Hugging Face."""

import json
import os
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any, Protocol
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from learning_order.predictions.reading import PredictionFiles, Predictions
from learning_order.ranking.table import RankingError, pooled_votes
from learning_order.ranking.writing import safe
from learning_order.runtime.files import written_aside

NUMBERS = (
    *("label_quality", "predicted_share", "label_share", "accessibility", "accessibility_se"),
    *("learned_extent", "forgetting", "confidence", "variability", "aum", "el2n"),
)
METADATA = "metadata.parquet"
Found = Mapping[str, PredictionFiles | Predictions]


class Images(Protocol):
    """The images of one split, such as datasets/split_pictures.py gives."""

    def file(self, example: int) -> Path | None:
        """The file of an image, if it has one of its own."""

    def image(self, example: int) -> Any:
        """The image, as PIL has it."""


def write_cleanlab(table: pd.DataFrame, collections: Found, classes: int, folder: Path) -> None:
    """Write labels.csv, pred_probs.npz and annotators.parquet, which cleanlab's functions take.

    labels.csv has the columns split, example, label, source; pred_probs.npz one array (examples,
    classes) per split, the shares of the models' votes; annotators.parquet split, example and a
    column per model with its prediction at its last extent. The rows of all are in the order of
    split and example. Source: cleanlab's documentation of `labels`, `pred_probs` and
    `labels_multiannotator`.
    """
    ordered = table.sort_values(["split", "example"])[["split", "example", "label", "source"]]
    splits = sorted(table["split"].unique())
    votes = {split: pooled_votes(collections, split, classes) for split in splits}
    with written_aside(folder / "labels.csv") as aside:
        safe(ordered).to_csv(aside, index=False)
    with (
        written_aside(folder / "pred_probs.npz") as aside,
        ZipFile(aside, "w", ZIP_DEFLATED) as archive,
    ):
        for split, shares in votes.items():  # by hand: NumPy's own takes no split called `file`
            with archive.open(f"{split}.npy", "w", force_zip64=True) as file:  # above 2 GiB
                np.lib.format.write_array(file, shares, allow_pickle=False)
    annotators = [_annotators(collections, split) for split in splits]
    with written_aside(folder / "annotators.parquet") as aside:
        pd.concat(annotators, ignore_index=True).to_parquet(aside, index=False)


def _annotators(collections: Found, split: str) -> pd.DataFrame:
    columns: dict[str, object] = {"split": split}
    for name, found in collections.items():
        last = np.hstack([*found.parts(split, found.extents[-1])])
        columns.setdefault("example", np.arange(last.shape[1]))
        columns |= {f"{name}-{seed}": row for seed, row in zip(found.seeds, last, strict=True)}
    return pd.DataFrame(columns)


def write_fiftyone(
    table: pd.DataFrame, pictures: Mapping[str, Images], name: str, folder: Path
) -> None:
    """Write samples.json, and images beside it where the dataset keeps none in files.

    `samples` are dictionaries as `fiftyone.Sample.from_dict` takes them: filepath, tags (split and
    category), the labels ground_truth and predicted, and the numbers of the ranking. Source:
    FiftyOne's documentation of samples and classifications.
    """
    paths = image_paths(table, pictures, folder / "images")
    _remove_earlier(folder / "images", set(paths))
    samples = [
        {
            "filepath": str(path.absolute()),
            "tags": [row["split"], row["category"]],
            "source": row["source"],
            "example": int(row["example"]),
            "ground_truth": _classification(row["label_name"]),
            "predicted": _classification(row["predicted_name"], row["predicted_share"]),
            **{name: _number(row[name]) for name in NUMBERS if name in table},
        }
        for path, (_, row) in zip(paths, table.iterrows(), strict=True)
    ]
    with written_aside(folder / "samples.json") as aside:
        aside.write_text(json.dumps({"name": name, "media_type": "image", "samples": samples}))


def _classification(label: str, confidence: float | None = None) -> dict | None:
    if not label:
        return None
    known = {} if confidence is None else {"confidence": float(confidence)}
    return {"_cls": "Classification", "label": label, **known}


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def write_huggingface(table: pd.DataFrame, pictures: Mapping[str, Images], folder: Path) -> None:
    """Write ranking.csv, and metadata.parquet per split beside its images, for `imagefolder`.

    Images that are in files already are linked. A dataset of other than images has ranking.csv
    alone, which `load_dataset("csv", …)` reads. Of CSV the types of columns are guessed, per split:
    where one has gaps that another has not, these would differ. Source: the documentation of
    ImageFolder.
    """
    shown = safe(table)
    paths = image_paths(table, pictures, folder, link=True) if pictures else []
    _remove_earlier(folder, {*paths, *(path.with_name(METADATA) for path in paths)})
    if pictures:
        for split, rows in table.groupby("split"):
            names = [paths[row].name for row in rows.index]
            with written_aside(folder / str(split) / METADATA) as aside:
                # Versions of `datasets` before 4 take no large_string, as pandas writes texts.
                found = pa.Table.from_pandas(rows.assign(file_name=names), preserve_index=False)
                pq.write_table(found.cast(_with_strings(found.schema)), aside)
        shown = shown.assign(file_name=[path.relative_to(folder).as_posix() for path in paths])
    with written_aside(folder / "ranking.csv") as aside:
        shown.to_csv(aside, index=False, float_format="%.6g")


def _with_strings(schema: pa.Schema) -> pa.Schema:
    types = [pa.string() if pa.types.is_large_string(each) else each for each in schema.types]
    return pa.schema(list(zip(schema.names, types, strict=True)), schema.metadata)


def _remove_earlier(folder: Path, kept: Set[Path]) -> None:
    """Remove images and metadata of an earlier export: programs read all that a folder holds."""
    for earlier in set(folder.glob("*/*")) - kept:
        if earlier.stem.isdigit() or earlier.name == METADATA:
            earlier.unlink()


def image_paths(
    table: pd.DataFrame, pictures: Mapping[str, Images], folder: Path, link: bool = False
) -> list[Path]:
    """A file for the image of each row: its own, or one written below `folder`."""
    if not pictures:
        raise RankingError("this dataset holds no images that could be shown")
    return [
        _image_path(pictures[split], folder / split, example, link)
        for split, example in zip(table["split"], table["example"], strict=True)
    ]


def _image_path(split: Images, folder: Path, example: int, link: bool) -> Path:
    original = split.file(example)
    if original and not original.is_file():
        raise RankingError(
            f"no file {original}, which an image was read from: put it back, or write where the "
            "images are as the `root` of the dataset"
        )
    if original and not link:
        return original
    suffix = original.suffix if original else ".png"
    path = folder / f"{example:06}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # may be a link to an image of the user's
    if original:
        os.symlink(original.absolute(), path)
    else:
        split.image(example).save(path)
    return path
