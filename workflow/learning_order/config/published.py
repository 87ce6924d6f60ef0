"""What of a configuration is published, in files of predictions that replace training.

`runs.csv` in the folder lists these files. A collection that they hold becomes what they hold of
it, and gets the key `published`: its files. Figures shrink to collections that have it.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from learning_order.config.catalogue import KINDS, MEASURES
from learning_order.config.entries import Collection, Config, Figure, collections_of, seeds_of
from learning_order.config.problems import Problems

INDEX = "runs.csv"

Held = dict[int, dict[int, str]]  # seed → extent → file
Key = tuple[str, str, str, int]  # dataset, architecture, protocol, parts per epoch


class Run(NamedTuple):
    """One file of predictions, as a line of the index has it."""

    file: str
    dataset: str
    architecture: str
    protocol: str
    seeds: list[int]
    extents: list[int]
    parts_per_epoch: int  # what extents count


def read_runs(folder: Path) -> list[Run]:
    """The lines of the index; OSError, KeyError or ValueError where it is none."""
    with (folder / INDEX).open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
        for number, line in enumerate(lines, start=2):
            if None in line or None in line.values():
                raise ValueError(f"line {number} has other columns than the first")
        return [
            Run(
                file=str(folder / row["file"]),
                dataset=row["dataset"],
                architecture=row["architecture"],
                protocol=row["protocol"],
                seeds=numbers(row["seeds"]),
                extents=numbers(row["extents"]),
                parts_per_epoch=int(row.get("parts_per_epoch") or 1),
            )
            for row in lines
        ]


def numbers(text: str) -> list[int]:
    """The whole numbers that a text names one by one or as ranges.

    >>> numbers("0-3 10")
    [0, 1, 2, 3, 10]
    """
    found: list[int] = []
    for part in text.split():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def listed(values: Iterable[int]) -> str:
    """The opposite of `numbers`, for ascending numbers.

    >>> listed([0, 1, 2, 3, 10])
    '0-3 10'
    """
    spans: list[list[int]] = []
    for value in values:
        if spans and value == spans[-1][1] + 1:
            spans[-1][1] = value
        else:
            spans.append([value, value])
    return " ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in spans)


def keep_published(config: Config, problems: Problems) -> None:
    """Make collections what is published of them, and figures and claims of these, in place."""
    try:
        runs = read_runs(Path(config.published))
    except (OSError, KeyError, ValueError) as error:
        reason = f"no column {error}" if isinstance(error, KeyError) else error
        problems.add(
            ("published",),
            f"{config.published!r} holds no {INDEX} that can be read ({reason}): name a folder "
            "that `python workflow/publish.py` wrote",
        )
        return
    held = _held(runs)
    for entry in config.collections.values():
        _limit(entry, held)
    for figure in config.figures.values():
        _keep_members(figure, config)
    for claim in config.claims.values():
        if MEASURES[claim["measure"]].most is None and len(claim["collections"]) > 2:
            kept = _published(claim["collections"], config)
            claim["collections"] = kept if len(kept) > 1 else claim["collections"]


def is_published(entry: Mapping, config: Config) -> bool:
    """Whether all collections of a figure or claim can be had without training."""
    return all(
        {"published", "predictions"} & config.collections[name].keys()
        for name in collections_of(entry)
    )


def _held(runs: Iterable[Run]) -> dict[Key, Held]:
    """What is there of each seed of a run."""
    held: dict[Key, Held] = defaultdict(lambda: defaultdict(dict))
    for run in runs:
        for seed in run.seeds:
            key = (run.dataset, run.architecture, run.protocol, run.parts_per_epoch)
            of_seed = held[key][seed]
            of_seed.update(dict.fromkeys(run.extents, run.file))
    return held


def _limit(entry: Collection, held: Mapping[Key, Held]) -> None:
    """The models and extents of a collection that are published, if any, of either protocol."""
    if "predictions" in entry:
        return
    for protocol in ("snapshots", "independent"):
        key = (entry["dataset"], entry["architecture"], protocol, entry["parts_per_epoch"])
        of_run = held.get(key, {})
        seeds, extents = _most_complete(entry, of_run)
        enough = len(seeds) >= min(2, entry["models"])  # one model agrees with nobody
        if enough and any(extents):  # more than untrained networks
            files = [of_run[seed][extent] for extent in extents for seed in seeds]
            entry["protocol"] = protocol
            entry["seeds"], entry["models"] = seeds, len(seeds)
            entry["extents"] = extents
            entry["published"] = list(dict.fromkeys(files))
            return


def _most_complete(entry: Collection, of_run: Held) -> tuple[list[int], list[int]]:
    """The seeds and extents that are whole together: those that make the most predictions.

    Extents are those of one seed, of two or of all. One model agrees with nobody: of several, two
    or more are preferred.
    """
    has = {
        seed: [extent for extent in entry["extents"] if extent in of_run[seed]]
        for seed in seeds_of(entry)
        if seed in of_run
    }
    each = list(dict.fromkeys(map(tuple, has.values())))
    shared = [[extent for extent in one if extent in other] for one, other in combinations(each, 2)]
    of_all = [extent for extent in entry["extents"] if all(extent in of for of in each)]
    choices = [
        ([seed for seed, extents in has.items() if set(wanted) <= set(extents)], list(wanted))
        for wanted in (*each, *shared, of_all)
    ]

    def size(choice: tuple[list[int], list[int]]) -> tuple[bool, int]:
        seeds, extents = choice
        trained = sum(extent > 0 for extent in extents)
        return len(seeds) >= min(2, entry["models"]) and trained > 0, len(seeds) * trained

    return max(choices, key=size, default=([], []))


def _published(names: Iterable[str], config: Config) -> list[str]:
    return [name for name in names if is_published({"collections": [name]}, config)]


def _keep_members(figure: Figure, config: Config) -> None:
    """Leave out of a figure what is not published, and say so below it.

    A figure of which too little is left stays as it is, and is not drawn.
    """
    if is_published(figure, config) or "labels" in figure["options"]:  # one per collection
        pass
    elif "collections" in figure:
        kept = _published(figure["collections"], config)
        if len(kept) >= KINDS[figure["kind"]].least:
            _say_left_out(figure, len(figure["collections"]) - len(kept), "collections")
            figure["collections"] = kept
    elif "pairs" in figure:
        pairs = [pair for pair in figure["pairs"] if len(_published(pair, config)) == 2]
        if pairs:
            _say_left_out(figure, len(figure["pairs"]) - len(pairs), "pairs")
            figure["pairs"] = pairs
    if is_published(figure, config):
        _choose_extents(figure, config)


def _say_left_out(figure: Figure, count: int, what: str) -> None:
    said = f"{count} of the {what} of this figure {'is' if count == 1 else 'are'} not published."
    figure["caption"] = " ".join(filter(None, [figure["caption"], said]))


def _choose_extents(figure: Figure, config: Config) -> None:
    """Of the extents that a figure chooses, those that all its collections have, or no choice."""
    known = [config.collections[name].get("extents", []) for name in collections_of(figure)]
    options = figure["options"]
    if "extent" in options and not all(options["extent"] in of for of in known):
        del options["extent"]
    if "extents" in options:
        wanted = options.pop("extents")
        if kept := [extent for extent in wanted if all(extent in of for of in known)]:
            options["extents"] = kept
