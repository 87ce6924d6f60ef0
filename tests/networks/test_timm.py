"""Networks of timm, where it is installed."""

import pytest
import torch

from learning_order.config import lookup
from learning_order.config.catalogue import NETWORKS
from learning_order.networks.timm_models import UnknownTimmModel, timm_model


def test_without_timm_the_configuration_says_what_to_install(monkeypatch):
    monkeypatch.setattr(lookup, "find_module", lambda _: None)
    assert lookup.problem("timm:resnet18", NETWORKS) == (
        "timm is not installed here: `pip install timm`"
    )


def test_a_model_of_timm_has_options_of_its_own():
    assert lookup.builder("timm:resnet18") == {
        "function": "learning_order.networks.timm_models:timm_model",
        "keywords": [],
        "preset": {"model": "resnet18"},
    }


def test_names_are_known_without_importing_it():
    pytest.importorskip("timm")
    assert lookup.problem("timm:resnet18", NETWORKS) is None
    assert lookup.problem("timm:vit_tiny_patch16_224.augreg_in21k", NETWORKS) is None
    wrong = lookup.problem("timm:resnt18", NETWORKS)
    assert wrong == "timm has no model 'resnt18'; did you mean 'resnet18'?"


@pytest.mark.parametrize(
    ("model", "options", "shape"),
    [("resnet18", {}, (1, 32, 32)), ("vit_tiny_patch16_224", {"img_size": 32}, (3, 32, 32))],
)
def test_models_are_built_for_the_dataset(model, options, shape):
    pytest.importorskip("timm")
    network = timm_model(shape, 4, model=model, **options).eval()
    assert network(torch.randn(2, *shape)).shape == (2, 4)


def test_what_timm_does_not_know_is_explained():
    pytest.importorskip("timm")
    with pytest.raises(UnknownTimmModel, match="did you mean 'resnet18'"):
        timm_model((3, 32, 32), 4, model="resnt18")
    with pytest.raises(UnknownTimmModel, match="cannot be built with"):
        timm_model((3, 32, 32), 4, model="resnet18", depth_of_nothing=3)
