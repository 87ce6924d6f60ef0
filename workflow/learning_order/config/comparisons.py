"""What collections have to be, and have in common, to be drawn or compared.

What is wrong follows from the configuration alone, and is said before anything is trained.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

from learning_order.config import lookup
from learning_order.config.catalogue import KINDS, Kind
from learning_order.config.entries import Collection, Config, Figure, collections_of, seeds_of
from learning_order.config.expand import recipe_entry
from learning_order.config.parts_of_epochs import unnamed_parts, unpooled

NOT_ABOUT_DATA = {"stand_in_for", "out_of_sample"}


def undrawable(figure: Figure, config: Config) -> Iterator[tuple[str, str]]:
    """Key of the figure's entry, and why it cannot be drawn; nothing where it can.

    config: complete, with families expanded.
    """
    kind, names = KINDS[figure["kind"]], collections_of(figure)
    yield from (("collections", wrong) for wrong in _in_number(kind, figure["kind"], names))
    datasets = list(dict.fromkeys(config.collections[name]["dataset"] for name in names))
    if kind.one_dataset and len(datasets) > 1:
        listed = ", ".join(datasets)
        yield "collections", f"{figure['kind']} is of one dataset, these are of {listed}"
    for name in names:
        yield from _about(name, figure, kind, config)
    key = "pairs" if "pairs" in figure else "collections"
    yield from ((key, wrong) for wrong in unnamed_parts(figure, names, config))
    yield from (("pairs", wrong) for wrong in unpooled(figure, config))
    if figure["kind"] == "partitions":
        yield from _other_extents(figure, names, config)
    if figure["kind"] == "out-of-sample":
        yield from _without_sets(figure, names, config)


def _in_number(kind: Kind, name: str, members: list[str]) -> Iterator[str]:
    if kind.draws != "collections":
        return
    if len(members) < kind.least or len(members) > (kind.most or len(members)):
        expected = f"{kind.least} to {kind.most}" if kind.most else f"at least {kind.least}"
        yield f"{name} compares {expected} collections, not {len(members)}"


def _about(name: str, figure: Figure, kind: Kind, config: Config) -> Iterator[tuple[str, str]]:
    entry = config.collections[name]
    if "predictions" in entry:  # of which the files alone say more
        return
    boosted = entry["architecture"] in config.boosting
    if kind.along_runs and (boosted or entry["protocol"] != "snapshots"):
        what = "is boosted" if boosted else "trains other models for every extent"
        cure = "" if boosted else f": set `protocol: snapshots` in collections.{name}"
        yield "collections", f"{figure['kind']} follows single models, but {name!r} {what}{cure}"
    extents = figure["options"].get("extents", entry["extents"])
    later = sum(extent > 0 for extent in extents)
    if later < kind.later_extents:
        yield (
            "collections",
            f"{figure['kind']} needs at least {kind.later_extents} extents after 0, but {name!r} "
            f"has {', '.join(map(str, extents))}",
        )


def _other_extents(figure: Figure, names: list[str], config: Config) -> Iterator[tuple[str, str]]:
    """Parts that have no mean, as they are recorded at other extents."""
    if "extents" in figure["options"]:
        return
    known = [config.collections[name].get("extents") for name in names]
    for name, extents in zip(names, known, strict=True):
        if extents and known[0] and extents != known[0]:
            yield (
                "collections",
                f"{names[0]!r} and {name!r} have other extents: choose common ones with the "
                "option `extents`",
            )


def _without_sets(figure: Figure, names: list[str], config: Config) -> Iterator[tuple[str, str]]:
    """Collections without a set of examples that are unlike those of training."""
    for name in names:
        entry = config.collections[name]
        dataset = config.datasets.get(entry["dataset"])
        if dataset is None or "predictions" in entry or "splits" in figure["options"]:
            continue
        if not dataset.get("out_of_sample"):
            yield (
                "collections",
                f"{name!r} has no out-of-sample set: name one in `out_of_sample` of "
                f"datasets.{entry['dataset']}, or choose `splits`",
            )


def same_models(first: str, second: str, config: Config) -> str | None:
    """What two collections share, where they hold the same models under two names."""
    one, other = config.collections[first], config.collections[second]
    if "predictions" in one or "predictions" in other:
        shared = set(one.get("predictions", [])) & set(other.get("predictions", []))
        seeds = _seeds_shared(one, other)
        return f"both hold {', '.join(sorted(shared))}" if shared and seeds else None
    seeds = _seeds_shared(one, other)
    if not seeds or one["protocol"] != other["protocol"] or not _same_run(one, other, config):
        return None
    return f"both hold the seeds {seeds[0]} to {seeds[-1]} of one recipe on the same data"


def _seeds_shared(one: Collection, other: Collection) -> list[int]:
    """The seeds that both want; of files, all that they hold may be wanted: then only the first."""
    wanted = [set(seeds_of(each)) for each in (one, other) if "models" in each]
    return sorted(set.intersection(*wanted)) if wanted else [0]


def _same_run(one: Collection, other: Collection, config: Config) -> bool:
    """Whether models of equal seeds are equal: by their recipe and data, whatever their names."""
    learners = [each["architecture"] for each in (one, other)]
    if learners[0] != learners[1]:
        if not set(learners) <= config.architectures.keys():
            return False
        recipes = [recipe_entry(config.architectures[name]) for name in learners]
        if recipes[0] != recipes[1]:
            return False
    return _about_data(one, config) == _about_data(other, config)


def _about_data(entry: Collection, config: Config) -> object:
    dataset: Mapping[str, object] = config.datasets.get(entry["dataset"], {})
    about = {key: value for key, value in dataset.items() if key not in NOT_ABOUT_DATA}
    return about or entry["dataset"]


def compared_with_themselves(names: list[str], config: Config) -> Iterator[str]:
    """Pairs of collections that agree by construction, as their models are the same."""
    alike: dict[str, list[str]] = {}
    for name in names:  # a family has thousands of members, of which no two are alike
        alike.setdefault(_data_of(name, config), []).append(name)
    for members in alike.values():
        for first, second in combinations(members, 2):
            if shared := same_models(first, second, config):
                yield f"{first!r} and {second!r} are the same models: {shared}"


def _data_of(name: str, config: Config) -> str:
    """The same text for collections on the same data, and for all predictions made elsewhere."""
    entry = config.collections[name]
    return "" if "predictions" in entry else repr(_about_data(entry, config))


def with_other_examples(names: list[str], config: Config) -> Iterator[str]:
    """Collections whose examples cannot be the same, whatever is said: their classes differ."""
    found: dict[int, str] = {}
    for name in names:
        dataset = config.collections[name]["dataset"]
        classes = (
            lookup.classes_of(config.datasets[dataset]) if dataset in config.datasets else None
        )
        if classes:
            found.setdefault(classes, dataset)
    if len(found) > 1:
        (one, first), (other, second), *_ = found.items()
        yield (
            f"`same_examples` cannot be true: {first!r} has {one} classes, and {second!r} has "
            f"{other}"
        )


def of_one_dataset(names: list[str], split: str, config: Config) -> bool:
    """Whether example 7 of one collection is example 7 of all; parts of a dataset share `test`."""
    about = []
    for name in names:
        entry = config.collections[name]
        dataset = dict(config.datasets.get(entry["dataset"], {"loader": entry["dataset"]}))
        if split == "test" and "partition" in dataset:
            del dataset["partition"]
            about.append({key: part for key, part in dataset.items() if key not in NOT_ABOUT_DATA})
        else:
            about.append({"name": entry["dataset"]})
    return all(each == about[0] for each in about)
