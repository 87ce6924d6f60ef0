"""What can be wrong with where the predictions of a collection come from: training, or files."""

from pathlib import Path

from learning_order.config.entries import Written
from learning_order.config.problems import KeyPath, Problems

ENDINGS = (".parquet", ".csv", ".csv.gz", ".npz")  # of predictions made elsewhere


def check_sources(config: Written, problems: Problems) -> None:
    """Collections, as written, that are neither trained nor taken from files, or both."""
    for name, entry in config["collections"].items():
        path = ("collections", name)
        if "predictions" in entry:
            _check_own(path, name, config, problems)
        else:
            _check_complete(path, entry, problems)


def _check_complete(path: KeyPath, entry: Written, problems: Problems) -> None:
    """A collection to train that lacks what training takes."""
    missing = [key for key in ("dataset", "architecture", "models", "extents") if key not in entry]
    if missing:
        problems.add(
            path,
            f"{', '.join(map(repr, missing))} missing; or `predictions:`, files of predictions "
            "made elsewhere",
        )


def _check_own(path: KeyPath, name: str, config: Written, problems: Problems) -> None:
    """What predictions made elsewhere do not take."""
    entry, said = config["collections"][name], problems.written["collections"][name]
    _check_files((*path, "predictions"), entry["predictions"], problems)
    _check_inherited(path, name, config, problems)
    if "/" in entry.get("dataset", ""):  # files of it would be looked for
        what = f"{entry['dataset']!r} is a path: write the name of a dataset, or a word"
        problems.add((*path, "dataset"), what)
    if "protocol" in said:
        what = "predictions made elsewhere have no protocol: leave this out"
        problems.add((*path, "protocol"), what)
    if said.get("parts_per_epoch", 1) > 1:
        what = "extents of predictions made elsewhere are as their files say: leave this out"
        problems.add((*path, "parts_per_epoch"), what)
    for key in ("first_seed", "without_seeds"):
        if key in said and "models" not in entry:
            problems.add((*path, key), "has no effect without `models`")


def _check_files(path: KeyPath, files: str | list[str], problems: Problems) -> None:
    """Names of files of predictions that are folders, or of no format that can be read."""
    for name in [files] if isinstance(files, str) else files:
        if Path(name).expanduser().is_dir():
            problems.add(path, f"{name!r} is a folder: name the files in it, such as {name}/*.csv")
        elif not name.lower().endswith(ENDINGS) and not set("*?[") & set(Path(name).name):
            problems.add(path, f"{name!r} should end with {', '.join(ENDINGS[:-1])} or .npz")


def _check_inherited(path: KeyPath, name: str, config: Written, problems: Problems) -> None:
    """Files that inherit from what is trained, or training that inherits files."""
    said = problems.written["collections"][name]
    parent, learner = said.get("inherits"), said.get("architecture")
    if parent is None:
        return
    if "predictions" not in config["collections"][parent]:
        problems.add(
            (*path, "inherits"),
            f"predictions made elsewhere cannot inherit from {parent!r}, which is trained: write "
            "`dataset` and whatever else they share with it",
        )
    elif "predictions" not in said and learner in {
        *config["architectures"],
        *config.get("boosting", {}),
    }:
        problems.add(
            (*path, "architecture"),
            f"{learner!r} would not be trained, as the predictions of {parent!r} are inherited: "
            "leave `inherits` out",
        )
