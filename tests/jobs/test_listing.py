"""The digest of the names of files: what changes it, and what does not."""

import os
import shutil

import pytest

from learning_order.config.catalogue import IMAGES, LOADERS
from learning_order.datasets.images import SUFFIXES
from learning_order.jobs import listing
from learning_order.jobs.listing import listing_digest


def digest(root):
    return listing_digest(root, {".png"}, root / "results")


@pytest.fixture
def birds(tmp_path):
    for name in ("jay/1.png", "jay/2.png", "owl/1.png", ".cache/x"):
        path = tmp_path / "birds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "birds"


@pytest.mark.parametrize(
    "change",
    [
        lambda birds: (birds / "jay/2.png").rename(birds / "owl/2.png"),
        lambda birds: (birds / "jay/2.png").rename(birds / "jay/3.png"),
        lambda birds: (birds / "jay/2.png").unlink(),
        lambda birds: (birds / "3.png").touch(),
        lambda birds: (birds / "owl").rename(birds / "eagle"),
    ],
)
def test_another_name_or_place_changes_it(birds, change):
    before = digest(birds)
    change(birds)
    assert digest(birds) != before


def test_copies_and_what_no_loader_reads_do_not(birds, tmp_path):
    before = digest(birds)
    (birds / "results/figures").mkdir(parents=True)
    for other in (
        ".cache/y",
        "jay/.DS_Store",
        "jay/Thumbs.db",
        "notes.txt",
        "results/figures/1.png",
    ):
        (birds / other).touch()
    assert digest(birds) == before
    shutil.copytree(birds, tmp_path / "copy")
    assert digest(tmp_path / "copy") == before


def test_a_name_cannot_pass_for_two(tmp_path):
    for folder, names in (("a", ["x.png", "y.png"]), ("b", ["x.pngy.png"])):
        for name in names:
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / name).touch()
    assert digest(tmp_path / "a") != digest(tmp_path / "b")


def test_links_are_followed_even_where_they_lead_back(birds, tmp_path):
    os.symlink(birds, birds / "owl/again")
    birds.rename(tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", birds)
    before = digest(birds)
    (tmp_path / "elsewhere/jay/3.png").touch()
    assert digest(birds) != before


def test_names_need_not_be_utf_8(tmp_path):
    before = digest(tmp_path)
    (tmp_path / os.fsdecode(b"caf\xe9.png")).touch()
    assert digest(tmp_path) != before


def test_folders_come_once_where_many_links_lead_back(birds):
    """Else each of them would be listed below each other one."""
    before = digest(birds)
    for name in "abcdefgh":
        os.symlink(birds, birds / f"owl/{name}")
    assert digest(birds) == before


def test_where_no_file_is_left_nothing_is_said(tmp_path):
    """A disk that is not there leaves an empty folder."""
    (tmp_path / "jay").mkdir()
    (tmp_path / "jay/notes.txt").touch()
    assert digest(tmp_path) is None
    with pytest.raises(FileNotFoundError):
        digest(tmp_path / "none")


def test_a_file_counts_by_what_is_in_it_and_a_large_one_by_its_size(tmp_path, monkeypatch):
    file = tmp_path / "mine.csv"
    for content, other in ((b"cat,0", b"cat,1"), (b"cat,0", b"cat,00")):
        file.write_bytes(content)
        before = digest(file)
        file.write_bytes(other)
        assert digest(file) != before
    monkeypatch.setattr(listing, "READ", 2)
    assert digest(file) == "6 bytes"


def test_loaders_of_folders_say_what_they_read():
    assert IMAGES == SUFFIXES
    assert all(bool(loader.suffixes) == (loader.root == "folder") for loader in LOADERS.values())
