"""One look for every figure, and how a figure is saved.

Positions are in inches from the top left corner of the page, so that a panel keeps its size
whatever else is on the page.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import matplotlib
import numpy as np
import seaborn
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from learning_order.runtime.files import written_aside

Look = dict[str, Any]  # keyword arguments of matplotlib

COLUMN_WIDTH = 3.25  # inches, as in the ICML style
PAGE_WIDTH = 6.75
TEXT, SMALL, TINY = 7.5, 6.5, 6.0  # points; journals ask for 6 at least
REMARK_LINE = 0.1  # inches, of notes as well

# The colour-blind-safe hues of Okabe and Ito, each with one meaning in every figure. Train is
# darkened: as greys the three are then dark, middle and light.
TRAIN, TEST, NULL = "#08519C", "#009E73", "#D98200"
CLASS_NULL = "#7A4A12"  # darker brown: the stricter null hypothesis
NULL_FILL = (*to_rgb("#E69F00"), 0.4)  # "fading orange"
SPLIT_COLOURS = {"train": TRAIN, "test": TEST}
OTHER_SPLIT = "#CC79A7"  # reddish purple
# Who is right of two: blue, green and red as in the paper.
BOTH, FIRST, SECOND = "#0072B2", "#117733", "#CC3311"
MEDIAN = "#D55E00"  # vermillion
# Of classes, from dark to light; the second five are hatched, so that all differ in a grey copy.
CLASS_COLOURS = ("#14246E", "#A8322D", "#2E9E83", "#8CC4EA", "#F5E663")
MOST_CLASSES = 2 * len(CLASS_COLOURS)
# Perceptually uniform from light to dark; white at zero only, so that a single example shows.
INTENSITY = LinearSegmentedColormap.from_list(
    "intensity", ["white", *seaborn.color_palette("mako_r", 24)[1:]]
)
# The same, white at and near zero.
SHADES = LinearSegmentedColormap.from_list("shades", INTENSITY([0.0, *np.linspace(0.02, 1, 24)]))

_PARAMETERS = {
    **seaborn.axes_style("ticks"),
    # The font that comes with matplotlib: the same figure on every machine.
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "axes.labelsize": TEXT,
    "axes.titlesize": TEXT,
    "axes.linewidth": 0.6,
    "patch.linewidth": 0.5,
    "hatch.linewidth": 0.5,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    # Text stays text in vector files: searchable, and editable in a drawing program.
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "learning-order",
    # Names of classes and words of a user may hold a $, which is no formula.
    "text.parse_math": False,
}


@contextmanager
def paper() -> Iterator[None]:
    """The style of all figures: a context, or a decorator of a function that draws."""
    with matplotlib.rc_context(_PARAMETERS):
        yield


def new_figure(width: float, height: float) -> Figure:
    """An empty page of that size in inches."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def axes_at(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes of that size whose corner lies that far from the page's top left corner."""
    page_width, page_height = figure.get_size_inches()
    bottom = page_height - top - height
    axes = figure.add_axes(
        (left / page_width, bottom / page_height, width / page_width, height / page_height)
    )
    axes.tick_params(labelsize=TINY, length=2, width=0.5, pad=1.5)
    return axes


def text_at(figure: Figure, left: float, top: float, text: str, **look: Any) -> Text:
    """Text anchored that far from the page's top left corner."""
    page_width, page_height = figure.get_size_inches()
    usual: Look = {"fontsize": TEXT, "verticalalignment": "top"}
    return figure.text(left / page_width, 1 - top / page_height, text, **(usual | look))


def heading_at(figure: Figure, left: float, top: float, text: str, width: float) -> Text:
    """A bold heading there, small enough for that many inches, or else without its middle."""
    text = "\n".join(shortened(line, width, weight="bold") for line in text.split("\n"))
    return text_at(figure, left, top, text, fontweight="bold", fontsize=heading_size(text, width))


def shortened(line: str, width: float, size: float = TINY, weight: str = "normal") -> str:
    """The line, or of one that needs more inches both ends: what differs is often at the end."""
    font = FontProperties(family="DejaVu Sans", weight=weight, size=size)
    points, _, _ = text_to_path.get_text_width_height_descent(line, font, ismath=False)
    if points <= 72 * width:
        return line
    most = int(len(line) * 72 * width / points) - 1
    end = (most - 1) // 2
    return f"{line[: most - 1 - end]}…{line[len(line) - end :]}"


def note_lines(text: str, width: float) -> list[str]:
    """The lines of a note of at most that many inches, at the tiny size."""
    return textwrap.wrap(text, int(width / 0.047))


def note_at(figure: Figure, left: float, top: float, text: str, width: float) -> None:
    """A note in small print, its lines of at most that many inches."""
    for number, line in enumerate(note_lines(text, width)):
        text_at(figure, left, top + number * REMARK_LINE, line, fontsize=TINY)


def legend_at(
    figure: Figure, handles: Sequence[Artist], centre: float, top: float, columns: int = 0
) -> Legend:
    """The legend, its upper edge that far from the top of the page; 0 columns: all on one line."""
    page_width, page_height = figure.get_size_inches()
    return figure.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(centre / page_width, 1 - top / page_height),
        ncols=columns or len(handles),
        borderpad=0,
        borderaxespad=0,
        handlelength=1.2,
        handleheight=0.9,
        columnspacing=1.4,
    )


def colour_bar(
    figure: Figure,
    image: ScalarMappable,
    axes: Axes,
    ticks: Mapping[float, str],
    label: str = "",
    orientation: Literal["vertical", "horizontal"] = "vertical",
) -> None:
    """The key to the colours of an image, on those axes; ticks: a label for each marked value."""
    bar = figure.colorbar(image, cax=axes, orientation=orientation)
    bar.set_ticks(list(ticks), labels=list(ticks.values()))
    bar.ax.minorticks_off()
    bar.set_label(label, fontsize=SMALL, labelpad=2)
    bar.ax.tick_params(labelsize=TINY, length=2, width=0.5, pad=1.5)
    bar.outline.set_linewidth(0.5)


def heading_size(text: str, width: float) -> float:
    """The size at which a bold heading fits that many inches: the usual one if it does."""
    return fitting_size(_heading_width(text), width, TEXT)


def fits(text: str, width: float) -> bool:
    """Whether a bold heading of TINY or more fits that many inches."""
    return _heading_width(text) * TINY <= width * TEXT


def _heading_width(text: str) -> float:
    """Inches that a bold heading takes at the usual size."""
    return 0.065 * max(map(len, text.split("\n")))


def fitting_size(needed: float, width: float, usual: float) -> float:
    """The size, down to TINY, at which text fits that needs so many inches at the usual size."""
    return max(TINY, usual * min(1, width / needed))


def lines(text: str, width: float) -> str:
    """The text, its lines broken to that many inches at the small size."""
    characters = int(width / 0.052)  # the average width of a character
    return "\n".join("\n".join(textwrap.wrap(line, characters)) for line in text.split("\n"))


def round_ticks(low: float, high: float, most: int = 5, *, integer: bool = False) -> list[float]:
    """As many round numbers from low to high as there are, but at most `most`."""
    for intervals in range(most + 2, 0, -1):  # the outermost numbers may lie outside
        locator = MaxNLocator(intervals, integer=integer, steps=[1, 2, 5, 10], min_n_ticks=1)
        ticks = [float(tick) for tick in locator.tick_values(low, high) if low <= tick <= high]
        if len(ticks) <= most:
            break
    return ticks


def wrapped(name: str | float, width: float) -> str:
    """A name without underscores, its lines broken to that many inches at the tiny size."""
    # From a CSV, names such as 0 and 1 come back as numbers.
    return "\n".join(textwrap.wrap(str(name).replace("_", " "), max(int(width / 0.053), 4)))


def split_colour(split: str) -> str:
    """The colour of train, of test, or of any further examples."""
    return SPLIT_COLOURS.get(split, OTHER_SPLIT)


def class_look(number: int) -> Look:
    """How the areas of a class are filled; number: from 0 to MOST_CLASSES - 1."""
    is_again, place = divmod(number, len(CLASS_COLOURS))
    return {
        "facecolor": CLASS_COLOURS[place],
        "edgecolor": "white" if place < 2 else "black",  # of the hatching
        "hatch": "//////" if is_again else None,
        "linewidth": 0,
    }


@paper()
def save(figure: Figure, stem: str | Path, remarks: Sequence[str] = ()) -> list[Path]:
    """Write stem.png (300 dpi) and stem.pdf, each aside and then renamed.

    The page grows for the remarks, which stand below the figure. No dates go in, so that equal
    figures are equal files.
    """
    metadata = {"png": {"Software": None}, "pdf": {"CreationDate": None}}
    page = _with_remarks(figure, remarks)
    paths = [Path(f"{stem}.{suffix}") for suffix in metadata]
    for path, (suffix, entries) in zip(paths, metadata.items(), strict=True):
        with written_aside(path) as aside:
            figure.savefig(aside, format=suffix, dpi=300, metadata=entries, bbox_inches=page)
    return paths


def _with_remarks(figure: Figure, remarks: Sequence[str]) -> Bbox:
    """The page, in inches, with the remarks written below what was drawn on it."""
    width, height = figure.get_size_inches()
    characters = int((width - 0.1) / 0.048)  # at the tiny size
    written = textwrap.wrap("; ".join(remarks), characters)
    for number, line in enumerate(written):
        below = height + 0.02 + number * REMARK_LINE
        text_at(figure, 0.05, below, line, fontsize=TINY, fontstyle="italic")
    return Bbox([[0, -REMARK_LINE * len(written) - (0.05 if written else 0)], [width, height]])
