"""Parquet files with a digest of all their bytes, so that a damaged one is never read.

A Parquet file ends with its footer, the footer's length and `PAR1`; offsets count from the start,
so there may be anything between the last column and the footer. Here it is a mark and the SHA-256
of the rest of the file. Any reader of Parquet passes over it. Page checksums, which the format has,
would leave out the footer, with its statistics and metadata.
"""

import hashlib
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from learning_order.runtime.errors import ExplainedError
from learning_order.runtime.files import written_aside

MARK = b"learning-order-sha256:"
MAGIC = b"PAR1"
SEAL = len(MARK) + hashlib.sha256().digest_size
TAIL = struct.Struct("<I4s")  # of the file: the footer's length, and the magic
AT_ONCE = 2**20  # bytes


class Damaged(ExplainedError, ValueError):
    """A file that is not as it was written; the message names it and says what to do."""


@contextmanager
def sealed_aside(path: Path | str) -> Iterator[Path]:
    """As `written_aside`, for a Parquet file, which is sealed when the block ends well."""
    with written_aside(path) as aside:
        yield aside
        seal(aside)


def seal(path: Path) -> None:
    """Put the digest of a whole Parquet file into it."""
    with path.open("r+b") as file:
        start = _footer(file, path)
        digest = _digest(file, 0, start)
        file.seek(start)
        footer = file.read()
        digest.update(footer)
        file.seek(start)
        file.write(MARK + digest.digest() + footer)


def check_whole(path: Path | str, cure: str) -> None:
    """Damaged where the file is not as it was sealed, or is no whole Parquet file.

    cure: what to do about it. Files that were not sealed, those of earlier versions and of others,
    have only their ends looked at.
    """
    path = Path(path)
    with path.open("rb") as file:
        try:
            start = _footer(file, path)
            file.seek(max(start - SEAL, 0))
            found = file.read(SEAL)
            digest = _digest(file, 0, start - SEAL) if found.startswith(MARK) else None
        except Damaged as error:
            raise Damaged(f"{error}; {cure}") from None
        if digest:
            file.seek(start)
            digest.update(file.read())
            if digest.digest() != found[len(MARK) :]:
                raise Damaged(f"{path} is damaged: its content differs from its digest; {cure}")


def _footer(file: BinaryIO, path: Path) -> int:
    """Where the footer starts; Damaged where there is none."""
    size = file.seek(0, 2)
    if size >= TAIL.size + len(MAGIC):
        file.seek(size - TAIL.size)
        length, magic = TAIL.unpack(file.read(TAIL.size))
        start = size - TAIL.size - length
        if magic == MAGIC and start >= len(MAGIC):
            return int(start)
    raise Damaged(f"{path} is damaged or cut off: not a whole Parquet file")


def _digest(file: BinaryIO, start: int, stop: int) -> "hashlib._Hash":
    digest = hashlib.sha256()
    file.seek(start)
    while start < stop:
        part = file.read(min(AT_ONCE, stop - start))
        digest.update(part)
        start += len(part)
    return digest
