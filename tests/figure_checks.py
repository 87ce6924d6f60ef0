"""Checks that any figure must pass."""

from itertools import combinations

import numpy as np
from matplotlib.text import Text


def visible_texts(figure):
    """Every text that is seen, with its box in pixels."""
    figure.canvas.draw()
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and _shown(text)]
    renderer = figure.canvas.get_renderer()
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts]


def _shown(text):
    return text.get_visible() and (text.axes is None or text.axes.axison or text in text.axes.texts)


def assert_texts_are_readable(figure, slack=0.5):
    """No text leaves the page, and no two share a place."""
    texts = visible_texts(figure)
    assert texts
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
