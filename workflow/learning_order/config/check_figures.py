"""What can be wrong with a figure, said before models are trained for it.

Nothing here imports a plotting library: what fits a page stands in the catalogue of kinds.
"""

from collections.abc import Container, Mapping

from jsonschema import Draft202012Validator

from learning_order.config import lookup
from learning_order.config.catalogue import KINDS
from learning_order.config.check_collections import check_ascending
from learning_order.config.check_datasets import SPLITS
from learning_order.config.check_references import check_use
from learning_order.config.comparisons import (
    compared_with_themselves,
    undrawable,
    with_other_examples,
)
from learning_order.config.entries import Collection, Config, Dataset, Figure, collections_of
from learning_order.config.partitions import Known, families, known
from learning_order.config.problems import KeyPath, Problems
from learning_order.runtime.errors import did_you_mean

SOURCES = ("collections", "pairs", "datasets")


def check_figures(
    config: Config, schema: Mapping, taken: Container[str], problems: Problems
) -> None:
    """Taken names, unknown or unsuitable sources, and unknown options."""
    named, parts = known(config), families(config).collections
    for name, figure in config.figures.items():
        path = ("figures", name)
        if name in taken:
            problems.add(path, f"{name!r} is a step of the workflow: give the figure another name")
        _check_keys(path, figure, problems)
        _check_collections(path, figure, named, parts, problems)
        _check_datasets(path, figure, named.datasets, problems)
        if _check_options((*path, "options"), figure, schema, problems):
            _check_extents((*path, "options"), figure, named.collections, problems)
            _check_splits((*path, "options"), figure, named, problems)
            for reference in figure["options"].get("references", []):
                at, members = (*path, "options", "references"), collections_of(figure)
                check_use(at, reference, members, config, named, problems)


def _check_keys(path: KeyPath, figure: Figure, problems: Problems) -> None:
    """Sources other than the kind draws."""
    draws = KINDS[figure["kind"]].draws
    if draws and draws not in figure:
        problems.add(path, f"a figure of kind {figure['kind']!r} needs `{draws}`")
    for key in SOURCES:
        if key in figure and key != draws:
            problems.add((*path, key), f"a figure of kind {figure['kind']!r} draws no {key}")


def _check_collections(
    path: KeyPath,
    figure: Figure,
    named: Known,
    parts: Container[str],
    problems: Problems,
) -> None:
    """Unknown collections, families in a pair, and collections without images to show."""
    key = "pairs" if "pairs" in figure else "collections"
    for member in collections_of(figure):
        if member not in named.collections:
            what = "one of the collections"
            problems.add_unknown((*path, key), what, member, named.collections)
        elif key == "pairs" and member in parts:
            problems.add((*path, key), f"{member!r} stands for all its parts: name one of them")
        elif KINDS[figure["kind"]].images:
            dataset = named.collections[member]["dataset"]
            _check_images((*path, key), dataset, named.datasets, problems)


def _check_datasets(
    path: KeyPath, figure: Figure, datasets: Mapping[str, Dataset], problems: Problems
) -> None:
    """Unknown datasets, and datasets without images to show."""
    for member in figure.get("datasets", []):
        if member not in datasets:
            problems.add_unknown((*path, "datasets"), "one of the datasets", member, datasets)
        else:
            _check_images((*path, "datasets"), member, datasets, problems)


def _check_images(
    path: KeyPath, name: str, datasets: Mapping[str, Dataset], problems: Problems
) -> None:
    """A dataset that has no images to show."""
    if name not in datasets:  # a mere word, for predictions made elsewhere
        problems.add(path, f"the images of {name!r} are unknown: add it to `datasets`")
    elif lookup.inputs_of(datasets[name]) == "tokens":
        problems.add(path, f"{name!r} holds texts, not images to show")
    elif lookup.inputs_of(datasets[name]) == "unlabelled":
        problems.add(path, f"{name!r} has no labels: images are shown by their classes")
    elif "features" in datasets[name]:
        problems.add(path, f"{name!r} holds features, not images to show")


def check_targets(config: Config, taken: Container[str], problems: Problems) -> None:
    """Names for several figures that are taken, and unknown figures among these."""
    for name, members in config.targets.items():
        path = ("targets", name)
        if name in taken:
            problems.add(path, f"{name!r} is a step of the workflow: choose another name")
        elif name in config.figures:
            problems.add(path, f"{name!r} is a figure itself: choose another name")
        for member in members:
            if member not in config.figures:
                problems.add_unknown(path, "one of the figures", member, config.figures)


def _check_options(path: KeyPath, figure: Figure, schema: Mapping, problems: Problems) -> bool:
    """Whether the schema of the kind's options accepts the figure's."""
    options = {**schema["$defs"]["options"][figure["kind"]], "$defs": schema["$defs"]}
    errors = list(Draft202012Validator(options).iter_errors(figure["options"]))
    for error in errors:
        problems.add_invalid(error, path)
    return not errors


def _check_extents(
    path: KeyPath, figure: Figure, collections: Mapping[str, Collection], problems: Problems
) -> None:
    check_ascending((*path, "extents"), _extents(figure), problems)
    wanted = [("extents", extent) for extent in _extents(figure)]
    wanted += [("extent", figure["options"]["extent"])] if "extent" in figure["options"] else []
    for name in collections_of(figure):
        recorded = collections[name].get("extents", []) if name in collections else []
        for key, extent in wanted:
            if recorded and extent not in recorded:
                nearest = did_you_mean(str(extent), map(str, recorded))
                problems.add((*path, key), f"{extent} is not recorded by {name!r}{nearest}")


def _check_splits(path: KeyPath, figure: Figure, named: Known, problems: Problems) -> None:
    """Splits that a collection will not have; of own predictions, only their files say which."""
    options = figure["options"]
    wanted = [("splits", split) for split in options.get("splits", [])]
    wanted += [("split", options["split"])] if "split" in options else []
    for name in collections_of(figure):
        splits = splits_of(name, named)
        for key, split in wanted if splits else ():
            if split not in splits:
                problems.add_unknown((*path, key), f"a split of {name!r}", split, splits)
            elif not _takes_unlabelled(figure) and _is_unlabelled(split, named):
                problems.add(
                    (*path, key),
                    f"{split!r} has no labels, which {figure['kind']} needs: draw it in a figure "
                    "of kind out-of-sample, or in histograms or heatmaps with `score: agreement`",
                )


def _takes_unlabelled(figure: Figure) -> bool:
    return figure["kind"] == "out-of-sample" or figure["options"].get("score") == "agreement"


def _is_unlabelled(split: str, named: Known) -> bool:
    """Whether it is a set of examples out of sample, and not a split of the dataset itself."""
    entry = named.datasets.get(split)
    return split not in SPLITS and entry is not None and lookup.inputs_of(entry) == "unlabelled"


def splits_of(collection: str, named: Known) -> list[str]:
    """The splits a collection will have; empty for own predictions, as only their files say."""
    entry = named.collections.get(collection)
    if entry is None or "predictions" in entry:
        return []
    dataset = named.datasets.get(entry["dataset"])
    others = dataset.get("out_of_sample", []) if dataset else []
    return [*SPLITS, *others]


def _extents(figure: Figure) -> list[int]:
    return figure["options"].get("extents", [])


def check_drawable(config: Config, problems: Problems) -> None:
    """What does not fit a page or each other, once everything is resolved that will be drawn."""
    for name, figure in config.figures.items():
        path = ("figures", name)
        _check_twice((*path, "collections"), figure.get("collections", []), problems)
        _check_twice((*path, "datasets"), figure.get("datasets", []), problems)
        _check_room(path, figure, problems)
        _check_labels(path, figure, problems)
        _check_pairs((*path, "pairs"), figure, config.collections, problems)
        _check_illustration(path, figure, problems)


def check_kinds(config: Config, problems: Problems) -> None:
    """What a kind of figure cannot draw, and models that are compared with themselves.

    config: families expanded, the scale not applied: what only a scale makes impossible is said
    when the figure is asked for.
    """
    for name, figure in config.figures.items():
        for key, wrong in undrawable(figure, config):
            problems.add(("figures", name, key), wrong)
        if figure["options"].get("same_examples"):
            for pair in figure.get("pairs", []):
                for wrong in with_other_examples(list(pair), config):
                    problems.add(("figures", name, "pairs"), wrong)
        compared = [list(pair) for pair in figure.get("pairs", [])]
        if KINDS[figure["kind"]].one_dataset:
            compared.append(figure["collections"])
        for members in compared:
            for wrong in compared_with_themselves(members, config):
                key = "pairs" if "pairs" in figure else "collections"
                problems.add(("figures", name, key), wrong)


def _check_twice(path: KeyPath, members: list[str], problems: Problems) -> None:
    for member in sorted({name for name in members if members.count(name) > 1}):
        problems.add(path, f"{member!r} is drawn twice: as a part and by itself")


def _check_room(path: KeyPath, figure: Figure, problems: Problems) -> None:
    """More histograms or heat maps than fit a row; without a choice, a few extents are drawn."""
    kind, members = KINDS[figure["kind"]], figure.get("collections", [])
    extents = _extents(figure)
    if kind.most_extents and len(extents) > kind.most_extents:
        problems.add(
            (*path, "options", "extents"),
            f"{len(extents)} histograms do not fit a row: choose at most {kind.most_extents} of "
            f"{', '.join(map(str, extents))}",
        )
    if kind.most_maps and len(members) > kind.most_maps:
        problems.add(
            (*path, "collections"),
            f"{len(members)} heat maps do not fit a row: draw at most {kind.most_maps} per figure",
        )


def _check_labels(path: KeyPath, figure: Figure, problems: Problems) -> None:
    """Labels of an overview, if not one per collection."""
    labels, members = figure["options"].get("labels"), figure.get("collections")
    if labels and members and len(labels) != len(members):
        problems.add(
            (*path, "options", "labels"),
            f"{len(labels)} labels for {len(members)} collections: write one for each",
        )


def _check_pairs(
    path: KeyPath, figure: Figure, collections: Mapping[str, Collection], problems: Problems
) -> None:
    """Pairs of different datasets, whose examples cannot be compared one by one."""
    for first, second in figure.get("pairs", []):
        names = [collections[name]["dataset"] for name in (first, second)]
        if names[0] != names[1] and not figure["options"].get("same_examples"):
            problems.add(
                path,
                f"{first!r} and {second!r} are of different datasets, {names[0]} and {names[1]}: "
                "pair collections of one dataset. If these two hold the same examples in the same "
                "order, set the option `same_examples: true`",
            )


def _check_illustration(path: KeyPath, figure: Figure, problems: Problems) -> None:
    """Rows of a score-illustration that do not fit its labels."""
    options = figure["options"]
    if figure["kind"] != "score-illustration" or not options.keys() & {"labels", "correct"}:
        return
    if not {"labels", "correct"} <= options.keys():
        problems.add((*path, "options"), "`labels` and `correct` describe each other: write both")
        return
    wanted = len(options["labels"])
    for row, correct in enumerate(options["correct"]):
        if len(correct) != wanted:
            problems.add(
                (*path, "options", "correct", row),
                f"{len(correct)} entries, expected {wanted}: one for each of `labels`",
            )
