"""How long scores of an ImageNet-sized collection take, and how much memory, beside plain pandas.

    python benchmarks/scores.py                      27 models, 7 extents, 1.33 million examples
    python benchmarks/scores.py --models 9           other sizes: --examples, --extents, --classes
    python benchmarks/scores.py --folder scratch     keep the files there, 2.2 GB, for the next run

First it writes predictions the way training does, from generated models: examples differ in
difficulty, models improve with the extent, and mistakes go to some classes more than to others.
Each contender is then measured as a process of its own, from its start to its end:

- scores: what rule score_collection does, files to files, without the bootstrap intervals
- bootstrap: the same with them
- pandas: TP-agreement, Agreement and accuracy alone, by groupby, of the first extent. Its time is
  multiplied by the number of extents, its memory is not
- limit: reading the bytes of those files at the speed of a large copy in memory
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow"))

from learning_order.predictions.contract import SPLITS, Record, write_block
from learning_order.predictions.reading import scan
from learning_order.tables.build import TABLES, table_parts
from learning_order.tables.writing import write_tables

COPIED = 2**28  # bytes


def write_predictions(folder: Path, models: int, extents: int, sizes: list[int], classes: int):
    """One file per extent, named so that they sort by extent."""
    rng = np.random.default_rng(0)
    labels = {
        split: rng.integers(0, classes, size, np.int16)
        for split, size in zip(SPLITS, sizes, strict=True)
    }
    difficulty = {split: rng.beta(0.5, 0.5, len(of_split)) for split, of_split in labels.items()}

    def record(seed: int, extent: int) -> Record:
        rng = np.random.default_rng([seed, extent])
        predictions, p_true, margin = {}, {}, {}
        for split, of_split in labels.items():
            right = rng.random(len(of_split), np.float32) < difficulty[split] ** (4 / (extent + 1))
            skewed = (rng.random(len(of_split), np.float32) ** 3 * (classes - 1)).astype(np.int16)
            predictions[split] = np.where(right, of_split, (of_split + 1 + skewed) % classes)
            p_true[split] = rng.random(len(of_split), np.float32).astype(np.float16)
            margin[split] = np.float16(np.where(right, 1, -1) + 4 * p_true[split])
        squares = dict.fromkeys(predictions, 0.5)
        return Record(
            seed,
            extent,
            predictions,
            accuracy={},
            loss={},
            p_true=p_true,
            margin=margin,
            sum_p_squared=squares,
        )

    for extent in range(extents):
        records = (record(seed, extent) for seed in range(models))
        write_block(folder / f"extent-{extent:03}.parquet", records, labels, {})


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("extent-*.parquet"))


def ours(folder: Path, resamples: int) -> None:
    found = scan(files_in(folder))
    paths = {name: folder / "scores" / f"{name}.parquet" for name in TABLES}
    write_tables(table_parts(found, resamples=resamples), paths)


def by_pandas(folder: Path) -> None:
    columns = ["seed", "extent", "split", "example", "prediction", "correct"]
    rows = pd.read_parquet(files_in(folder)[0], columns=columns)
    example, model = ["split", "extent", "example"], ["split", "extent", "seed"]
    votes = rows.groupby([*example, "prediction"], observed=True).size()
    groups = rows.groupby(example, observed=True)["correct"]
    examples = pd.DataFrame(
        {
            "tp_agreement": groups.mean(),
            "agreement": votes.groupby(level=example, observed=True).max() / groups.size(),
        }
    )
    examples.to_parquet(folder / "pandas-examples.parquet")
    accuracy = rows.groupby(model, observed=True)["correct"].mean().to_frame()
    accuracy.to_parquet(folder / "pandas-models.parquet")


CONTENDERS = {
    "scores": lambda folder: ours(folder, resamples=0),
    "bootstrap": lambda folder: ours(folder, resamples=200),
    "pandas": by_pandas,
}


def measure(contender: str, folder: Path) -> tuple[float, float, float]:
    """Seconds, CPU seconds and peak memory in GiB of a process that runs the contender."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, "--run", contender, "--folder", folder])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{contender} ended with {process.returncode}")
    seconds = time.perf_counter() - start
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20


def copied_per_second() -> float:
    """Bytes per second of a large copy in memory, read and written once each."""
    source, target = np.ones((2, COPIED), np.uint8)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        np.copyto(target, source)
        seconds.append(time.perf_counter() - start)
    return COPIED / min(seconds)


def compare(folder: Path, rounds: int) -> None:
    """Print the medians; ratios are taken within a round, where other work disturbs them less."""
    measured = {name: [] for name in CONTENDERS}
    for number in range(rounds):
        for name, runs in measured.items():
            if name != "bootstrap" or number == 0:
                runs.append(measure(name, folder))
                print(name, *(f"{value:.1f}" for value in runs[-1]), file=sys.stderr)
    extents = len(files_in(folder))
    measured["pandas"] = [
        (extents * seconds, extents * cpu, peak) for seconds, cpu, peak in measured["pandas"]
    ]
    print("| | seconds | CPU seconds | peak memory | pandas / this, seconds | CPU seconds |")
    print("|---|---|---|---|---|---|")
    for name, runs in measured.items():
        seconds, cpu, peak = (statistics.median(column) for column in zip(*runs, strict=True))
        pairs = list(zip(measured["pandas"], runs, strict=False))
        ratios = (statistics.median(plain[i] / own[i] for plain, own in pairs) for i in (0, 1))
        label = f"{name}: {extents} × the first extent" if name == "pandas" else name
        print(f"| {label} | {seconds:.1f} | {cpu:.1f} | {peak:.2f} GiB |", end="")
        print("".join(f" {ratio:.1f} |" for ratio in ratios))
    size, speed = sum(path.stat().st_size for path in files_in(folder)), copied_per_second()
    print(f"| limit: {size / 1e9:.2f} GB at {speed / 1e9:.1f} GB/s | {size / speed:.2f} | | | | |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", type=int, default=27)
    parser.add_argument("--extents", type=int, default=7)
    parser.add_argument(
        "--examples", type=int, nargs=2, default=[50_000, 1_281_167], metavar=SPLITS
    )
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, help="where to keep the predictions (default: a temporary folder)"
    )
    parser.add_argument(
        "--run", choices=CONTENDERS, help="only this contender, on the files in --folder"
    )
    options = parser.parse_args()
    if options.run:
        CONTENDERS[options.run](options.folder)
        return
    versions = (
        f"Python {platform.python_version()}, numpy {np.__version__}, pandas {pd.__version__}"
    )
    print(f"{os.cpu_count()} cores, {versions}, pyarrow {pa.__version__}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        if not files_in(folder):
            sizes = options.models, options.extents, options.examples, options.classes
            write_predictions(folder, *sizes)
        models, extents, examples = options.models, options.extents, sum(options.examples)
        print(f"{models} models × {extents} extents × {examples:,} examples: ", end="")
        print(f"{models * extents * examples / 1e6:.0f} million predictions\n", flush=True)
        compare(folder, options.rounds)


if __name__ == "__main__":
    main()
