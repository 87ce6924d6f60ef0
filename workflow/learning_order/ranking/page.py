"""A ranking as one HTML file to look at, with nothing to load: tables and charts are Bokeh's.

Bokeh was chosen because one library has the table, the filters and the linked charts, its
JavaScript comes in its wheel, and only the rows in sight are drawn. Vega-Altair has no table, and
its bundle comes in a wheel of 80 MB; Plotly's table neither sorts nor selects.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from bokeh.document import Document
from bokeh.embed import file_html
from bokeh.layouts import column, row
from bokeh.models import (
    CDSView,
    ColumnDataSource,
    CustomJS,
    FactorRange,
    GroupFilter,
    IndexFilter,
    LinearColorMapper,
    Range1d,
)
from bokeh.models.widgets.buttons import Button
from bokeh.models.widgets.inputs import Select, TextInput
from bokeh.models.widgets.markups import Div
from bokeh.models.widgets.tables import (
    DataTable,
    HTMLTemplateFormatter,
    NumberFormatter,
    StringFormatter,
    TableColumn,
)
from bokeh.plotting import figure
from bokeh.resources import INLINE

from learning_order.ranking import page_data, page_scripts
from learning_order.ranking.page_wall import wall
from learning_order.ranking.table import CATEGORIES

MARKERS = ("x", "cross", "triangle", "square", "circle")  # of the categories, told apart in grey
GREYS = ("#000000", "#333333", "#555555", "#777777", "#999999")
PICTURE = '<img alt="" src="<%- value %>" style="height:56px;image-rendering:pixelated">'
TEXT = '<span style="white-space:normal;font-size:10px"><%- value.slice(0, 160) %></span>'
SHOWN = {  # column → title, width; those of the table that the page shows
    "rank": ("rank", 50),
    "label_quality": ("quality", 60),
    "category": ("category", 80),
    "label_name": ("label", 110),
    "predicted_name": ("networks say", 110),
    "predicted_share": ("share", 55),
    "runner_up_name": ("runner-up", 100),
    "accessibility": ("Accessibility", 85),
    "accessibility_se": ("± s.e.", 55),
    "learned_extent": ("learned", 60),
    "forgetting": ("forgetting", 70),
    "confidence": ("confidence", 75),
    "variability": ("variability", 75),
    "aum": ("AUM", 60),
    "split": ("split", 50),
    "example": ("example", 65),
    "source": ("source", 260),
}
ALL = "(all)"


def page(
    name: str,
    table: pd.DataFrame,
    collections: page_data.Found,
    classes: Sequence[str] = (),
    pictures: Mapping[str, Any] | None = None,
    texts: Mapping[str, Sequence[str]] | None = None,
    remarks: Sequence[str] = (),
) -> str:
    """The page of a ranking, as HTML.

    Parameters
    ----------
    name : str
        What the page is called.
    table : DataFrame
        From `ranking.table.ranking`.
    collections : mapping of str to PredictionFiles or Predictions
        Those that the ranking is of.
    classes : sequence of str
        Names of the classes; else they are called by their numbers.
    pictures : mapping of str to images, optional
        Split → images as `exports.Images` has them.
    texts : mapping of str to sequence of str, optional
        Split → the text of each example, where they are texts.
    remarks : sequence of str
        What else stands at the top.
    """
    shown = page_data.chosen_rows(table)
    extents = page_data.shown_extents(collections, shown)
    source = ColumnDataSource(_columns(shown, collections, extents, pictures, texts))
    filters = _filters(shown)
    shown_rows = IndexFilter(indices=list(range(len(shown))))
    count = Div(text=f"{len(shown):,} of {len(shown):,} shown", name="count")
    grid = _grid(source, shown_rows, bool(pictures), bool(texts))
    scatter, brushed = _scatter(source, shown_rows, list(collections))
    large, curves, votes, update = _details(source, collections, extents, shown, classes)
    source.selected.js_on_change("indices", update)
    apply = CustomJS(
        args={
            **{"source": source, "shown": shown_rows, "count": count, "brushed": brushed},
            **{"legend": scatter.legend[0] if scatter.legend else None, **filters},
        },
        code=page_scripts.FILTER,
    )
    for each in filters.values():
        each.js_on_change("value", apply)
    brushed.js_on_change("data", apply)
    buttons = _buttons(source, shown_rows, filters, brushed, list(table.columns))
    remarks = [*remarks, *page_data.thinning(collections, extents)]
    heading = Div(text=page_data.summary(name, table, len(shown), remarks), width=1300)
    views = [grid]
    at_start = [update, CustomJS(args={"plot": scatter}, code=page_scripts.LEGEND)]
    if pictures:
        choice, pictures_wall, draw = wall(source, shown_rows, grid)
        buttons, views = [choice, *buttons], [pictures_wall, grid]
        at_start.append(draw)
    left = column(row(*filters.values()), row(*buttons, count), *views)
    right = column(large, curves, votes, scatter)
    document = Document(title=f"{name}: ranking")
    document.add_root(column(heading, row(left, right)))
    document.js_on_event("document_ready", *at_start)
    return file_html(document, INLINE)


def _columns(shown: pd.DataFrame, collections, extents, pictures, texts) -> dict[str, Any]:
    """The table for the browser: names of classes as text, numbers without what JSON lacks."""
    columns: dict[str, Any] = {}
    for column_name in shown:
        values = shown[column_name]
        if pd.api.types.is_numeric_dtype(values):
            columns[column_name] = values.astype(float).round(5).to_numpy(na_value=float("nan"))
        else:
            columns[column_name] = values.astype(str).tolist()
    columns["votes"] = page_data.votes_over_extents(collections, extents, shown)
    if pictures:
        columns["picture"] = page_data.picture_columns(shown, pictures)
    if texts:
        columns["text"] = page_data.text_column(shown, texts)
    return columns


def _filters(shown: pd.DataFrame) -> dict[str, Any]:
    """The widgets by the column that they filter."""
    chosen: dict[str, Any] = {}
    for column_name, title in (
        ("label_name", "Label"),
        ("predicted_name", "Networks say"),
        ("category", "Category"),
        ("split", "Split"),
    ):
        options = [ALL, *sorted(filter(None, shown[column_name].astype(str).unique()))]
        chosen[column_name] = Select(
            title=title, value=ALL, options=options, width=150, name=column_name
        )
    chosen["search"] = TextInput(
        title="Search", placeholder="source, class or text", width=180, name="search"
    )
    return chosen


def _grid(
    source: ColumnDataSource, shown_rows: IndexFilter, pictures: bool, texts: bool
) -> DataTable:
    numbers = NumberFormatter(format="0.000", nan_format="–")
    whole = NumberFormatter(format="0", nan_format="–")
    columns = []
    if pictures:
        columns.append(_column("picture", "", 75, HTMLTemplateFormatter(template=PICTURE)))
    if texts:
        columns.append(_column("text", "text", 260, HTMLTemplateFormatter(template=TEXT)))
    for field, (title, width) in SHOWN.items():
        if field in source.data:
            is_text = isinstance(source.data[field], list)
            is_whole = field in ("rank", "learned_extent", "example")
            kind = StringFormatter() if is_text else whole if is_whole else numbers
            columns.append(_column(field, title, width, kind))
    for field in source.data:
        if field.startswith("accessibility_") and field != "accessibility_se":
            columns.append(_column(field, field.removeprefix("accessibility_"), 110, numbers))
    return DataTable(
        source=source, view=CDSView(filter=shown_rows), columns=columns, name="grid",
        width=820, height=760, row_height=62, index_position=None, autosize_mode="none",
        sortable=True, selectable=True, reorderable=False,
    )  # fmt: skip


def _column(field: str, title: str, width: int, formatter: Any) -> TableColumn:
    return TableColumn(field=field, title=title, width=width, formatter=formatter)


def _scatter(
    source: ColumnDataSource, shown_rows: IndexFilter, names: list[str]
) -> tuple[Any, Any]:
    """Accessibility of two collections, or beside the quality of the label; a brush selects."""
    x, y = "accessibility", "label_quality"
    titles = ["Accessibility", "quality of the label"]
    if len(names) > 1:
        x, y = (f"accessibility_{each}" for each in names[:2])
        titles = [f"Accessibility, {each}" for each in names[:2]]
    plot = figure(
        width=520, height=330, min_border_left=80, active_drag="box_select",
        tools="box_select,lasso_select,tap,pan,wheel_zoom,reset",
        x_axis_label=titles[0], y_axis_label=titles[1], name="scatter",
        x_range=Range1d(start=-0.03, end=1.03), y_range=Range1d(start=-0.03, end=1.03),
        output_backend="canvas",
    )  # fmt: skip
    there = set(source.data["category"])
    for category, marker, grey in zip(CATEGORIES, MARKERS, GREYS, strict=True):
        if category not in there:
            continue
        plot.scatter(
            x, y, source=source, size=6, marker=marker, color=grey, fill_alpha=0.3, line_alpha=0.7,
            view=CDSView(filter=shown_rows & GroupFilter(column_name="category", group=category)),
            selection_color="black", nonselection_alpha=0.15, legend_label=category, name=category,
        )  # fmt: skip
    if plot.legend:
        _legend_above(plot, columns=len(CATEGORIES))
    brushed = ColumnDataSource({"index": []}, name="brushed")
    plot.js_on_event(
        "selectiongeometry",
        CustomJS(args={"source": source, "brushed": brushed}, code=page_scripts.BRUSH),
    )
    return plot, brushed


def _details(source, collections, extents, shown: pd.DataFrame, classes: Sequence[str]):
    """A large picture, the curves and the votes of the example that is selected."""
    large = Div(width=520, height=230, name="large")
    curves = figure(
        width=520, height=210, y_range=Range1d(start=-0.03, end=1.03), tools="", name="curves",
        toolbar_location=None, min_border_left=80,
        x_axis_label="extent", y_axis_label="TP-agreement",
    )  # fmt: skip
    lines = [
        _line(curves, f"{prefix}{what}", dash, width)
        for prefix, width in zip(_prefixes(collections), (2.5, 1.2, 1.2, 1.2), strict=False)
        for what, dash in (("this example", "solid"), ("mean of its class", "dashed"))
    ]
    _legend_above(curves, columns=2)
    squares = ColumnDataSource({"x": [], "y": [], "share": []})
    votes = figure(
        width=520, height=190, x_range=FactorRange(), y_range=FactorRange(), tools="hover",
        name="votes", toolbar_location=None, min_border_left=80,
        tooltips=[("class", "@y"), ("extent", "@x"), ("share", "@share{0.00}")],
        x_axis_label="extent", y_axis_label="networks say",
    )  # fmt: skip
    greys = LinearColorMapper(palette="Greys256", low=1, high=0)
    votes.rect(
        "x", "y", width=1, height=1, source=squares, line_color=None,
        fill_color={"field": "share", "transform": greys},
    )  # fmt: skip
    update = CustomJS(
        args={
            **{"source": source, "large": large, "lines": lines, "squares": squares},
            **{"curves": curves, "votes": votes, "extents": extents, "names": list(collections)},
            "models": {name: len(found.seeds) for name, found in collections.items()},
            "usual": page_data.class_curves(collections, extents, shown),
            "classes": list(classes),
        },
        code=page_scripts.DETAILS,
    )
    return large, curves, votes, update


def _prefixes(collections) -> list[str]:
    """What stands before the name of a curve: the collection, where there are several."""
    return [f"{name}: " for name in collections] if len(collections) > 1 else [""]


def _line(curves: Any, label: str, dash: str, width: float) -> ColumnDataSource:
    source = ColumnDataSource({"x": [], "y": []})
    curves.line(
        "x", "y", source=source, line_dash=dash, line_width=width, color="black", legend_label=label
    )
    return source


def _legend_above(plot: Any, columns: int) -> None:
    legend = plot.legend[0]
    legend.update(label_text_font_size="8pt", padding=2, ncols=columns, border_line_color=None)
    plot.add_layout(legend, "above")


def _buttons(source, shown_rows, filters, brushed, columns: list[str]) -> list[Button]:
    save = Button(label="Save as CSV", width=110, name="save")
    save.js_on_event(
        "button_click",
        CustomJS(
            args={"source": source, "shown": shown_rows, "columns": columns}, code=page_scripts.SAVE
        ),
    )
    clear = Button(label="Show all", width=90, name="clear")
    clear.js_on_event(
        "button_click",
        CustomJS(
            args={
                "source": source,
                "brushed": brushed,
                "filters": list(filters.values()),
                "all": ALL,
            },
            code=page_scripts.CLEAR,
        ),
    )
    return [save, clear]
