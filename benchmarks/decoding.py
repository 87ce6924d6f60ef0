"""How many photographs a second this machine decodes for training, and what a cache would bring.

    python benchmarks/decoding.py [--images 200] [--processes 2]

Two photographs that scikit-learn ships, in the size that ImageNet's have on average, are read as
the workers of a streamed dataset read them: decoded, cropped at random to 224 × 224, mirrored.
Beside it the same from copies whose shorter side was shrunk to 256 once: as JPEG, and as pixels in
a file that is mapped into memory.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_images

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow"))

from learning_order.datasets.images import open_image
from learning_order.training import streamed_data
from learning_order.training.streamed_data import _Views, _Wanted

SIZE, CROPPED = (500, 375), 224
PIXELS = 1_281_167 * 256 * 341 * 3  # of ImageNet's train images, on average


def photographs() -> list[Image.Image]:
    return [Image.fromarray(pixels).resize(SIZE) for pixels in load_sample_images().images]


def shrunk(image: Image.Image) -> Image.Image:
    scale = 256 / min(image.size)
    return image.resize([round(side * scale) for side in image.size], Image.Resampling.BILINEAR)


def write(folder: Path) -> dict[str, np.ndarray]:
    """Files of each kind, with their mean size in kB printed."""
    kinds = {"as they are": lambda image: image, "JPEG of 256": shrunk}
    files = {}
    for kind, change in kinds.items():
        names = []
        for number, image in enumerate(photographs()):
            name = folder / f"{kind}-{number}.jpg".replace(" ", "-")
            change(image).save(name, quality=90)
            names.append(str(name).encode())
        files[kind] = np.array(names)
        sizes = [Path(name.decode()).stat().st_size for name in names]
        print(f"{kind}: {np.mean(sizes) / 1000:.0f} kB each")
    pixels = np.stack([np.asarray(shrunk(image)) for image in photographs()])
    np.save(folder / "pixels.npy", pixels)
    return files


def views(task: tuple) -> float:
    """Photographs a second of one process."""
    files, images, stored = task
    wanted = _Wanted("train", 0, np.arange(images) % 2, {"flip": True, "resized_crop": True}, 1)
    pixels = np.load(stored, mmap_mode="r") if stored else None

    def opened(path: str) -> Image.Image:
        return open_image(path) if pixels is None else Image.fromarray(pixels[int(path[-5])])

    views = _Views({"train": files}, CROPPED)
    start = time.perf_counter()
    with mock.patch.object(streamed_data, "open_image", opened):
        for place in range(images):
            views._view(wanted, place)
    return images / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = write(Path(folder))
        cases = {kind: (names, "") for kind, names in files.items()}
        cases["pixels of 256"] = (files["as they are"], f"{folder}/pixels.npy")
        print(
            f"\n| {options.processes} processes | photographs/s | of one process |\n|---|---|---|"
        )
        with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
            for kind, (names, pixels) in cases.items():
                task = (names, options.images, pixels)
                pool.map(views, [task] * options.processes, chunksize=1)
                rates = pool.map(views, [task] * options.processes, chunksize=1)
                print(f"| {kind} | {sum(rates):,.0f} | {np.mean(rates):,.0f} |", flush=True)
    print(f"\nAll of ImageNet as pixels of 256: {PIXELS / 1e9:.0f} GB")


if __name__ == "__main__":
    main()
