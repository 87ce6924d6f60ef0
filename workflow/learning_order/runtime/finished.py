"""Outputs that are whole while their job has not ended, kept from being made twice.

Snakemake deletes the outputs of a job that it takes for failed. A cluster that ends a job at its
time limit, or by a signal, fails it even where all is written and only the process is still there.
So a second name of a finished output lies beside it until the run of Snakemake has ended; the next
attempt takes the output back by it. Both names are one file, which takes no room twice.
"""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from learning_order.runtime.seal import Damaged, check_whole

SUFFIX = ".finished"


def keep(output: Path | str, made_of: str) -> None:
    """Have `output`, which was just written, outlive its job. made_of: all that it follows from."""
    output = Path(output)
    kept = _kept(output, made_of)
    kept.unlink(missing_ok=True)
    try:
        os.link(output, kept)
    except OSError:  # a file system without hard links
        shutil.copyfile(output, kept)


def take_back(output: Path | str, made_of: str) -> bool:
    """Whether an earlier attempt kept this output, made of the same, and it is there again."""
    output = Path(output)
    kept = _kept(output, made_of)
    try:
        check_whole(kept, "it is made again")
    except (FileNotFoundError, Damaged):
        return False
    kept.replace(output)
    return True


def forget(folder: Path | str) -> None:
    """Remove the second names of all outputs below `folder` that are still there."""
    for kept in Path(folder).rglob(f".*{SUFFIX}"):
        if kept.with_name(kept.name[1:].rsplit(".", 2)[0]).exists():
            with suppress(OSError):  # another run was first
                kept.unlink()


def _kept(output: Path, made_of: str) -> Path:
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:16]
    return output.with_name(f".{output.name}.{digest}{SUFFIX}")
