"""What can be wrong with numbers and folders, wherever they stand in a configuration."""

from pathlib import Path

from learning_order.config.entries import Config, Written
from learning_order.config.files import non_finite
from learning_order.config.problems import Problems


def check_finite(config: Written, problems: Problems) -> None:
    """Numbers that are infinite or none, which pass every bound of a schema."""
    for path, number in non_finite(config):
        problems.add(path, f"{number} is not a finite number")


def check_folders(config: Config, problems: Problems) -> None:
    """Folders that cannot be made, as a file has their name, or that Snakemake misreads."""
    for key in ("results", "data"):
        folder = getattr(config, key)
        path = Path(folder).expanduser()
        if not folder.strip() or not folder.isprintable():
            problems.add((key,), f"{folder!r} names no folder")
        elif file := next((each for each in (path, *path.parents) if _is_file(each)), None):
            problems.add((key,), f"{folder!r} should be a folder, but {file} is a file")
    if set("{}") & set(config.results):
        problems.add(
            ("results",),
            f"{config.results!r} has braces, which stand for a wildcard of Snakemake: leave these "
            "out",
        )


def _is_file(path: Path) -> bool:
    return path.exists() and not path.is_dir()
