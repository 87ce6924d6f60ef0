"""The thumbnails of a ranking side by side: people look at pictures, not at rows."""

from typing import Any

from bokeh.layouts import column, row
from bokeh.models import ColumnDataSource, CustomJS, IndexFilter
from bokeh.models.widgets.buttons import Button
from bokeh.models.widgets.groups import RadioButtonGroup
from bokeh.models.widgets.inputs import Select
from bokeh.models.widgets.markups import Div

from learning_order.ranking import page_scripts

ORDERS = {  # title → column, and 1 for the least first
    "least quality first": ("label_quality", 1),
    "best quality first": ("label_quality", -1),
    "learned last": ("accessibility", 1),
    "learned first": ("accessibility", -1),
    "largest share of another class": ("label_share", 1),
    "most forgetting": ("forgetting", -1),
    "most variable": ("variability", -1),
    "least AUM": ("aum", 1),
}
AT_ONCE = 300  # thumbnails, of which all are in the page's tree


def wall(source: ColumnDataSource, shown_rows: IndexFilter, grid: Any) -> tuple[Any, Any, CustomJS]:
    """The choice between wall and table, the wall with its controls, and what draws it.

    Parameters
    ----------
    source : ColumnDataSource
        The rows, with their pictures.
    shown_rows : IndexFilter
        Those that pass the filters.
    grid : DataTable
        The same as a table.
    """
    orders: dict[Any, Any] = {
        title: order for title, order in ORDERS.items() if order[0] in source.data
    }
    order = Select(value=next(iter(orders)), options=[*orders], width=210, name="order")
    pictures = Div(width=820, height=740, styles={"overflow-y": "auto"}, name="wall")
    place = Div(name="place")
    first = ColumnDataSource({"first": [0]}, name="first")
    draw = CustomJS(
        args={
            **{"source": source, "shown": shown_rows, "order": order, "orders": orders},
            **{"pictures": pictures, "place": place, "first": first, "most": AT_ONCE},
        },
        code=page_scripts.WALL,
    )
    restart = CustomJS(args={"first": first}, code="first.data = {first: [0]};")
    order.js_on_change("value", restart, draw)
    shown_rows.js_on_change("indices", restart, draw)
    first.js_on_change("data", draw)
    turns = row(_turn("◀", -1, first, shown_rows), place, _turn("▶", 1, first, shown_rows))
    whole = column(row(order, turns), pictures)
    choice = RadioButtonGroup(labels=["Pictures", "Table"], active=0, name="view")
    choice.js_on_change(
        "active",
        CustomJS(
            args={"whole": whole, "grid": grid},
            code="whole.visible = cb_obj.active === 0; grid.visible = !whole.visible;",
        ),
    )
    grid.visible = False
    return choice, whole, draw


def _turn(label: str, by: int, first: ColumnDataSource, shown_rows: IndexFilter) -> Button:
    button = Button(label=label, width=40, name=f"turn{by:+}")
    button.js_on_event(
        "button_click",
        CustomJS(
            args={"first": first, "shown": shown_rows, "by": by * AT_ONCE}, code=page_scripts.TURN
        ),
    )
    return button
