"""One look for all figures: colours that survive a grey copy, and files that are equal."""

import re

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgba
from support.collections import collection
from support.figures import drawn

from learning_order.figures import style

GREY = np.array([0.299, 0.587, 0.114])


def random_labels():
    """A page of two histograms."""
    source = collection("small-mammals-random-labels", "st-vgg-no-dropout", shared_order=False)
    return drawn("histograms", [source], {"extents": [30]})[1]


def test_saved_files_hold_text_and_are_the_same_every_time(tmp_path):
    with matplotlib.rc_context({"pdf.compression": 0}):
        first = style.save(random_labels(), tmp_path / "first")
        again = style.save(random_labels(), tmp_path / "again")
    assert [path.name for path in first] == ["first.png", "first.pdf"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(p.name for p in first + again)
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes()
    pdf = first[1].read_bytes()
    assert b"/Type3" not in pdf
    letters = b"".join(re.findall(rb"\(([^()]*)\)", pdf)).replace(b"\0", b"")
    assert b"null hypothesis" in letters
    assert b"small-mammals-random-labels, st-vgg-no-dropout, 100 models" in letters


def test_grey_copies_keep_the_meanings_apart():
    greys = [GREY @ to_rgba(colour)[:3] for colour in (style.TRAIN, style.TEST)]
    red, green, blue, alpha = style.NULL_FILL
    greys.append(alpha * (GREY @ (red, green, blue)) + 1 - alpha)
    assert np.diff(greys).min() > 0.1
    lightness = style.INTENSITY(np.linspace(0, 1, 50))[:, :3] @ GREY
    assert (np.diff(lightness) < 0).all()


def test_classes_are_told_apart_in_grey():
    looks = [style.class_look(number) for number in range(style.MOST_CLASSES)]
    greys = [GREY @ to_rgba(look["facecolor"])[:3] for look in looks]
    assert np.diff(greys[:5]).min() > 0.12
    assert greys[5:] == greys[:5]
    assert [bool(look["hatch"]) for look in looks] == [False] * 5 + [True] * 5


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (-0.05, 0.85, 5, [0, 0.2, 0.4, 0.6, 0.8]),  # of Fig 8a
        (0.2, 0.98, 5, [0.2, 0.4, 0.6, 0.8]),
        (0, 3, 5, [0, 1, 2, 3]),
        (0, 30, 7, [0, 5, 10, 15, 20, 25, 30]),
    ],
)
def test_as_many_round_ticks_as_are_asked_for_where_there_are(low, high, most, ticks):
    assert style.round_ticks(low, high, most) == pytest.approx(ticks)
    for many in range(2, 9):
        found = style.round_ticks(low, high, many)
        assert 1 <= len(found) <= many
        assert low <= min(found) <= max(found) <= high
