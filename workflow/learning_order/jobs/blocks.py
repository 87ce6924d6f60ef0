"""Which block of seeds goes into which training job.

Blocks are planned from the seeds that are wanted and the files that exist, so that more models
train only the new ones, fewer models train none, and another `models_per_job` trains none.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

Block = tuple[int, int]  # first and last seed, both included
Extent = int | str  # of a file: its epochs, or ALL

ALL = "all"  # extents in one file, of models that were trained once and recorded on the way
IN_PARTS = re.compile(rf"{ALL}-(\d+)-per-epoch")  # the same, of extents that count parts of epochs

FILE_NAME = re.compile(r"seeds-(\d+)-(\d+)\.parquet")


def existing_blocks(folder: Path) -> list[Block]:
    """The blocks whose files lie in `folder`; files appear only complete, so they are whole."""
    if not folder.is_dir():
        return []
    matches = (FILE_NAME.fullmatch(path.name) for path in folder.iterdir())
    return sorted((int(match[1]), int(match[2])) for match in matches if match)


def plan_blocks(
    wanted: Iterable[int], existing: Sequence[Block], size: int, cuts: Collection[int] = ()
) -> list[Block]:
    """Blocks that together hold all `wanted` seeds, those that exist first.

    What existing blocks leave open is cut into blocks of at most `size` seeds, and also before
    every seed of `cuts` — where other collections of the same models begin or end — so that
    collections of different sizes share jobs. The plan stays the same while its own blocks
    complete, in whatever order: what is left of a gap always starts at a block's first seed.
    """
    needed = set(wanted)
    blocks = []
    for block in sorted(existing, key=lambda block: (block[0], -block[1])):
        seeds = range(block[0], block[1] + 1)
        if needed.intersection(seeds):
            blocks.append(block)
            needed.difference_update(seeds)
    first: int | None = None
    for seed in sorted(needed):
        if first is None or seed - first >= size or seed in cuts or seed - 1 not in needed:
            first = seed
            blocks.append((seed, seed))
        blocks[-1] = (first, seed)
    return sorted(blocks)


def extents_of_files(collection: Mapping) -> list[Extent]:
    """What the prediction files of a collection are called by: each extent, or ALL."""
    if collection["protocol"] != "snapshots":
        return collection["extents"]
    parts = collection["parts_per_epoch"]
    return [ALL if parts == 1 else f"{ALL}-{parts}-per-epoch"]


def parts_per_epoch(extent: Extent) -> int:
    """How many parts of an epoch the extents count in files that are called by this."""
    found = IN_PARTS.fullmatch(str(extent))
    return int(found[1]) if found else 1


def is_snapshots(extent: Extent) -> bool:
    """Whether files that are called by this hold all extents of models that were trained once."""
    return not str(extent).isdecimal()


def run_of(collection: Mapping) -> tuple[str, str, str, int]:
    """What collections share that are views of one run."""
    return (
        *(collection["dataset"], collection["architecture"], collection["protocol"]),
        collection["parts_per_epoch"],
    )


def snapshot_extents(collections: Iterable[Mapping]) -> dict[tuple[str, str, Extent], list[int]]:
    """Dataset, architecture, name of their files of snapshots → all extents that any wants."""
    wanted: dict[tuple[str, str, Extent], set[int]] = defaultdict(set)
    for entry in collections:
        if entry["protocol"] == "snapshots":
            [files] = extents_of_files(entry)
            wanted[entry["dataset"], entry["architecture"], files] |= set(entry["extents"])
    return {run: sorted(extents) for run, extents in wanted.items()}
