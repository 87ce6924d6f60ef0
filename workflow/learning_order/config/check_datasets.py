"""What can be wrong with a dataset besides what the schema refuses."""

from learning_order.config import lookup
from learning_order.config.catalogue import ANY, LOADERS
from learning_order.config.entries import Config, Dataset, GeneralOptions, Partition, Written
from learning_order.config.partitions import families
from learning_order.config.problems import KeyPath, Problems

GENERAL_OPTIONS = frozenset(GeneralOptions.__annotations__)
SPLITS = ("train", "test")  # of every dataset
SIZED_IF_STREAMED = ("image-folder", "unlabelled-images")
ABOUT_LABELS = {"partition", "random_labels", "label_noise", "out_of_sample"}


def check_loaders(config: Written, problems: Problems) -> None:
    """Unknown loaders, options they do not take, and options they need.

    For entries as written: defaults would hide which options the user gave.
    """
    for name, entry in config["datasets"].items():
        if wrong := lookup.problem(entry["loader"], LOADERS):
            problems.add(("datasets", name, "loader"), wrong)
        else:
            _check_options(name, entry, problems)


def _check_options(name: str, entry: Dataset, problems: Problems) -> None:
    loader = lookup.loader(entry["loader"])
    for option in loader.needs:
        if option not in entry:
            problems.add(("datasets", name), f"loader {entry['loader']!r} needs `{option}`")
    if entry.get("stream") and "size" not in entry and entry["loader"] in SIZED_IF_STREAMED:
        problems.add(("datasets", name), "streamed images need a `size`, in pixels")
    if entry.get("stream") and entry.get("grey"):
        problems.add(("datasets", name, "grey"), "streamed images are in colour: leave `grey` out")
    if wrong := lookup.misfit(entry["loader"], ("options", "root", "download")):
        problems.add(("datasets", name, "loader"), wrong)
    if loader.options is ANY:
        return
    known = GENERAL_OPTIONS - {"options"} | loader.options
    if lookup.inputs_of(entry) == "unlabelled":
        known -= ABOUT_LABELS
    if loader.inputs == "unlabelled":
        known -= {"classes", "without_labels"}
    for option in sorted(entry.keys() - known):
        what = f"an option of loader {entry['loader']!r}"
        problems.add_unknown(("datasets", name, option), what, option, known)


def check_datasets(config: Config, problems: Problems) -> None:
    """Features without images, unknown or unsuitable out-of-sample sets, and parts out of range."""
    for name, entry in config.datasets.items():
        path = ("datasets", name)
        if "features" in entry:
            _check_features((*path, "features"), entry, problems)
        _check_out_of_sample((*path, "out_of_sample"), name, config.datasets, problems)
        if entry.get("stream") and entry.get("label_noise", {}).get("kind") == "pairs":
            problems.add(
                (*path, "label_noise", "kind"),
                "which classes are similar is found from images in memory, but these are streamed: "
                "use `symmetric`",
            )
        if "partition" in entry:
            _check_part((*path, "partition", "part"), entry["partition"], problems)


def _check_features(path: KeyPath, entry: Dataset, problems: Problems) -> None:
    if lookup.inputs_of(entry) == "tokens":
        problems.add(path, "texts have no features: these are computed from images")
    elif entry.get("stream"):
        problems.add(path, "streamed images have no features: set `stream: false`")


def _check_out_of_sample(
    path: KeyPath, name: str, datasets: dict[str, Dataset], problems: Problems
) -> None:
    for other in datasets[name].get("out_of_sample", []):
        entry = datasets.get(other)
        if entry is None:
            problems.add_unknown(path, "one of the datasets", other, datasets)
        elif other in SPLITS:
            problems.add(path, f"{other!r} is the name of a split: give that dataset another name")
        elif lookup.inputs_of(entry) not in ("unlabelled", None):
            problems.add(path, f"{other!r} has labels; an out-of-sample set has none")
        elif entry.get("stream") and not datasets[name].get("stream"):
            problems.add(path, f"{other!r} is streamed, but {name!r} is not: set the same for both")


def _check_part(path: KeyPath, partition: Partition, problems: Problems) -> None:
    part, parts = partition.get("part", 0), partition["parts"]
    if part >= parts:
        problems.add(path, f"{part} is too large: the {parts} parts are numbered from 0")


def check_families(config: Config, problems: Problems) -> None:
    """Datasets and collections with the name of a part of a family."""
    made = families(config)
    for section, entries, families_of in (
        ("datasets", config.datasets.keys(), made.datasets),
        ("collections", config.collections.keys(), made.collections),
    ):
        for name, parts in families_of.items():
            for part in set(parts) & entries:
                problems.add((section, part), f"a part of {name!r} has this name; choose another")
