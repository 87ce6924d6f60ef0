"""20 newsgroups (Lang 1995), posts of twenty groups, which scikit-learn downloads."""

from pathlib import Path

from learning_order.datasets.examples import DatasetNotFound, Examples
from learning_order.datasets.text import DEFAULTS, Row, examples_of, tokenise

CACHE = "20news-bydate_py3.pkz"  # what scikit-learn makes of the download
# As scikit-learn advises: what is in these gives the group away, and is not what a post says.
REMOVED = ("headers", "footers", "quotes")


def newsgroups(options: dict, root: Path, download: bool) -> Examples:
    """The split by date, 11314 train and 7532 test posts, less those that are empty.

    Looked for as scikit-learn's file in `root`. Options: max_tokens, min_count, vocabulary_size
    and vectors, as for text_csv. DatasetNotFound where the file is missing and cannot be fetched.
    """
    options = {**DEFAULTS, **options}
    splits = {split: _rows(split, root, download, options) for split in ("train", "test")}
    kept = {split: [row for row in rows if row.tokens] for split, rows in splits.items()}
    empty = sum(len(splits[split]) - len(kept[split]) for split in splits)
    return examples_of(kept, options, f"20 newsgroups without {empty} empty posts")


def _rows(split: str, root: Path, download: bool, options: dict) -> list[Row]:
    posts = _fetch(split, root, download)
    return [
        Row(number, tokenise(text)[: options["max_tokens"]], posts.target_names[target], split)
        for number, (text, target) in enumerate(zip(posts.data, posts.target, strict=True), start=1)
    ]


def _fetch(split: str, root: Path, download: bool):
    from sklearn.datasets import fetch_20newsgroups

    if not download and not (root / CACHE).is_file():
        raise DatasetNotFound(
            f"20 newsgroups was not found, and `download` is off. Looked for {root / CACHE}, the "
            "file that scikit-learn writes: run sklearn.datasets.fetch_20newsgroups(data_home=…) "
            "where there is a network, and put it there."
        )
    try:
        return fetch_20newsgroups(
            data_home=root,
            subset=split,
            remove=REMOVED,
            shuffle=False,
            download_if_missing=download,
            n_retries=1,
        )
    except OSError as error:  # also what urllib raises without a network
        raise DatasetNotFound(
            f"20 newsgroups could not be downloaded ({error}). Run "
            "sklearn.datasets.fetch_20newsgroups(data_home=…) on another machine, and put its "
            f"{CACHE} into {root}."
        ) from error
