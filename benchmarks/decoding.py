"""How many photographs a second this machine decodes for training, and what a cache brings.

    python benchmarks/decoding.py [--images 2000] [--processes 2]

Photographs in the size that ImageNet's have on average, made of two that scikit-learn ships, are
read as the workers of a streamed dataset read them: decoded, cropped at random to 224 × 224,
mirrored. Beside it the same from pixels that were decoded once, as `keep_decoded` keeps them, and
from copies whose shorter side was shrunk to 256 once, which gives other crops: as JPEG, and as
pixels. Pixels were just written, so that they come from memory where this holds them. On a busy
machine look at the rate for each second of CPU time.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_images

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow"))

from learning_order.datasets.decoded import Decoded
from learning_order.datasets.images import open_image
from learning_order.training.streamed_data import _Views, _Wanted

SIZE, CROPPED = (500, 375), 224
PHOTOGRAPHS = 1_331_167  # of ImageNet, train and validation
Change = Callable[[Image.Image], Image.Image]


@cache
def sample_images() -> list[np.ndarray]:
    return load_sample_images().images


def photograph(number: int) -> Image.Image:
    """One of the two, shifted around."""
    pixels = sample_images()[number % 2]
    moved = np.roll(pixels, np.random.default_rng(number).integers(0, 400, 2), axis=(0, 1))
    return Image.fromarray(moved).resize(SIZE)


def as_they_are(image: Image.Image) -> Image.Image:
    return image


def shrunk(image: Image.Image) -> Image.Image:
    scale = 256 / min(image.size)
    return image.resize([round(side * scale) for side in image.size], Image.Resampling.BILINEAR)


def write_files(folder: Path, count: int, change: Change) -> np.ndarray:
    """The names of `count` JPEG files."""
    names = [folder / f"{change.__name__}-{number}.jpg" for number in range(count)]
    for number, name in enumerate(names):
        change(photograph(number)).save(name, quality=90)
    return np.array([str(name).encode() for name in names])


def write_pixels(folder: Path, names: np.ndarray, change: Change) -> Decoded:
    """The pixels of these files."""
    file, places = folder / f"{change.__name__}.bin", []
    with file.open("wb") as out:
        for name in names:
            pixels = np.asarray(change(open_image(name.decode())))
            places.append((out.tell(), *pixels.shape[:2]))
            out.write(pixels.tobytes())
    return Decoded(file, {"train": np.array(places)})


def read(task: tuple[np.ndarray, Decoded | None, int]) -> tuple[float, float]:
    """Photographs of one process for each second, and for each second of its CPU time."""
    files, decoded, seed = task
    order = np.random.default_rng(seed).permutation(len(files))
    wanted = _Wanted("train", 0, order, {"flip": True, "resized_crop": True}, 1)
    views = _Views({"train": files}, CROPPED, decoded)
    start, used = time.perf_counter(), time.process_time()
    for place in range(len(files)):
        views._view(wanted, place)
    return (
        len(files) / (time.perf_counter() - start),
        len(files) / (time.process_time() - used),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files, small = (
            write_files(folder, options.images, change) for change in (as_they_are, shrunk)
        )
        cases = {
            "JPEG as they are": (files, None),
            "pixels as they are": (files, write_pixels(folder, files, as_they_are)),
            "JPEG of 256": (small, None),
            "pixels of 256": (files, write_pixels(folder, files, shrunk)),
        }
        title = f"{options.processes} processes, {options.images} photographs"
        print(f"| {title} | each second | each CPU second | GB for ImageNet |")
        print("|---|---|---|---|")
        with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
            for kind, (names, decoded) in cases.items():
                tasks = [(names, decoded, seed) for seed in range(options.processes)]
                rates = np.array(pool.map(read, tasks, chunksize=1))
                stored = [decoded.file] if decoded else [Path(name.decode()) for name in names]
                size = sum(path.stat().st_size for path in stored) / options.images
                whole, used = rates[:, 0].sum(), rates[:, 1].mean()
                row = f"{whole:,.0f} | {used:,.0f} | {size * PHOTOGRAPHS / 1e9:,.0f}"
                print(f"| {kind} | {row} |", flush=True)


if __name__ == "__main__":
    main()
