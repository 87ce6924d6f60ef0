"""20 newsgroups (Lang 1995), posts of twenty groups, which scikit-learn downloads."""

import io
import pickle
import zlib
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

from learning_order.datasets.examples import SPLITS, DatasetError, DatasetNotFound, Examples
from learning_order.datasets.loaders.text import DEFAULTS, Row, examples_of, tokenise
from learning_order.runtime.files import one_at_a_time

# What scikit-learn's pickle of posts is made of.
HARMLESS = {
    *(("sklearn.utils", "Bunch"), ("sklearn.utils._bunch", "Bunch"), ("_codecs", "encode")),
    *(
        (module, name)
        for module in ("numpy.core.multiarray", "numpy._core.multiarray")
        for name in ("_reconstruct", "scalar")
    ),
    *(("numpy", "ndarray"), ("numpy", "dtype")),
}
CACHE = "20news-bydate_py3.pkz"  # in which scikit-learn keeps the download
# As scikit-learn advises: these give the group away, and are not what a post says.
REMOVED = ("headers", "footers", "quotes")


def newsgroups(options: dict, root: Path, download: bool) -> Examples:
    """The split by date, 11314 train and 7532 test posts, less those that are empty.

    A post is empty that has no word left without header, footer and quotes; origin says how many
    are. The file is scikit-learn's, in `root`. Options: max_tokens, min_count, vocabulary_size and
    vectors, as for text_csv. DatasetNotFound where the file is missing and cannot be fetched,
    DatasetError where it is damaged.
    """
    options = {**DEFAULTS, **options}
    splits = {name: _rows(name, posts, options) for name, posts in _posts(root, download).items()}
    kept = {split: [row for row in rows if row.tokens] for split, rows in splits.items()}
    empty = sum(len(splits[split]) - len(kept[split]) for split in splits)
    return examples_of(kept, options, f"20 newsgroups without {empty} empty posts")


def _rows(split: str, posts: Mapping, options: dict) -> list[Row]:
    texts = zip(posts["data"], posts["target"], strict=True)
    return [
        Row(number, tokenise(text)[: options["max_tokens"]], posts["target_names"][target], split)
        for number, (text, target) in enumerate(texts, start=1)
    ]


def _posts(root: Path, download: bool) -> dict[str, Mapping]:
    """scikit-learn's data, target and target_names of each split."""
    path = root / CACHE
    # A damaged file may be another job's download in progress: look again when that is done.
    if path.is_file():
        with suppress(OSError):
            return _fetch(root, download=False)
    if not download and path.exists():
        raise DatasetError(
            f"{path}: not the whole file that scikit-learn writes; delete it, or set "
            "`download: true` in config.yaml to have it replaced"
        )
    if not download:
        raise DatasetNotFound(_not_found(path, "`download` is off"))
    try:
        with one_at_a_time(root / ".newsgroups.lock"):
            return _fetch(root, download=True)
    except (OSError, HTTPException) as error:  # no network, or a checksum that does not match
        raise DatasetNotFound(_not_found(path, f"the download failed: {error}")) from error


def _fetch(root: Path, download: bool) -> dict[str, Mapping]:
    """Both splits; OSError where they are missing and cannot be fetched."""
    from sklearn.datasets import fetch_20newsgroups

    if (root / CACHE).is_file():
        # A damaged one is downloaded again.
        with suppress(OSError) if download else nullcontext():
            _check_harmless(root / CACHE)
    try:
        return {
            split: fetch_20newsgroups(
                data_home=root,
                subset=split,
                remove=REMOVED,
                shuffle=False,
                download_if_missing=download,
                n_retries=1,
            )
            for split in SPLITS
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise DatasetError(
            f"{root / CACHE}: not what scikit-learn writes, train and test posts; delete it"
        ) from error


class _Harmless(pickle.Unpickler):
    """Reads a pickle of posts, in which nothing else may be called than what makes those."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in HARMLESS:
            raise DatasetError(f"it calls {module}.{name}")
        return super().find_class(module, name)


def _check_harmless(path: Path) -> None:
    """DatasetError for a pickle that would run other code when scikit-learn reads it.

    OSError for a file that is not whole, as scikit-learn gives.
    """
    try:
        _Harmless(io.BytesIO(zlib.decompress(path.read_bytes()))).load()
    except DatasetError as error:
        raise DatasetError(
            f"{path}: not what scikit-learn writes, as {error}; such a file may run any code. "
            "Delete it, and have it downloaded or copy it from a machine that you trust"
        ) from error
    except Exception as error:  # a damaged pickle may raise anything
        raise OSError(f"{path} is damaged: {error}") from error


def _not_found(path: Path, cause: str) -> str:
    return (
        f"20 newsgroups was not found, and {cause}. Looked for {path}, the file that scikit-learn "
        "writes.\nTwo ways to provide it:\n"
        "  1. where there is a network, set `download: true` in config.yaml;\n"
        "  2. run sklearn.datasets.fetch_20newsgroups() on any machine that has one, copy "
        f"{path.name} from its ~/scikit_learn_data to {path.parent}, or set the dataset's `root:` "
        "in config.yaml to the folder where it is."
    )
