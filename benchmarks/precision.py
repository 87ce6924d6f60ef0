"""Does a lower precision move accuracy, bimodality or Accessibility beyond the spread of seeds?

    python benchmarks/precision.py FULL/*.parquet --against LOWER/*.parquet

compares two sets of prediction files of the same dataset, seeds and extents, one of the recipe in
float32 and one of it in a lower precision. Both draw the same random numbers, so a model can be
compared with itself. Differences are held against those between models of other seeds.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))

from learning_order.scores import accessibility, bimodality, bootstrap, split_half_reliability


def correctness(files: list[str], split: str) -> tuple[np.ndarray, list[int], list[int]]:
    """(extents, models, examples) booleans, with the extents and the seeds."""
    columns = ["seed", "extent", "split", "example", "correct"]
    rows = pd.concat([pd.read_parquet(file, columns=columns) for file in files])
    rows = rows[rows["split"] == split].sort_values(["extent", "seed", "example"])
    extents, seeds = sorted(rows["extent"].unique()), sorted(rows["seed"].unique())
    return rows["correct"].to_numpy().reshape(len(extents), len(seeds), -1), extents, seeds


def restricted(loaded: tuple, extents: list[int], seeds: list[int]) -> np.ndarray:
    correct, own_extents, own_seeds = loaded
    return correct[np.ix_(np.isin(own_extents, extents), np.isin(own_seeds, seeds))]


def bimodality_of(correct: np.ndarray) -> float:
    """Of (models, examples)."""
    return bimodality(correct.mean(axis=0))


def interval(correct: np.ndarray, rng: np.random.Generator) -> str:
    low, high = bootstrap(bimodality_of, correct, rng)
    return f"{bimodality_of(correct):.2f} [{low:.2f}, {high:.2f}]"


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def compare(full: np.ndarray, lower: np.ndarray, extents: list[int], split: str) -> None:
    rng = np.random.default_rng(0)
    print(f"\n{split}, {full.shape[1]} models, {full.shape[2]} examples\n")
    titles = ["extent", "accuracy in float32, ± s.d.", "lower − float32, ± s.e."]
    print(row(*titles, "B in float32", "B in the lower"))
    print(row(*["---"] * 5))
    for extent, one, other in zip(extents, full, lower, strict=True):
        accuracy, change = one.mean(axis=1), other.mean(axis=1) - one.mean(axis=1)
        error = change.std(ddof=1) / np.sqrt(len(change))
        spread = f"{accuracy.mean():.3f} ± {accuracy.std(ddof=1):.3f}"
        moved = f"{change.mean():+.4f} ± {error:.4f}"
        print(row(extent, spread, moved, interval(one, rng), interval(other, rng)))
    orders = [
        accessibility(np.stack([correct.mean(axis=0) for correct in runs]))
        for runs in (full, lower)
    ]
    reliability = split_half_reliability(full, rng)
    same = (full == lower).mean()
    shifted = (full == np.roll(lower, 1, axis=1)).mean()
    print(
        f"\nAccessibility: r = {np.corrcoef(orders)[0, 1]:.4f} between the precisions; two sets of "
        f"as many float32 models would have {reliability:.4f}.\nCorrectness is equal for "
        f"{same:.3f} of a model's own examples, for {shifted:.3f} of those of another seed."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("full", nargs="+")
    parser.add_argument("--against", nargs="+", required=True)
    arguments = parser.parse_args()
    for split in ("train", "test"):
        loaded = [correctness(files, split) for files in (arguments.full, arguments.against)]
        extents, seeds = (sorted(set(loaded[0][i]) & set(loaded[1][i])) for i in (1, 2))
        compare(*(restricted(each, extents, seeds) for each in loaded), extents, split)


if __name__ == "__main__":
    main()
