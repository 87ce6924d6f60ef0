"""Snakemake's wildcards and input files, as the methods of jobs take them."""

from types import SimpleNamespace


def wildcards(**names: object) -> SimpleNamespace:
    """Wildcards are texts."""
    return SimpleNamespace(**{name: str(value) for name, value in names.items()})


def given(size_mb: float = 0, **files: object) -> SimpleNamespace:
    """Input files of a job, which are so large together."""
    return SimpleNamespace(size_mb=size_mb, **files)
