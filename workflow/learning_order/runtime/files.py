"""Files that appear complete or not at all, and by one job at a time."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def written_aside(path: Path | str) -> Iterator[Path]:
    """A temporary path beside `path`, renamed to it when the block ends well, else removed.

    Its random name keeps two jobs apart that write the same output, on any machines; the last one
    wins with a whole file.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}")
    try:
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Wait for other jobs that hold `lock`: many datasets are made from one download."""
    import fcntl

    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def digest_of(paths: Iterable[Path | str]) -> str:
    """SHA-256 over the names and contents of files, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(map(Path, paths), key=lambda path: path.name):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
