"""What a configuration resolves to."""

import doctest
import subprocess
import sys
from copy import deepcopy

import pytest
from support.configurations import SMALL, changed, content
from support.workdir import ROOT

import learning_order.config
from learning_order.config import merge_layers, resolve
from learning_order.config.expand import fill_defaults, recipe_entry


def test_the_example_of_the_docstring_holds():
    assert doctest.testmod(learning_order.config, raise_on_error=True).attempted == 3


def test_the_input_is_not_changed():
    config = deepcopy(SMALL)
    resolve(config)
    assert config == SMALL


def test_inheritance_merges_along_the_chain_but_not_an_optimizer():
    config = deepcopy(SMALL)
    net = config["architectures"]["net"]
    net |= {"dropout": {"convolution": 0.1}, "optimizer": {"name": "sgd", "momentum": 0.9}}
    config["architectures"]["b"] = {"inherits": "net", "dropout": {"dense": 0.3}}
    config["architectures"]["c"] = {"inherits": "b", "optimizer": {"name": "adam"}}
    c = resolve(config).architectures["c"]
    assert c["dropout"] == {"convolution": 0.1, "dense": 0.3}
    assert c["optimizer"] == {"name": "adam"}
    assert c["learning_rate"] == 0.1


def test_defaults_are_those_of_the_schema():
    net = resolve(SMALL).architectures["net"]
    assert net["activation"] == "elu"
    assert net["dropout"] == {"convolution": 0.25, "dense": 0.5}
    assert net["schedule"] == {"name": "constant"}
    assert not {"epochs", "images_per_second", "models_per_job"} & recipe_entry(net).keys()


def test_what_is_not_compiled_is_not_said():
    """Or else all that was trained before the key existed would be trained again."""
    plain = recipe_entry(resolve(SMALL).architectures["net"])
    for value, said in ((False, {}), (True, {"compile": True})):
        config = changed("architectures.net.compile", value)
        assert recipe_entry(resolve(config).architectures["net"]) == {**plain, **said}


def test_scale_caps_everything():
    config = deepcopy(SMALL)
    config["datasets"]["digits"]["limit"] = {"train": 5}
    config["figures"]["fig"]["options"] = {"extents": [1]}
    config["scale"] = {"models": 2, "extents": [0, 3], "limit": {"train": 9, "test": 4}}
    resolved = resolve(config)
    assert resolved.collections["a"]["models"] == 2
    assert resolved.collections["a"]["extents"] == [0, 3]
    assert resolved.datasets["digits"]["limit"] == {"train": 5, "test": 4}
    assert resolved.figures["fig"]["options"] == {}


def test_reading_a_configuration_loads_no_library_of_plots_or_networks():
    heavy = "{'matplotlib', 'seaborn', 'torch', 'torchvision', 'sklearn'}"
    code = f"import sys, learning_order.config; print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "workflow", capture_output=True, text=True
    )
    assert done.stdout.strip() == "set()", done.stderr


def test_an_overlay_that_names_another_schedule_starts_it_afresh():
    base = changed("architectures.net.schedule", {"name": "step", "factor": 2, "every": 5})
    for overlay, schedule in (
        ({"name": "cosine", "epochs": 10}, {"name": "cosine", "epochs": 10}),
        ({"every": 3}, {"name": "step", "factor": 2.0, "every": 3}),
        ({"name": "step", "every": 3}, {"name": "step", "factor": 2.0, "every": 3}),
    ):
        config = merge_layers([base, {"architectures": {"net": {"schedule": overlay}}}])
        assert resolve(config).architectures["net"]["schedule"] == schedule


def test_layers_merge_as_snakemake_merges_them_but_for_names():
    from snakemake.utils import update_config

    layers = [{"a": {"b": 1, "c": [1, 2]}, "d": 1}, {"a": {"c": [3]}, "e": {"f": {}}}, {"d": 2}]
    expected = {}
    for layer in layers:
        update_config(expected, layer)
    assert merge_layers(layers) == expected


def test_equal_numbers_are_written_alike():
    """Or else `learning_rate: 1` and `1.0` would start other random streams."""
    config = changed("architectures.net.learning_rate", 1)
    config["architectures"]["net"] |= {"epochs": 10.0, "dropout": {"dense": 0}}
    config["collections"]["a"] |= {"models": 3.0, "extents": [0, 5.0]}
    config["figures"]["fig"]["options"] = {"extents": [5.0], "bins": 4.0}
    resolved = resolve(config)
    net = recipe_entry(resolved.architectures["net"])
    assert [repr(net[key]) for key in ("learning_rate", "l2")] == ["1.0", "0.0"]
    assert repr(net["dropout"]["dense"]) == "0.0"
    assert repr(resolved.collections["a"]["extents"]) == "[0, 5]"
    assert repr(resolved.collections["a"]["models"]) == "3"
    assert repr(resolved.figures["fig"]["options"]) == "{'extents': [5], 'bins': 4}"


@pytest.mark.parametrize("overlay", [None, "demo", "smoke", "laptop", "stand-ins", "workstation"])
def test_the_configuration_of_the_paper_resolves(overlay):
    files = ["config.yaml", *([f"workflow/scales/{overlay}.yaml"] if overlay else [])]
    layers = {file: content(ROOT / file) for file in files}
    resolved = resolve(merge_layers(layers.values()), layers)
    assert {"demo", "fig2", "fig14", "fig15", "fig22"} <= set(resolved.figures)


def test_defaults_fill_nested_mappings_only_where_they_are():
    value = {}
    fill_defaults({"properties": {"a": {"properties": {"b": {"default": 1}}}}}, value, {})
    assert value == {}
