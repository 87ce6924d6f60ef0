"""The configuration of boosting, of ranges of extents and of features."""

import re
from copy import deepcopy

import pytest

from learning_order.config import ConfigError, merge_layers, resolve

SMALL = {
    "datasets": {
        "digits": {"loader": "digits"},
        "texts": {"loader": "text-csv", "root": "texts.csv"},
        "folder": {"loader": "image-folder", "root": "images", "size": 32, "stream": True},
    },
    "architectures": {
        "net": {
            "network": "small-st-vgg",
            "optimizer": {"name": "sgd"},
            "learning_rate": 0.1,
            "epochs": 10,
        }
    },
    "boosting": {"boosted": {"rounds": 8}},
    "collections": {
        "a": {"dataset": "digits", "architecture": "boosted", "models": 1, "extents": [1, 4, 8]},
        "b": {"dataset": "digits", "architecture": "net", "models": 2, "extents": [0, 5, 10]},
    },
    "figures": {"fig": {"kind": "heatmaps", "collections": ["b"]}},
}


def resolved(*overlays: dict):
    return resolve(merge_layers([SMALL, *overlays]))


def extents_of(*overlays: dict) -> list[int]:
    return resolved(*overlays).collections["a"]["extents"]


def with_extents(extents: object) -> dict:
    return {"collections": {"a": {"extents": extents}}}


@pytest.mark.parametrize(
    ("extents", "expected"),
    [
        ({"from": 1, "to": 8}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"from": 2, "to": 8, "step": 3}, [2, 5, 8]),
        ({"from": 2, "to": 7, "step": 3}, [2, 5]),
        ({"from": 3, "to": 3}, [3]),
        ({"from": 1.0, "to": 3.0}, [1, 2, 3]),
    ],
)
def test_a_range_of_extents_is_written_out_with_both_ends(extents, expected):
    assert repr(extents_of(with_extents(extents))) == repr(expected)


def test_ranges_stand_wherever_extents_do_and_are_inherited():
    overlay = {
        "collections": {
            "b": {"extents": {"from": 0, "to": 10, "step": 5}},
            "c": {"inherits": "b", "extents": {"to": 5}},
        },
        "figures": {"fig": {"options": {"extents": {"from": 5, "to": 10, "step": 5}}}},
    }
    found = resolved(overlay)
    assert found.collections["b"]["extents"] == [0, 5, 10]
    assert found.collections["c"]["extents"] == [0, 5]
    assert found.figures["fig"]["options"]["extents"] == [5, 10]
    scaled = resolved(overlay, {"scale": {"extents": {"from": 0, "to": 2}}})
    assert scaled.collections["b"]["extents"] == [0, 1, 2]


@pytest.mark.parametrize(
    ("extents", "message"),
    [
        (
            {"from": 8, "to": 1},
            "a.extents: the range from 8 to 1 is empty: put the smaller extent first",
        ),
        ({"from": 1, "to": 8, "step": 0}, "a.extents.step: 0 is below 1"),
        ({"from": 1, "too": 8}, "a.extents: unknown key 'too'; did you mean 'to'?"),
        ({"to": 8}, "a.extents: 'from' missing"),
        ({"from": -1, "to": 8}, "a.extents.from: -1 is below 0"),
        ({"from": True, "to": 8}, "a.extents.from: True should be a whole number"),
        ({"from": 1, "to": "8"}, "a.extents.to: '8' should be a whole number; leave out the quot"),
        ({"from": 1, "to": 9}, "9 is not a size of 'boosted', which has 1 to 8 weak classifiers"),
        ({"from": 0, "to": 8}, "0 is not a size of 'boosted', which has 1 to 8 weak classifiers"),
    ],
)
def test_a_range_that_is_none_is_refused(extents, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        resolved({"collections": {"a": {"extents": None}}}, with_extents(extents))


@pytest.mark.parametrize(
    ("scaled", "expected"),
    [([0, 1], [1]), ([0], [1]), ([1, 5, 200], [1, 5]), ([200], [1]), ([0, 8], [8])],
)
def test_a_scale_leaves_only_sizes_that_an_ensemble_can_have(scaled, expected):
    long = {"architectures": {"net": {"epochs": 200}}}
    found = resolved(long, {"scale": {"extents": scaled, "models": 1}})
    assert found.collections["a"]["extents"] == expected
    assert found.collections["b"]["extents"] == scaled


def test_an_ensemble_is_recorded_while_it_grows():
    assert resolved().collections["a"]["protocol"] == "snapshots"
    assert resolved().collections["b"]["protocol"] == "independent"
    with pytest.raises(ConfigError, match=r"a\.protocol: an ensemble is recorded while it grows"):
        resolved({"collections": {"a": {"protocol": "independent"}}})


def test_a_name_is_an_architecture_or_a_boosting():
    config = deepcopy(SMALL)
    config["boosting"]["net"] = {"rounds": 3}
    with pytest.raises(ConfigError) as error:
        resolve(config)
    (line,) = str(error.value).splitlines()[1:]
    assert line.endswith("boosting.net: an architecture has this name too; choose another")


def test_boosting_entries_inherit_and_have_defaults():
    overlay = {"boosting": {"twice": {"inherits": "boosted", "passes": 2}, "plain": {}}}
    assert resolved(overlay).boosting == {
        "boosted": {"rounds": 8, "passes": 1},
        "twice": {"rounds": 8, "passes": 2},
        "plain": {"rounds": 100, "passes": 1},
    }


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        (
            {"collections": {"a": {"architecture": "bosted"}}},
            "'bosted' is not one of the architectures; did you mean 'boosted'?",
        ),
        ({"boosting": {"boosted": {"round": 5}}}, "unknown key 'round'; did you mean 'rounds'?"),
        ({"boosting": {"boosted": {"rounds": 0}}}, "boosting.boosted.rounds: 0 is below 1"),
        (
            {"collections": {"a": {"dataset": "texts"}}},
            "images that fit in memory; 'texts' holds texts",
        ),
        ({"collections": {"a": {"dataset": "folder"}}}, "in memory; 'folder' is streamed"),
        (
            {"datasets": {"f": {"inherits": "texts", "features": {}}}},
            "datasets.f.features: texts have no features: these are computed from images",
        ),
        (
            {"datasets": {"f": {"inherits": "folder", "features": {}}}},
            "datasets.f.features: streamed images have no features: set `stream: false`",
        ),
        (
            {"datasets": {"f": {"inherits": "digits", "features": {"weight": "a.pth"}}}},
            "datasets.f.features: unknown key 'weight'; did you mean 'weights'?",
        ),
    ],
)
def test_what_cannot_be_boosted_or_has_no_features_is_refused(overlay, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        resolved(overlay)
