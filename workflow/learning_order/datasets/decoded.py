"""The pixels of a streamed dataset, decoded once and kept on disk: training maps them into memory.

decoded.bin    the pixels of all images, (height, width, 3) uint8 one after another
decoded.npz    where each begins, its height and width, and the content hash; written last

They are what `open_image` gives, in full size, so that every crop and every resized image is the
same to the bit as without them. They are no output of a rule: they may be deleted at any time.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from PIL import Image

from learning_order.datasets.examples import SPLITS
from learning_order.datasets.images import open_image, with_bar
from learning_order.datasets.prepared import Prepared
from learning_order.runtime.files import one_at_a_time, written_aside

PIXELS, INDEX, LOCK = "decoded.bin", "decoded.npz", ".decoded.lock"
AT_ONCE = 250  # images that are decoded before they are written
SAMPLE = 100  # images that tell the size of all


@dataclass(frozen=True)
class Decoded:
    """Images by split and number; picklable, so that workers can have it."""

    file: Path
    places: Mapping[str, np.ndarray]  # split → (examples, 3) int64: first byte, height, width

    def image(self, split: str, number: int) -> Image.Image:
        """What `open_image` gave."""
        first, height, width = self.places[split][number]
        pixels = _mapped(self.file)[first : first + 3 * height * width]
        return Image.fromarray(pixels.reshape(height, width, 3))

    def is_whole(self) -> bool:
        """Whether the file has the bytes that the index says."""
        ends = [first + 3 * height * width for first, height, width in self._last()]
        return self.file.is_file() and self.file.stat().st_size == max(ends, default=0)

    def _last(self) -> list[np.ndarray]:
        return [places[-1] for places in self.places.values() if len(places)]


@cache
def _mapped(file: Path) -> np.ndarray:
    """Each process maps the file for itself."""
    return np.memmap(file, np.uint8, "r")


def decoded_once(dataset: Prepared, threads: int, say: Callable[[str], None]) -> Decoded | None:
    """The kept pixels, written by the first job that asks, for which others wait.

    None where they cannot be written, such as on a full disk; `say` hears why.
    """
    found = _read(dataset)
    if found:
        return found
    try:
        with one_at_a_time(dataset.folder / LOCK):
            if not _read(dataset):  # another job was first
                _check_space(dataset)
                _write(dataset, threads)
    except OSError as error:
        say(f"images are decoded from their files, as their pixels cannot be kept: {error}")
        return None
    return _read(dataset)


def _read(dataset: Prepared) -> Decoded | None:
    """What is there, if it is whole and of this content."""
    try:
        with np.load(dataset.folder / INDEX, allow_pickle=False) as index:
            places = {split: index[split] for split in SPLITS}
            same = str(index["hash"]) == dataset.content_hash
    except (OSError, ValueError, KeyError, BadZipFile):  # not there, or not readable
        return None
    found = Decoded(dataset.folder / PIXELS, places)
    return found if same and found.is_whole() else None


def _write(dataset: Prepared, threads: int) -> None:
    places: dict[str, list] = {split: [] for split in SPLITS}
    first = 0
    (dataset.folder / INDEX).unlink(missing_ok=True)
    with written_aside(dataset.folder / PIXELS) as aside, aside.open("wb") as file:
        for split in SPLITS:
            for pixels in _pixels(dataset.files(split), threads, f"decoding {split}"):
                file.write(pixels.data)
                places[split].append((first, *pixels.shape[:2]))
                first += pixels.size
    with written_aside(dataset.folder / INDEX) as aside:
        arrays = {split: np.array(rows, np.int64).reshape(-1, 3) for split, rows in places.items()}
        np.savez(aside, hash=dataset.content_hash, **arrays)  # type: ignore[arg-type]


def _pixels(files: list[str], threads: int, title: str) -> Iterator[np.ndarray]:
    """(height, width, 3) of each file in order; a few at a time, as a disk may be slower."""

    def read(path: str) -> np.ndarray:
        return np.ascontiguousarray(open_image(path))

    parts = [files[start : start + AT_ONCE] for start in range(0, len(files), AT_ONCE)]
    with ThreadPoolExecutor(threads) as pool:
        decoded = with_bar(parts, len(parts), title, "part", many=8)
        yield from chain.from_iterable(pool.map(read, part) for part in decoded)


def _check_space(dataset: Prepared) -> None:
    """OSError where a sample says that the disk has too little room, before hours of decoding."""
    files = [path for split in SPLITS for path in dataset.files(split)]
    sample = files[:: max(len(files) // SAMPLE, 1)][:SAMPLE]
    needed = len(files) * np.mean([np.asarray(open_image(path)).size for path in sample])
    free = shutil.disk_usage(dataset.folder).free
    if needed > free:
        raise OSError(
            f"{dataset.folder} needs {needed / 1e6:,.0f} MB, but {free / 1e6:,.0f} are free"
        )
