"""Writes what may be published of a prepared dataset: all but the images."""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learning_order.datasets import prepared
from learning_order.datasets.pixel_hash import pixel_hashes
from learning_order.runtime.files import written_aside
from learning_order.runtime.seal import sealed_aside

HASH = "pixels_sha256"
WITHOUT_HASH = ["split", "label", "class_name"]  # columns with few values


def publish_dataset(source: Path, target: Path) -> None:
    """Copy dataset.json, and examples.parquet with the hash of each image, from folder to folder.

    A dataset without images of 8 bits, such as generated numbers, has no hashes.
    """
    dataset = prepared.read(source)
    table = pq.read_table(source / "examples.parquet")
    if len(dataset.shape) == 3 and dataset.inputs("train").dtype == np.uint8:
        splits = sorted(prepared.SPLITS)  # in the order of the rows
        hashes = np.concatenate([pixel_hashes(dataset.inputs(split)) for split in splits])
        table = table.append_column(HASH, pa.array(hashes, pa.string()))
    with sealed_aside(target / "examples.parquet") as aside:
        pq.write_table(
            table,
            aside,
            use_dictionary=WITHOUT_HASH,
            compression="zstd",
            compression_level=19,
        )
    with written_aside(target / "dataset.json") as aside:
        shutil.copyfile(source / "dataset.json", aside)
