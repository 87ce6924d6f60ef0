"""Words of a user on a page: never a formula."""

import io

import pytest

from learning_order.figures import style


@pytest.mark.parametrize("words", ["$\\frac{$", "a$b$c", "$x_{ 5%"])
def test_a_dollar_is_a_dollar(words):
    with style.paper():
        figure = style.new_figure(3, 1)
        text = style.text_at(figure, 0.1, 0.1, words)
        figure.savefig(io.BytesIO(), format="png")
        figure.savefig(io.BytesIO(), format="pdf")
    assert text.get_text() == words
