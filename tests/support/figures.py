"""Checks that any figure must pass."""

import io
from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.text import Text

from learning_order.figures import load_kind


def visible_texts(figure):
    """Every text that is seen, with its box in pixels."""
    if figure.stale:
        figure.canvas.draw()
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and _shown(text)]
    renderer = figure.canvas.get_renderer()
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts]


def smallest_text(figure):
    """The smallest size, in points, of a text that is seen, and that text."""
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and _shown(text)]
    return min((text.get_fontsize(), text.get_text()) for text in texts)


def _shown(text):
    return text.get_visible() and (text.axes is None or text.axes.axison or text in text.axes.texts)


def assert_texts_are_readable(figure, slack=0.5):
    """No text leaves the page or is smaller than 6 points, and no two share a place."""
    texts = visible_texts(figure)
    assert texts
    size, smallest = smallest_text(figure)
    assert size >= 6, f"{smallest!r} has {size} points"
    page = figure.bbox
    for text, box in texts:
        inside = box.x0 >= -slack and box.y0 >= -slack
        inside = inside and box.x1 <= page.x1 + slack and box.y1 <= page.y1 + slack
        assert inside, f"{text!r} leaves the page"
    for (first, a), (second, b) in combinations(texts, 2):
        apart_x = a.x1 <= b.x0 + slack or b.x1 <= a.x0 + slack
        apart_y = a.y1 <= b.y0 + slack or b.y1 <= a.y0 + slack
        assert apart_x or apart_y, f"{first!r} overlaps {second!r}"


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
