"""What can be wrong with rankings, besides what the schema refuses."""

from collections.abc import Mapping

from learning_order.config.entries import Config
from learning_order.config.partitions import families, known
from learning_order.config.problems import KeyPath, Problems

TAKEN = "se"  # `accessibility_se` is a standard error
# What a ranking is made into; the targets are `{name}-{product}`.
PRODUCTS = ("ranking", "page", "cleanlab", "fiftyone", "huggingface")


def rankings_of(config: Config) -> dict[str, list[str]]:
    """Every collection alone, and those of `rankings`."""
    return {**{name: [name] for name in config.collections}, **config.rankings}


def check_rankings(config: Config, problems: Problems) -> None:
    """Unknown collections, several datasets in one ranking, and names that are taken."""
    for name, members in config.rankings.items():
        path = ("rankings", name)
        if name in config.collections:
            problems.add(
                path, f"the collection {name!r} has a ranking of this name; choose another"
            )
        _check_members(path, members, config, problems)
    for section, entries in (("figures", config.figures), ("targets", config.targets)):
        _check_names(section, entries, config, problems)


def _check_members(path: KeyPath, members: list[str], config: Config, problems: Problems) -> None:
    datasets: dict[str, str] = {}
    collections, parts = known(config).collections, families(config).collections
    for member in members:
        if member not in collections:
            problems.add_unknown(path, "one of the collections", member, collections)
        elif member in parts:
            problems.add(path, f"{member!r} is one collection per part of a dataset: name one part")
        else:
            is_part = any(member in of for of in parts.values())
            datasets[member if is_part else collections[member]["dataset"]] = member
    if len(members) > 1 and TAKEN in members:
        problems.add(path, f"the column `accessibility_{TAKEN}` is another: rename this collection")
    if len(datasets) > 1:
        of = ", ".join(f"{member!r} of {dataset}" for dataset, member in datasets.items())
        problems.add(path, f"collections of different datasets cannot be ranked together: {of}")


def _check_names(section: str, entries: Mapping, config: Config, problems: Problems) -> None:
    for name in entries:
        for product in PRODUCTS:
            if name.removesuffix(f"-{product}") in rankings_of(config).keys() - {name}:
                problems.add(
                    (section, name), f"`{name}` is what a {product} is called; rename this"
                )
