"""Files that appear complete or not at all, and by one job at a time; source that can be read."""

import ast
import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import NoReturn

from learning_order.runtime.errors import ExplainedError

LEFT_SECONDS = 2 * 24 * 3600


class UnreadableSource(ExplainedError, ValueError):
    """A file that should be Python source and is not."""


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a module; UnreadableSource names file and line of what is no Python."""
    try:
        return ast.parse(path.read_bytes(), str(path))
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise UnreadableSource(f"{path}{line}: not readable as Python ({error.msg})") from error
    except (OSError, ValueError) as error:
        raise UnreadableSource(f"{path}: not readable as Python ({error})") from error


@contextmanager
def written_aside(path: Path | str) -> Iterator[Path]:
    """A temporary path beside `path`, renamed to it when the block ends well, else removed.

    Its random name keeps two jobs apart that write the same output, on any machines; the last one
    wins with a whole file. What a killed job left, longer ago than any job runs, is removed.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_left(path)
    aside = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}")
    try:
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _remove_left(path: Path) -> None:
    random = "[0-9a-f]" * 8
    for left in path.parent.glob(f".{escape(path.stem)}.{random}{escape(path.suffix)}"):
        with suppress(FileNotFoundError):  # another job was first
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                left.unlink()


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Wait for other jobs that hold `lock`: many datasets are made from one download."""
    import fcntl

    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def folders_below(root: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """The folder, then those below it, each with its folders and files, without hidden ones.

    Depth first, by name. Links to folders are followed, as data are often kept elsewhere; each
    folder comes once, even where a link leads back to it. Folders taken out of the list are left
    out. OSError for one that cannot be read.
    """
    seen = set()
    for folder, below, names in os.walk(root, followlinks=True, onerror=_fail):
        status = os.stat(folder)
        place = status.st_dev, status.st_ino
        below[:] = _visible(below) if place not in seen else []
        if place not in seen:
            seen.add(place)
            yield folder, below, _visible(names)


def _visible(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if not name.startswith("."))


def _fail(error: OSError) -> NoReturn:
    raise error


def digest_of(paths: Iterable[Path | str]) -> str:
    """SHA-256 over the names and contents of files, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(map(Path, paths), key=lambda path: path.name):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
