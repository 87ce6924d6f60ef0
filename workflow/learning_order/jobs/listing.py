"""The files that a dataset of one's own is made of: whether they are those of last time."""

import hashlib
import os
from collections.abc import Set
from pathlib import Path

from learning_order.runtime.files import folders_below

READ = 2**24  # bytes of a single file, up to which what is in it counts


def listing_digest(root: Path, suffixes: Set[str], without: Path) -> str | None:
    """What changes where files below a folder are added, moved, renamed or removed.

    Files of other suffixes do not count, nor those below `without`, such as results. None where no
    file is left: data may be on a disk that is not there. Of a single file it is what is in it, or
    of a large one its size. A copy elsewhere has the same digest. A file of a folder that is
    changed in place does not show: a remote file system takes minutes to say the sizes of a million
    of them. OSError for what cannot be read.
    """
    if root.is_file():
        size = root.stat().st_size
        content = hashlib.sha256(root.read_bytes()).hexdigest()[:16] if size <= READ else ""
        return f"{size} bytes {content}".strip()
    digest, is_empty, results = hashlib.sha256(), True, os.path.realpath(without)
    for folder, below, names in folders_below(root):
        if os.path.realpath(folder) == results:
            below.clear()
            continue
        counted = [name for name in names if os.path.splitext(name)[1].lower() in suffixes]
        if counted:
            listed = "\0".join([os.path.relpath(folder, root), *counted, ""])
            digest.update(listed.encode(errors="surrogateescape"))
            is_empty = False
    return None if is_empty else digest.hexdigest()[:16]
