"""Checks that any figure must pass."""

import io

import numpy as np
import pandas as pd
from matplotlib.text import Text

from learning_order.figures import load_kind


def visible_texts(figure):
    """Every text that is seen, with its box in pixels."""
    renderer = figure.canvas.get_renderer()
    return [(text.get_text(), text.get_window_extent(renderer)) for text in _seen(figure)]


def smallest_text(figure):
    """The smallest size, in points, of a text that is seen, and that text."""
    return min((text.get_fontsize(), text.get_text()) for text in _seen(figure))


def _seen(figure):
    """The texts, as they are laid out in drawing; what they cover is not painted."""
    if figure.stale:
        figure.draw_without_rendering()
        figure.stale = False
    return [text for text in figure.findobj(Text) if text.get_text().strip() and _shown(text)]


def _shown(text):
    return text.get_visible() and (text.axes is None or text.axes.axison or text in text.axes.texts)


def assert_texts_are_readable(figure, slack=0.5):
    """No text leaves the page or is smaller than 6 points, and no two share a place."""
    texts = visible_texts(figure)
    assert texts
    size, smallest = smallest_text(figure)
    assert size >= 6, f"{smallest!r} has {size} points"
    words, boxes = [word for word, _ in texts], np.array([box.extents for _, box in texts])
    low, high = boxes[:, :2], boxes[:, 2:]
    inside = (low >= -slack).all(axis=1) & (high <= figure.bbox.max + slack).all(axis=1)
    assert inside.all(), f"{words[int(np.argmin(inside))]!r} leaves the page"
    apart = (high[:, None] <= low + slack) | (high <= low[:, None] + slack)
    shared = np.argwhere(np.triu(~apart.any(axis=2), k=1))
    assert not len(shared), f"{words[shared[0][0]]!r} overlaps {words[shared[0][1]]!r}"


def pixels(figure):
    """The figure as it is seen."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).copy()


def drawn(kind, sources, options):
    """The table and the figure of that kind."""
    module = load_kind(kind)
    data = module.tabulate(sources, module.OPTIONS | options)
    return data, module.draw(data, module.OPTIONS | options)


def assert_csv_draws_the_same(kind, options, data, figure):
    """The table, saved and read again, draws the same figure."""
    saved = pd.read_csv(io.StringIO(data.to_csv(index=False)))
    again = load_kind(kind).draw(saved, load_kind(kind).OPTIONS | options)
    np.testing.assert_array_equal(pixels(figure), pixels(again))
