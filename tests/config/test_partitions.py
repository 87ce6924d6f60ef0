"""Families: a partitioned dataset, and a collection of one, stand for all their parts."""

import re

import pytest
from support.configurations import changed

from learning_order.config import ConfigError, resolve


def test_a_partitioned_dataset_is_a_family():
    config = changed("datasets.digits", {"loader": "digits", "partition": {"parts": 12}})
    resolved = resolve(config)
    names = [f"a-{part:02d}" for part in range(12)]
    assert list(resolved.collections) == names
    assert resolved.figures["fig"]["collections"] == names
    assert resolved.collections["a-07"]["dataset"] == "digits-07"
    assert resolved.datasets["digits-07"]["partition"] == {"parts": 12, "part": 7, "seed": 0}


def test_single_parts_can_be_named():
    config = changed("datasets.digits", {"loader": "digits", "partition": {"parts": 12}})
    config["collections"]["b"] = {"inherits": "a", "dataset": "digits-03"}
    config["figures"]["fig"] = {"kind": "histograms", "collections": ["b", "a-11", "a-00"]}
    config["figures"]["samples"] = {"kind": "dataset-samples", "datasets": ["digits-07"]}
    resolved = resolve(config)
    assert resolved.collections["b"]["dataset"] == "digits-03"
    assert resolved.figures["fig"]["collections"] == ["b", "a-11", "a-00"]
    assert resolved.figures["samples"]["datasets"] == ["digits-07"]
    assert len(resolved.collections) == 13


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("collections.a.dataset", "digits-3", "'digits-3' is not one of the datasets; did you"),
        ("figures.fig.collections", ["a-12"], "'a-12' is not one of the collections; did you mean"),
        ("figures.fig", {"kind": "overview", "collections": ["a-01"], "options": {"extents": [4]}},
         "4 is not recorded by 'a-01'"),
        ("figures.fig.collections", ["a", "a-11"], "'a-11' is drawn twice: as a part and"),
        ("datasets.digits-03", {"loader": "digits"}, "a part of 'digits' has this name"),
    ],
)  # fmt: skip
def test_parts_that_are_not_there_are_named(path, value, message):
    config = changed(path, value)
    config["datasets"]["digits"] = {"loader": "digits", "partition": {"parts": 12}}
    with pytest.raises(ConfigError, match=re.escape(message)):
        resolve(config)
