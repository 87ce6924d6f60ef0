"""The networks of paper Suppl B, layer by layer."""

import math

import pytest
import torch
from support.loading import build
from torch import nn

from learning_order.networks.initialise import INITIALISERS, initialise
from learning_order.networks.layers import (
    ACTIVATIONS,
    AverageTo,
    ChannelBias,
    ImageTooSmall,
    SameConv2d,
    make_deterministic,
)
from learning_order.runtime.errors import ExplainedError


def layers(network, kind):
    return [layer for layer in network.modules() if isinstance(layer, kind)]


PAPER = ("st-vgg", "linear-st-vgg", "small-st-vgg", "mnist-net", "fully-connected")


@pytest.mark.parametrize("name", PAPER)
@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 28, 28), (3, 64, 48)])
def test_any_size_that_fits_gives_logits(name, shape):
    logits = build(name, shape, 7, **_linear(name))(torch.randn(2, *shape))
    assert logits.shape == (2, 7)


def _linear(name):
    return {"activation": "linear"} if name == "linear-st-vgg" else {}


def test_st_vgg_is_the_paper_s():
    network = build("st-vgg", (3, 32, 32), 5)
    convolutions = layers(network, nn.Conv2d)
    assert [c.out_channels for c in convolutions] == [32, 32, 64, 64, 128, 128, 256, 256]
    assert [c.kernel_size[0] for c in convolutions] == [3, 3, 3, 3, 3, 3, 2, 2]
    assert [p.kernel_size for p in layers(network, nn.MaxPool2d)] == [2, 2, 2, 2]
    assert [d.p for d in layers(network, nn.Dropout)] == [0.25] * 4 + [0.5]
    dense = [(d.in_features, d.out_features) for d in layers(network, nn.Linear)]
    assert dense == [(256 * 2 * 2, 512), (512, 5)]
    assert len(layers(network, nn.ELU)) == 9


def test_linear_st_vgg_is_linear_once_dropout_is_off():
    network = build("linear-st-vgg", (3, 32, 32), 5, activation="linear").eval().double()
    a, b = torch.randn(2, 4, 3, 32, 32, dtype=torch.double)
    zero = network(torch.zeros_like(a))
    assert torch.allclose(network(a + 2 * b) - zero, network(a) + 2 * network(b) - 3 * zero)
    assert [p.kernel_size for p in layers(network, nn.AvgPool2d)] == [2, 2, 2, 2]


def test_small_st_vgg_and_mnist_net_and_fully_connected():
    small = build("small-st-vgg", (3, 32, 32), 5)
    assert [c.out_channels for c in layers(small, nn.Conv2d)] == [32, 32, 64, 64]
    assert [d.out_features for d in layers(small, nn.Linear)] == [128, 5]
    mnist = build("mnist-net", (1, 28, 28), 10)
    assert [c.out_channels for c in layers(mnist, nn.Conv2d)] == [32, 64]
    assert [(d.in_features, d.out_features) for d in layers(mnist, nn.Linear)] == [
        (64 * 12 * 12, 128),
        (128, 10),
    ]
    dense = layers(build("fully-connected", (3, 32, 32), 2), nn.Linear)
    assert [(d.in_features, d.out_features) for d in dense] == [
        (3072, 1024),
        (1024, 1024),
        (1024, 2),
    ]


def test_dropout_and_activation_are_options():
    network = build("st-vgg", (3, 32, 32), 5, activation="tanh", dropout=(0.1, 0.2))
    assert [d.p for d in layers(network, nn.Dropout)] == [0.1] * 4 + [0.2]
    assert len(layers(network, nn.Tanh)) == 9


@pytest.mark.parametrize(
    ("name", "message"),
    [("st-vgg", "at least 16×16 pixels; this dataset has 8×8"), ("mnist-net", "at least 6×6")],
)
def test_images_that_are_too_small_are_refused(name, message):
    size = 8 if name == "st-vgg" else 5
    with pytest.raises(ValueError, match=message):
        build(name, (1, size, size), 10)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activation_after_max_pooling_gives_the_same_numbers(activation):
    f, x = ACTIVATIONS[activation](), torch.randn(3, 4, 8, 8)
    assert torch.equal(f(nn.functional.max_pool2d(x, 2)), nn.functional.max_pool2d(f(x), 2))


@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
def test_same_padding_is_torch_s(kernel):
    ours, theirs = SameConv2d(3, 5, kernel), nn.Conv2d(3, 5, kernel, padding="same")
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(2, 3, 9, 7)
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)


DEVIATIONS = {  # of a weight with fan-in 400 and fan-out 300, from each method's own paper
    "glorot-uniform": math.sqrt(2 / 700),
    "glorot-normal": math.sqrt(2 / 700),
    "he-uniform": math.sqrt(2 / 400),
    "he-normal": math.sqrt(2 / 400),
    "lecun-normal": math.sqrt(1 / 400),
    "truncated-normal": 0.05 * 0.8796,
    "torch-default": math.sqrt(1 / 400 / 3),
}


@pytest.mark.parametrize("initialiser", INITIALISERS)
def test_initialisers_have_the_spread_of_their_papers(initialiser):
    layer = nn.Linear(400, 300)
    initialise(layer, initialiser, torch.Generator().manual_seed(1))
    assert float(layer.weight.detach().std()) == pytest.approx(DEVIATIONS[initialiser], rel=0.02)
    assert abs(float(layer.weight.detach().mean())) < 0.001
    assert not layer.bias.any()


def test_a_generator_fixes_the_weights():
    def weights(seed):
        network = build("small-st-vgg", (1, 8, 8), 3)
        initialise(network, "glorot-uniform", torch.Generator().manual_seed(seed))
        return torch.cat([p.flatten() for p in network.parameters()])

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


# Parameters with 1000 classes, as torchvision's documentation states them.
@pytest.mark.parametrize(
    ("name", "parameters"),
    [("resnet50", 25557032), ("alexnet", 61100840), ("densenet121", 7978856)],
)
def test_the_imagenet_networks_are_torchvision_s(name, parameters):
    with torch.device("meta"):
        network = build(name, (3, 224, 224), 1000)
    assert sum(p.numel() for p in network.parameters()) == parameters


# Convolutions and one dense layer, by hand from the papers' tables.
@pytest.mark.parametrize(
    ("name", "weights", "parameters"),
    [("vgg16", 14, 14728266), ("vgg19", 17, 20040522), ("resnet18", 21, 11173962)],
)
def test_the_networks_for_small_images_have_the_published_sizes(name, weights, parameters):
    with torch.device("meta"):  # shapes alone
        network = build(name, (3, 32, 32), 10)
        assert network.eval()(torch.randn(2, 3, 32, 32)).shape == (2, 10)
        assert build(name, (1, 48, 40), 7).eval()(torch.randn(2, 1, 48, 40)).shape == (2, 7)
    assert sum(p.numel() for p in network.parameters()) == parameters
    assert len(layers(network, nn.Conv2d | nn.Linear)) == weights
    with pytest.raises(ImageTooSmall, match=f"{name} needs at least"):
        build(name, (3, 7, 7), 10)


def test_any_network_of_torchvision_can_be_named():
    network = build("torchvision:squeezenet1_1", (3, 64, 64), 6, dropout=0.1)
    assert network.eval()(torch.randn(2, 3, 64, 64)).shape == (2, 6)
    assert layers(network, nn.Dropout)[0].p == 0.1
    with torch.device("meta"):  # its shapes alone: it takes long to initialise
        inception = build("torchvision:googlenet", (3, 96, 96), 4).train()
        assert inception(torch.randn(2, 3, 96, 96)).shape == (2, 4)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (
            ("torchvision:resnet51", (3, 32, 32), 5),
            {},
            "no model 'resnet51'; did you mean 'resnet50'",
        ),
        (("torchvision:resnet50", (3, 32, 32), 5), {"depth": 3}, "does not take these options"),
        (("torchvision:resnet50", (1, 32, 32), 5), {}, "takes images of 3 channels"),
    ],
)
def test_what_torchvision_has_not_is_explained(arguments, options, message):
    with pytest.raises(ExplainedError, match=message):
        build(*arguments, **options)


@pytest.mark.parametrize("size", [(6, 6), (13, 13), (4, 9), (1, 2), (12, 6)])
@pytest.mark.parametrize("outputs", [6, (7, 7), (1, 3)])
def test_averages_are_those_of_torch_s_adaptive_pooling(size, outputs):
    images = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(0))
    expected = nn.AdaptiveAvgPool2d(outputs)(images)
    assert torch.allclose(AverageTo(outputs)(images), expected, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_a_bias_behind_max_pooling_is_one_before_it_to_the_bit(dtype, layout):
    images = torch.randn(5, 8, 13, 12).to(dtype).contiguous(memory_format=layout)
    bias = ChannelBias(8)
    nn.init.normal_(bias.bias)
    before = images + bias.bias.to(dtype)[:, None, None]
    expected, found = nn.functional.max_pool2d(before, 2), bias(nn.functional.max_pool2d(images, 2))
    assert torch.equal(found, expected)
    assert found.dtype == dtype
    weights = torch.randn(found.shape)
    (gradient,) = torch.autograd.grad((found.float() * weights).sum(), [bias.bias])
    assert torch.allclose(
        gradient, weights.sum((0, 2, 3)), atol=1e-3 if dtype.itemsize > 2 else 0.5
    )


def test_biases_take_no_decay_and_start_at_zero():
    network = build("st-vgg", (3, 32, 32), 5)
    biases = [layer.bias for layer in layers(network, ChannelBias)]
    assert [len(bias) for bias in biases] == [32, 64, 128, 256]
    assert all(bias.ndim == 1 and not bias.any() for bias in biases)


def test_pooling_without_a_deterministic_gradient_is_replaced_but_that_to_one_pixel_stays():
    pooling = [nn.AdaptiveAvgPool2d(size) for size in (1, (1, 1), 2, (3, 2))]
    network = make_deterministic(nn.Sequential(nn.Sequential(*pooling[:3]), pooling[3]))
    assert list(network[0])[:2] == pooling[:2]
    assert [layer.size for layer in layers(network, AverageTo)] == [(2, 2), (3, 2)]


def test_torchvision_s_networks_have_no_pooling_without_a_deterministic_gradient():
    alexnet = make_deterministic(build("alexnet", (3, 96, 96), 5)).eval()
    assert not layers(alexnet, nn.AdaptiveAvgPool2d)
    assert alexnet(torch.randn(2, 3, 96, 96)).shape == (2, 5)


def test_own_initialisation_is_kept_and_missing_biases_do_not_matter():
    network = build("resnet18", (3, 32, 32), 5)
    before = [p.detach().clone() for p in network.parameters()]
    initialise(network, "own", torch.Generator())
    assert all(torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))
    initialise(network, "he-normal", torch.Generator().manual_seed(0))
    assert not torch.equal(before[0], network.conv1.weight)


def test_pooling_that_keeps_a_side_stays_torch_s():
    network = nn.Sequential(nn.AdaptiveAvgPool2d((None, 4)), nn.AdaptiveAvgPool2d((2, 2)))
    make_deterministic(network)
    assert type(network[0]) is nn.AdaptiveAvgPool2d
    assert isinstance(network[1], AverageTo)
