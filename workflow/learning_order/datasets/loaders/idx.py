"""The idx format of MNIST and Fashion-MNIST: four files, plain or gzipped, in one folder.

Format: a big-endian magic number (0x00000800 + number of dimensions, for unsigned bytes), the
dimensions as 32-bit integers, then the bytes (Y. LeCun, C. Cortes and C. Burges, MNIST).
"""

import gzip
import struct
import zlib
from math import prod
from pathlib import Path

import numpy as np

from learning_order.datasets.examples import DatasetError, Split, numbered

PREFIXES = {"train": "train", "test": "t10k"}


def idx_files(folder: Path) -> dict[str, Path] | None:
    """The four files in `folder` (plain before gzipped), or None if there are none.

    DatasetError names the one that is missing beside others.
    """
    found, missing = {}, []
    for prefix in PREFIXES.values():
        for name in (f"{prefix}-images-idx3-ubyte", f"{prefix}-labels-idx1-ubyte"):
            candidates = (folder / name, folder / f"{name}.gz")
            path = next((path for path in candidates if path.is_file()), None)
            if path is None:
                missing.append(name)
            else:
                found[name] = path
    if found and missing:
        raise DatasetError(f"{folder}: {missing[0]} (or {missing[0]}.gz) is missing")
    return found or None


def read_idx_split(files: dict[str, Path], split: str) -> Split:
    """One split of the four files: images with one channel, and labels."""
    prefix = PREFIXES[split]
    images = read_idx(files[f"{prefix}-images-idx3-ubyte"], dimensions=3)
    labels = read_idx(files[f"{prefix}-labels-idx1-ubyte"], dimensions=1)
    if len(images) != len(labels):
        raise DatasetError(
            f"{files[f'{prefix}-labels-idx1-ubyte']}: {len(labels)} labels for the {len(images)} "
            f"images of {files[f'{prefix}-images-idx3-ubyte'].name}"
        )
    return numbered(split, images[..., None], labels)


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    """The array in an idx file of unsigned bytes; DatasetError if the file is not whole."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path}: not a whole gzip file ({error})") from error
    header = 4 * (1 + dimensions)
    if len(content) < header:
        raise DatasetError(f"{path}: {len(content)} bytes, expected a header of {header} and data")
    magic, *shape = struct.unpack(f">{1 + dimensions}I", content[:header])
    expected = 0x800 + dimensions
    if magic != expected:
        raise DatasetError(f"{path}: magic number {magic}, expected {expected} of an idx file")
    if len(content) - header != prod(shape):
        raise DatasetError(
            f"{path}: {len(content) - header} bytes of data, expected {prod(shape)} for {shape}"
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
