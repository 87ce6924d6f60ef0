"""What the configuration can name, and what is said about unknown names."""

import inspect
import subprocess
import sys
from pkgutil import resolve_name

import pytest
from support.workdir import ROOT

from learning_order.config import lookup
from learning_order.config.catalogue import ANY, LOADERS, NETWORKS
from learning_order.config.entries import GeneralOptions, LoaderOptions


def test_every_function_of_the_catalogue_exists():
    for entry in (*LOADERS.values(), *NETWORKS.values()):
        assert callable(resolve_name(entry.function))


def test_options_of_loaders_are_those_of_the_types():
    options = {option for loader in LOADERS.values() for option in loader.options}
    assert options == LoaderOptions.__annotations__.keys()
    for name, loader in LOADERS.items():
        known = loader.options | GeneralOptions.__annotations__.keys()
        assert set(loader.needs) <= known, name


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_s_function_takes_what_it_is_given(name):
    network = NETWORKS[name]
    parameters = inspect.signature(resolve_name(network.function)).parameters.values()
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    given = {*network.keywords, *network.preset, *network.options}
    assert takes_all or given <= {parameter.name for parameter in parameters}


def test_any_model_of_torchvision_has_options_of_its_own():
    found = lookup.network("torchvision:vgg11")
    assert found.options is ANY
    assert lookup.builder("torchvision:vgg11") == {
        "function": "learning_order.networks.torchvision_models:torchvision_model",
        "keywords": [],
        "preset": {"model": "vgg11"},
    }


def test_names_with_a_colon_are_functions_of_one_s_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/nets.py").write_text("from torch import nn\ndef tiny(shape, classes): ...\n")
    (tmp_path / "stars.py").write_text("from mine.nets import *\n")
    assert lookup.problem("mine.nets:tiny", NETWORKS) is None
    assert lookup.problem("stars:tiny", NETWORKS) is None, "a star hides what there is"
    assert lookup.problem("torch.nn:Linear", NETWORKS) is None, "installed packages count"
    wrong = lookup.problem("mine.nets:tinny", NETWORKS)
    assert wrong.endswith("nets.py has no function 'tinny'; did you mean 'tiny'?")
    wrong = lookup.problem("mine.net:tiny", NETWORKS)
    assert wrong.startswith("there is no module 'mine.net': neither mine/net.py below the working")
    assert lookup.network("mine.nets:tiny").function == "mine.nets:tiny"


def test_torchvision_s_models_are_known_without_importing_it():
    assert lookup.problem("torchvision:resnet50", NETWORKS) is None
    assert lookup.problem("torchvision:vit_b_16", NETWORKS) is None
    wrong = lookup.problem("torchvision:resnt50", NETWORKS)
    assert wrong == "torchvision has no classifier 'resnt50'; did you mean 'resnet50'?"
    code = (
        "import sys; from learning_order.config import lookup as c;"
        "c.problem('torchvision:x', {}); c.problem('torch.nn:Linear', {});"
        "sys.exit('torch' in sys.modules or 'torchvision' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "workflow", check=False)
    assert done.returncode == 0


def test_torchvision_s_models_are_those_it_lists():
    from torchvision import models

    found = set(lookup._torchvision_models())
    assert set(models.list_models(module=models)) <= found


@pytest.mark.parametrize("name", ["vgg", "resnet-18"])
def test_the_nearest_name_is_said(name):
    assert "did you mean" in lookup.problem(name, NETWORKS)


def test_a_module_called_like_one_of_our_scripts_is_refused(tmp_path, monkeypatch):
    (tmp_path / "train.py").write_text("def tiny(shape, classes): ...\n")
    monkeypatch.chdir(tmp_path)
    assert lookup.problem("train:tiny", NETWORKS) == (
        "'train' is what a script of this workflow is called: rename your module"
    )
