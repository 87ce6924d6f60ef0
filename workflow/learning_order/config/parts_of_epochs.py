"""Collections whose extents count parts of epochs: what they have to be, and where they are drawn.

Of 5 parts per epoch, extent 7 is after 1.4 epochs. What calls extents epochs is refused here.
"""

from collections.abc import Iterator

from learning_order.config.catalogue import KINDS
from learning_order.config.entries import Collection, Config, Figure
from learning_order.config.problems import KeyPath, Problems

WHOLE = "an extent of {name!r} is 1/{parts} of an epoch (`parts_per_epoch`)"


def check_in_parts(path: KeyPath, entry: Collection, config: Config, problems: Problems) -> None:
    """Parts of epochs in what is not one run of networks."""
    if entry["parts_per_epoch"] == 1:
        return
    path = (*path, "parts_per_epoch")
    if entry["architecture"] in config.boosting:
        problems.add(path, "the extents of a boosting count weak classifiers: leave this out")
    elif entry["protocol"] != "snapshots":
        problems.add(
            path,
            "parts of epochs are recorded on the way of one run: set `protocol: snapshots`",
        )


def last_epoch(entry: Collection) -> float:
    """How many epochs the models of a collection are trained for."""
    return max(entry["extents"]) / entry["parts_per_epoch"]


def unnamed_parts(figure: Figure, names: list[str], config: Config) -> Iterator[str]:
    """Why a figure cannot show these collections, whose extents are not what it says they are."""
    parts = {name: config.collections[name]["parts_per_epoch"] for name in names}
    if not KINDS[figure["kind"]].names_extents:
        for name in [name for name in names if parts[name] > 1]:
            yield f"{WHOLE.format(name=name, parts=parts[name])}, but {figure['kind']} draws epochs"
    elif "pairs" not in figure and len(set(parts.values())) > 1:
        listed = ", ".join(f"{parts[name]} of {name!r}" for name in names)
        yield f"these have other parts per epoch: {listed}. Draw a figure of each"


def unpooled(figure: Figure, config: Config) -> Iterator[str]:
    """Why the pairs of a figure with the option `pooled` cannot be drawn as one."""
    if not figure["options"].get("pooled"):
        return
    for members in zip(*figure["pairs"], strict=True):
        first, *others = (config.collections[name] for name in members)
        for other in others:
            for key in ("dataset", "architecture"):
                if other[key] != first[key]:  # type: ignore[literal-required]
                    yield (
                        f"`pooled` joins other extents of the same pair, but "
                        f"{' and '.join(members)} differ in their {key}: leave `pooled` out"
                    )


def fill_extent_names(config: Config) -> None:
    """Where the axis of a figure has no name: what its extents count."""
    for figure in config.figures.values():
        members = figure.get("collections", [])
        parts = {config.collections[name]["parts_per_epoch"] for name in members} - {1}
        if parts and KINDS[figure["kind"]].names_extents:
            name = f"parts of epochs trained ({max(parts)} per epoch)"
            figure["options"].setdefault("extent_name", name)
