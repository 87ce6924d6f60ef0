"""What the configuration can name, and what it says about names that there are not."""

import subprocess
import sys

import pytest
from support.workdir import ROOT

from learning_order.config import lookup


def test_every_function_of_the_catalogue_exists():
    from pkgutil import resolve_name

    for entry in (*lookup.LOADERS.values(), *lookup.NETWORKS.values()):
        assert callable(resolve_name(entry.function))


def test_names_with_a_colon_are_functions_of_one_s_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/nets.py").write_text("from torch import nn\ndef tiny(shape, classes): ...\n")
    (tmp_path / "stars.py").write_text("from mine.nets import *\n")
    known = lookup.NETWORKS
    assert lookup.problem("mine.nets:tiny", known) is None
    assert lookup.problem("stars:tiny", known) is None, "a star hides what there is"
    assert lookup.problem("torch.nn:Linear", known) is None, "installed packages count"
    wrong = lookup.problem("mine.nets:tinny", known)
    assert wrong.endswith("nets.py has no function 'tinny'; did you mean 'tiny'?")
    wrong = lookup.problem("mine.net:tiny", known)
    assert wrong.startswith("there is no module 'mine.net': neither mine/net.py below the working")
    assert lookup.network("mine.nets:tiny").function == "mine.nets:tiny"


def test_torchvision_s_models_are_known_without_importing_it():
    known = lookup.NETWORKS
    assert lookup.problem("torchvision:resnet50", known) is None
    assert lookup.problem("torchvision:vit_b_16", known) is None
    wrong = lookup.problem("torchvision:resnt50", known)
    assert wrong == "torchvision has no model 'resnt50'; did you mean 'resnet50'?"
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
    assert "did you mean" in lookup.problem(name, lookup.NETWORKS)
