"""Miniatures of labelled texts and of word vectors, in their true on-disk formats."""

import codecs
import csv
import io
import pickle
import tarfile
from pathlib import Path

import numpy as np
from sklearn.utils import Bunch

TAGS = ["c#", "c++", "java", "python"]
WORDS = {
    "c#": "linq wpf delegate .NET assembly wcf xaml async".split(),  # noqa: SIM905
    "c++": "template pointer std vector <code>int *p = &amp;x;</code> boost linker".split(),  # noqa: SIM905
    "java": "jvm maven spring classpath servlet swing hibernate bean".split(),  # noqa: SIM905
    "python": "pip django list comprehension numpy decorator pandas tuple".split(),  # noqa: SIM905
}
COMMON = "how do i the a to in with my code error can't <pre> x = 1 </pre> ?".split()  # noqa: SIM905


def stack_overflow(root: Path, posts: int = 120) -> Path:
    """stack-overflow-data.csv: quoted posts of several lines with HTML and code, and their tag."""
    rng = np.random.default_rng(0)
    path = root / "stack-overflow" / "stack-overflow-data.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["post", "tags"])
        for number in range(posts):
            tag = TAGS[number % len(TAGS)]
            words = [*rng.choice(WORDS[tag], 6), *rng.choice(COMMON, rng.integers(4, 20))]
            rng.shuffle(words)
            writer.writerow([f'<p>{" ".join(words)}</p>\n\nHe said "{tag}"', tag])
    return path


def glove(root: Path, dimensions: int = 5) -> Path:
    """glove.mini.5d.txt: a word and its numbers a line; the words of a tag point one way."""
    rng = np.random.default_rng(1)
    path = root / "stack-overflow" / f"glove.mini.{dimensions}d.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for axis, tag in enumerate(TAGS):
        for word in WORDS[tag][:6]:
            vector = rng.normal(0, 0.3, dimensions)
            vector[axis] += 1
            lines.append(f"{word.lower()} {' '.join(f'{number:.5f}' for number in vector)}")
    for word in ("how", "the", "to", "in", "code", "error", "x", "=", "1"):
        numbers = rng.normal(0, 0.3, dimensions)
        lines.append(f"{word} {' '.join(f'{number:.5f}' for number in numbers)}")
    path.write_text("\n".join(lines) + "\n")
    return path


def newsgroup_posts(split: str) -> dict[str, str]:
    """The posts of a split, by group and number, with header, quote and signature; every ninth is
    empty but for its header, as some of the originals are."""
    seed, count = {"train": (2, 24), "test": (3, 12)}[split]
    rng = np.random.default_rng(seed)
    posts = {}
    for number in range(count):
        tag = TAGS[number % len(TAGS)]
        words = " ".join(rng.choice(WORDS[tag], 8))
        body = "" if number % 9 == 8 else f"{words} naïve\n\n> quoted secret\n\n-- \nJane Doe"
        header = f"From: jane@example.org\nSubject: comp.lang.{tag}"
        posts[f"comp.lang.{tag}/{number:05}"] = f"{header}\n\n{body}"
    return posts


def newsgroups(root: Path) -> Path:
    """20news-bydate_py3.pkz, as scikit-learn keeps what it has downloaded."""
    groups = [f"comp.lang.{tag}" for tag in TAGS]

    def bunch(split):
        posts = newsgroup_posts(split)
        return Bunch(
            data=list(posts.values()),
            filenames=np.array([f"20news-bydate-{split}/{name}" for name in posts]),
            target_names=groups,
            target=np.array([groups.index(name.split("/")[0]) for name in posts]),
            DESCR=None,
        )

    path = root / "20news-bydate_py3.pkz"
    root.mkdir(parents=True, exist_ok=True)
    cache = {split: bunch(split) for split in ("train", "test")}
    path.write_bytes(codecs.encode(pickle.dumps(cache), "zlib_codec"))
    return path


def newsgroups_archive(root: Path) -> Path:
    """20news-bydate.tar.gz, the download: 20news-bydate-{train,test}/GROUP/NUMBER in Latin-1."""
    path = root / "20news-bydate.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for split in ("train", "test"):
            for name, text in newsgroup_posts(split).items():
                content = text.encode("latin1")
                member = tarfile.TarInfo(f"20news-bydate-{split}/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return path
