"""Options and functions that cannot be called, known from their source alone."""

import pytest
from support.configurations import changed

from learning_order.config import ConfigError, resolve

NET = "architectures.net"


@pytest.mark.parametrize("option", ["weights", "num_classes"])
def test_torchvision_s_models_are_trained_from_scratch(option):
    config = changed(f"{NET}.network", "torchvision:resnet18")
    config["architectures"]["net"]["options"] = {option: 1}
    with pytest.raises(ConfigError, match=rf"options\.{option}: leave this out"):
        resolve(config)


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        ("resnet18", {"zero_init": True}, "did you mean 'zero_init_residual'"),
        ("mobilenet_v2", {"drpout": 0.1}, "'drpout' is not an option of torchvision:mobilenet_v2"),
        ("efficientnet_b0", {"widht": 2}, "choose among dropout, inverted_residual_setting"),
        ("regnet_y_400mf", {"stem_widht": 16}, "did you mean 'stem_width'"),
    ],
)
def test_an_option_that_a_model_of_torchvision_does_not_take(model, options, message):
    config = changed(f"{NET}.network", f"torchvision:{model}")
    config["architectures"]["net"]["options"] = options
    with pytest.raises(ConfigError, match=message):
        resolve(config)


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("resnet18", {"groups": 1, "width_per_group": 64}),
        ("efficientnet_b0", {"dropout": 0.1}),
        ("vit_b_16", {"image_size": 32, "representation_size": 8}),
        ("regnet_y_400mf", {"stem_width": 16}),
    ],
)
def test_an_option_that_a_model_of_torchvision_may_take(model, options):
    config = changed(f"{NET}.network", f"torchvision:{model}")
    config["architectures"]["net"]["options"] = options
    resolve(config)


SOURCES = {
    "a syntax error": ("def tiny(shape, classes:\n", "my_nets.py, line 1: not readable as Python"),
    "no text": (b"\xff\xfe", "my_nets.py: not readable as Python|my_nets.py, line"),
    "a missing import": (
        "import os\nfrom nothing.there import x\ndef tiny(shape, classes): ...\n",
        "my_nets.py, line 2: imports 'nothing', which is neither below the working directory nor",
    ),
    "too few arguments": ("def tiny(shape): ...\n", r"should take \(shape, classes\), but takes"),
    "another keyword": (
        "def tiny(shape, classes, width=8): ...\n",
        "takes no keyword 'depth'; did you mean 'width'|takes no keyword 'depth'; choose among",
    ),
}


@pytest.mark.parametrize(("source", "message"), SOURCES.values(), ids=SOURCES)
def test_a_network_of_one_s_own_that_cannot_be_called(tmp_path, monkeypatch, source, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_nets.py").write_bytes(source if isinstance(source, bytes) else source.encode())
    config = changed(f"{NET}.network", "my_nets:tiny")
    config["architectures"]["net"]["options"] = {"depth": 3}
    with pytest.raises(ConfigError, match=message):
        resolve(config)
    config = changed("datasets.mine", {"loader": "my_nets:tiny"})
    if "width" not in str(source):
        with pytest.raises(ConfigError, match=r"options, root, download|not readable|imports"):
            resolve(config)


@pytest.mark.parametrize(
    "source",
    [
        "import os.path, numpy.linalg, layers\ndef tiny(shape, classes, *, depth): ...",
        "def tiny(*a, **k): ...",
        "tiny = 1",
    ],
)
def test_a_network_of_one_s_own_that_may_fit(tmp_path, monkeypatch, source):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_nets.py").write_text(source)
    (tmp_path / "layers.py").touch()
    config = changed(f"{NET}.network", "my_nets:tiny")
    config["architectures"]["net"]["options"] = {"depth": 3}
    resolve(config)
