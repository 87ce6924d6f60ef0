"""What a message says about a name that is not known."""

import pytest

from learning_order.runtime.errors import MOST_LISTED, did_you_mean


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("lable", ["text", "label"], "; did you mean 'label'?"),
        ("x", ["text", "label"], "; choose among label, text"),
        ("5", [15, 30], "; did you mean '15'?"),
        ("x", [], "; there are none"),
    ],
)
def test_the_closest_name_is_suggested_or_all_are_listed(name, known, expected):
    assert did_you_mean(name, known) == expected


def test_a_long_list_is_cut():
    names = [f"n{number:03d}" for number in range(100)]
    listed = did_you_mean("x", names).removeprefix("; choose among ").split(", ")
    assert listed == [*names[:MOST_LISTED], "…"]
