"""Where the blocks of a page stand."""

import pandas as pd
import pytest

from learning_order.figures.page import blocks_of, lay_out

DATA = pd.DataFrame({"collection": ["b", "a", "b", "c"], "value": range(4)})
HEADINGS = ["b)", "a)", "c)"]


def test_blocks_are_in_the_order_of_the_table():
    assert [block["value"].tolist() for block in blocks_of(DATA)] == [[0, 2], [1], [3]]
    assert [len(block) for block in blocks_of(DATA, "value")] == [1, 1, 1, 1]


def test_blocks_stand_below_each_other_each_with_its_height():
    heights = [1, 2, 0.5]
    page = lay_out(blocks_of(DATA), HEADINGS, 5, heights, top=0.25, footer=0.75)
    assert [(block.left, block.top) for block in page.blocks] == [(0, 0.25), (0, 1.25), (0, 3.25)]
    assert [block.heading for block in page.blocks] == HEADINGS
    assert page.bottom == 3.75
    assert page.figure.get_size_inches().tolist() == [5, 4.5]


def test_blocks_stand_beside_each_other_in_rows_of_one_height():
    page = lay_out(blocks_of(DATA), HEADINGS, 6, 1.5, beside=2, step=3, top=0)
    assert [(block.left, block.top) for block in page.blocks] == [(0, 0), (3, 0), (0, 1.5)]
    assert page.figure.get_size_inches().tolist() == [6, 3]


def test_every_block_has_a_height_and_a_heading():
    with pytest.raises(ValueError, match="shape"):
        lay_out(blocks_of(DATA), HEADINGS, 5, [1, 2])
    with pytest.raises(ValueError, match="zip"):
        lay_out(blocks_of(DATA), HEADINGS[:2], 5, 1)
