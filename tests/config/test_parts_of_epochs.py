"""Collections whose extents count parts of epochs: what is refused, and what figures say."""

import re
from copy import deepcopy

import pytest
from support.configurations import SMALL, configured

from learning_order.config import ConfigError, merge_layers, resolve

PARTS = {"inherits": "run", "parts_per_epoch": 5, "extents": {"from": 0, "to": 50}}
RUN = {**SMALL["collections"]["a"], "protocol": "snapshots", "extents": [0, 1, 2, 4]}
BASE = merge_layers(
    [
        SMALL,
        {
            "boosting": {"boosted": {}},
            "architectures": {"other": {"inherits": "net", "learning_rate": 0.2}},
            "collections": {
                "run": RUN,
                "parts": PARTS,
                "quarters": {**PARTS, "parts_per_epoch": 4, "extents": [0, 1]},
                "other": {"inherits": "run", "architecture": "other"},
                "other-parts": {"inherits": "parts", "architecture": "other"},
            },
        },
    ]
)


def resolved(**sections):
    return resolve(merge_layers([BASE, sections]))


def figure(kind, members, **options):
    key = "pairs" if isinstance(members[0], list) else "collections"
    return {"figures": {"new": {"kind": kind, key: members, "options": options}}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"protocol": "independent"}, "parts_per_epoch: parts of epochs are recorded on the way"),
        ({"architecture": "boosted"}, "the extents of a boosting count weak classifiers"),
        ({"extents": [0, 51]}, "extents: 10.2 is beyond the 10 epochs of 'net'"),
        ({"parts_per_epoch": 0}, "collections.parts.parts_per_epoch: 0"),
        ({"parts_per_epoch": 2.5}, "2.5"),
    ],
)
def test_refuses_collections(change, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        resolved(collections={"parts": change})


def test_predictions_made_elsewhere_have_no_parts():
    own = {"predictions": "own.npz", "parts_per_epoch": 5}
    with pytest.raises(
        ConfigError, match=r"own\.parts_per_epoch: extents of predictions made else"
    ):
        resolved(collections={"own": own})


@pytest.mark.parametrize(
    ("kind", "members", "options", "message"),
    [
        (
            "histograms",
            ["parts"],
            {},
            "is 1/5 of an epoch (`parts_per_epoch`), but histograms draws",
        ),
        ("averaged-histograms", [["parts", "other"]], {}, "but averaged-histograms draws epochs"),
        ("accuracy", ["run", "parts"], {}, "other parts per epoch: 1 of 'run', 5 of 'parts'"),
        (
            "matched-accuracy",
            [["run", "other"], ["other-parts", "parts"]],
            {"pooled": True},
            "new.pairs: `pooled` joins other extents of the same pair, but run and other-parts",
        ),
    ],
)
def test_refuses_figures(kind, members, options, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        resolved(**figure(kind, members, **options))


def test_refuses_claims():
    about = {"statement": "", "source": "", "measure": "accuracy", "collections": ["parts"]}
    with pytest.raises(ConfigError, match="but claims are about epochs"):
        resolved(claims={"it": {**about, "value": 0.5}})


def test_the_axis_of_a_figure_says_what_extents_count():
    config = resolved(**figure("accuracy", ["parts"]))
    name = "parts of epochs trained (5 per epoch)"
    assert config.figures["new"]["options"] == {"extent_name": name}
    named = resolved(**figure("accuracy", ["parts"], extent_name="fifths of an epoch"))
    assert named.figures["new"]["options"] == {"extent_name": "fifths of an epoch"}
    assert "options" not in deepcopy(BASE)["figures"]["fig"]
    assert resolved().figures["fig"]["options"] == {}


def test_pairs_of_parts_are_pooled_with_those_of_epochs():
    pairs = [["run", "other"], ["parts", "other-parts"]]
    config = resolved(**figure("matched-accuracy", pairs, pooled=True))
    assert config.collections["parts"]["extents"] == list(range(51))


@pytest.mark.parametrize("scale", [None, "smoke", "laptop", "workstation", "stand-ins"])
def test_figure_9b_draws_the_first_epochs_at_every_scale(scale):
    config = configured(scale=scale)
    pooled = config.figures["fig9b"]
    assert pooled["options"]["pooled"]
    for whole, first in zip(*pooled["pairs"], strict=True):
        epochs, parts = config.collections[whole], config.collections[first]
        assert parts["protocol"] == "snapshots"
        assert parts["parts_per_epoch"] == 5
        same = ("dataset", "architecture", "models", "first_seed", "protocol")
        assert {key: parts[key] for key in same} == {key: epochs[key] for key in same}
