"""The files that a dataset of one's own is made of: whether they are those of last time."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

DEEPEST = 6  # folders in folders; links that lead back end there, too


def listing_digest(root: Path) -> str:
    """What changes where files below a folder are added, moved, renamed or removed.

    Of a single file it is its size. A copy elsewhere has the same digest. A file of a folder that
    is changed in place does not show: a remote file system takes minutes to say the sizes of a
    million of them.
    """
    if root.is_file():
        return f"{root.stat().st_size} bytes"
    digest = hashlib.sha256()
    for folder, below, names in os.walk(root, followlinks=True):  # data are often kept elsewhere
        place = os.path.relpath(folder, root)
        below[:] = sorted(_visible(below)) if place.count(os.sep) < DEEPEST else []
        listed = "\0".join([place, *sorted(_visible(names)), ""])
        digest.update(listed.encode(errors="surrogateescape"))
    return digest.hexdigest()[:16]


def _visible(names: list[str]) -> Iterator[str]:
    return (name for name in names if not name.startswith("."))
