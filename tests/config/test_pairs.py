"""Figures of pairs: what is refused before any model is trained."""

import re

import pytest
from support.configurations import changed

from learning_order.config import ConfigError, resolve

TWO = {
    "digits": {"loader": "digits"},
    "digits-scaled": {"loader": "digits"},
    "parts": {"loader": "digits", "partition": {"parts": 3}},
}
NET = {"architecture": "net", "models": 3, "extents": [0, 1]}
COLLECTIONS = {
    "a": {"dataset": "digits", **NET},
    "b": {"dataset": "digits", "first_seed": 3, **NET},
    "scaled": {"dataset": "digits-scaled", "first_seed": 6, **NET},
    "family": {"dataset": "parts", **NET},
    "part": {"dataset": "parts-0", "first_seed": 3, **NET},
    "own": {"predictions": "own.npz", "dataset": "digits"},
}


def config(pairs, **options):
    entry = {"kind": "accessibility-scatter", "pairs": pairs, "options": options}
    return changed("figures.fig", entry) | {"datasets": TWO, "collections": COLLECTIONS}


@pytest.mark.parametrize(
    ("pairs", "options", "message"),
    [
        ([["a", "scaled"]], {}, "are of different datasets, digits and digits-scaled: pair"),
        ([["a", "b"], ["scaled", "a"]], {}, "set the option `same_examples: true`"),
        ([["a", "c"]], {}, "'c' is not one of the collections"),
        ([["a", "family"]], {}, "'family' stands for all its parts: name one of them"),
        ([["a", "a"]], {}, "names something twice"),
        ([["a"]], {}, "figures.fig.pairs.0"),
        ([["a", "b"]], {"split": "noise"}, "'noise' is not a split of 'a'"),
        ([["a", "b"]], {"tolerance": 0.1}, "unknown key 'tolerance'"),
    ],
)
def test_refuses(pairs, options, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        resolve(config(pairs, **options))


@pytest.mark.parametrize(
    ("pairs", "options"),
    [
        ([["a", "b"], ["b", "a"]], {"bins": 20}),
        ([["a", "scaled"]], {"same_examples": True}),
        ([["family-0", "part"]], {}),
        ([["a", "own"]], {}),  # predictions made elsewhere, that name the dataset
    ],
)
def test_accepts(pairs, options):
    resolved = resolve(config(pairs, **options))
    assert resolved.figures["fig"]["pairs"] == pairs


def test_datasets_of_other_classes_do_not_hold_the_same_examples():
    said = "`same_examples` cannot be true: 'digits' has 10 classes, and 'other' has 12"
    pair = config([["a", "b"]], same_examples=True)
    pair["datasets"] = {**TWO, "other": {"loader": "gabor"}}
    pair["collections"] = {**COLLECTIONS, "b": {"dataset": "other", **NET}}
    with pytest.raises(ConfigError, match=f"figures.fig.pairs: {said}"):
        resolve(pair)
    compared = {"collections": ["a", "b"], "at_least": 0, "same_examples": True}
    claim = {"statement": "", "measure": "accessibility-correlation", **compared}
    with pytest.raises(ConfigError, match=f"claims.one.collections: {said}"):
        resolve({**pair, "figures": {}, "claims": {"one": claim}})
    pair["datasets"]["other"]["classes"] = [f"class-{number}" for number in range(10)]
    resolve(pair)
