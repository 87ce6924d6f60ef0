"""The digest of the names of files: what changes it, and what does not."""

import os
import shutil

import pytest

from learning_order.jobs.listing import listing_digest


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
        lambda birds: (birds / "wren").mkdir(),
        lambda birds: (birds / "owl").rename(birds / "eagle"),
    ],
)
def test_another_name_or_place_changes_it(birds, change):
    before = listing_digest(birds)
    change(birds)
    assert listing_digest(birds) != before


def test_copies_and_hidden_folders_do_not(birds, tmp_path):
    before = listing_digest(birds)
    for hidden in (".cache/y", "jay/.DS_Store"):
        (birds / hidden).touch()
    assert listing_digest(birds) == before
    shutil.copytree(birds, tmp_path / "copy")
    assert listing_digest(tmp_path / "copy") == before


def test_a_name_cannot_pass_for_two(tmp_path):
    for folder, names in (("a", ["x", "y"]), ("b", ["xy"])):
        for name in names:
            (tmp_path / folder / "set" / name).mkdir(parents=True)
    assert listing_digest(tmp_path / "a/set") != listing_digest(tmp_path / "b/set")


def test_links_are_followed_even_where_they_lead_back(birds, tmp_path):
    os.symlink(birds, birds / "owl/again")
    birds.rename(tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", birds)
    before = listing_digest(birds)
    (tmp_path / "elsewhere/jay/3.png").touch()
    assert listing_digest(birds) != before


def test_names_need_not_be_utf_8(tmp_path):
    before = listing_digest(tmp_path)
    (tmp_path / os.fsdecode(b"caf\xe9.png")).touch()
    assert listing_digest(tmp_path) != before


def test_a_file_has_its_size(tmp_path):
    (tmp_path / "mine.npz").write_bytes(b"123")
    assert listing_digest(tmp_path / "mine.npz") == "3 bytes"
