"""Snakemake's wildcards and input files, as the methods of jobs take them."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace


def wildcards(**names: object) -> SimpleNamespace:
    """Wildcards are texts."""
    return SimpleNamespace(**{name: str(value) for name, value in names.items()})


class Given(SimpleNamespace):
    """Input files of a job, by name; all of them one after the other."""

    def __iter__(self) -> Iterator[str]:
        for files in vars(self).values():
            yield from [files] if isinstance(files, str) else files


def of_size(path: Path, megabytes: int) -> str:
    """A file of that size, with nothing in it."""
    with path.open("wb") as file:
        file.truncate(megabytes * 2**20)
    return str(path)
