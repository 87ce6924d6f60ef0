"""The figures: tables in, a matplotlib Figure out.

Every kind of figure is one module of ``kinds/`` with

- ``OPTIONS``: each option it knows, with the default;
- ``tabulate(sources, options)``: a tidy DataFrame of exactly what is drawn, saved as the CSV
  beside the figure;
- ``draw(data, options)``: the Figure, from that DataFrame alone, so that anyone can redraw
  it from the CSV.

A new kind is one such module, one line in ``config/catalogue.py``, and its options in the schema.
Kinds do not import each other: what several share is a module beside this one, ``*_tables`` for
tables, ``*_panels`` and ``*_page`` for pictures.
"""

from importlib import import_module
from types import ModuleType


def module_of(kind: str) -> str:
    """The dotted name of the module that draws a kind of figure."""
    return f"learning_order.figures.kinds.{kind.replace('-', '_')}"


def load_kind(name: str) -> ModuleType:
    """The module of a kind of figure, imported."""
    return import_module(module_of(name))
