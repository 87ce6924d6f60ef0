"""What a figure shows of a collection, and what it says where it cannot."""

from dataclasses import replace

import pytest
from support.collections import scored

from learning_order.config.catalogue import KINDS
from learning_order.figures import load_kind
from learning_order.figures.sources import NotToDraw

FIRST, SECOND = scored("fish", "st-vgg"), scored("fish-again", "vgg19", seed=1)
SOURCES = [FIRST, replace(SECOND, dataset="fish")]


@pytest.mark.parametrize(
    "name", [name for name in KINDS if {"split", "splits"} & load_kind(name).OPTIONS.keys()]
)
def test_a_split_that_is_not_there_is_told_with_the_option_that_chose_it(name):
    kind = load_kind(name)
    option, wanted = ("splits", ["noise"]) if "splits" in kind.OPTIONS else ("split", "noise")
    sources = [tuple(SOURCES)] if KINDS[name].draws == "pairs" else SOURCES
    if name == "difficulty-matrix":  # shows one collection
        sources = [FIRST]
    message = f"no (labelled )?split noise, only train, test: change the option `{option}`"
    with pytest.raises(NotToDraw, match=message):
        kind.tabulate(sources, {option: wanted})
