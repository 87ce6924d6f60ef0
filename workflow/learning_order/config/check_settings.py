"""What can be wrong with numbers and folders, wherever they stand in a configuration."""

import math
import tempfile
from pathlib import Path

from learning_order.config.entries import Config, Written
from learning_order.config.files import MOST_SINGLE, beyond_single
from learning_order.config.problems import Problems


def check_finite(config: Written, problems: Problems) -> None:
    """Numbers that are infinite, none or too large, which pass every bound of a schema."""
    for path, number in beyond_single(config):
        finite = abs(number) < math.inf  # not for NaN
        limit = f"is beyond {MOST_SINGLE}, the largest number of single precision"
        problems.add(path, f"{number!s:.20} {limit if finite else 'is not a finite number'}")


def check_folders(config: Config, problems: Problems) -> None:
    """Folders that cannot be made, as a file has their name, or that Snakemake misreads."""
    for key in ("results", "data"):
        folder = getattr(config, key)
        path = Path(folder).expanduser()
        if not folder.strip() or not folder.isprintable():
            problems.add((key,), f"{folder!r} names no folder")
        elif file := next((each for each in (path, *path.parents) if _is_file(each)), None):
            problems.add((key,), f"{folder!r} should be a folder, but {file} is a file")
    if not problems.found and (wrong := _not_writable(Path(config.results).expanduser())):
        problems.add(("results",), f"{config.results!r} cannot be made: {wrong}; name another one")
    if set("{}") & set(config.results):
        problems.add(
            ("results",),
            f"{config.results!r} has braces, which stand for a wildcard of Snakemake: leave these "
            "out",
        )


def _not_writable(folder: Path) -> str:
    """Why a folder that is not there yet cannot be made; empty where it can."""
    if folder.exists():  # Snakemake says what it cannot write there, and it may only be read
        return ""
    above = next(each for each in folder.absolute().parents if each.exists())
    try:
        tempfile.TemporaryDirectory(dir=above).cleanup()
    except OSError as error:
        return f"{above}: {error.strerror}"
    return ""


def _is_file(path: Path) -> bool:
    return path.exists() and not path.is_dir()
