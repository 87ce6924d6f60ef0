"""VGG and ResNet for images of 32×32 pixels, from torchvision's parts."""

from collections.abc import Sequence

from torch import nn

from learning_order.networks.layers import ImageTooSmall


def vgg16(shape: Sequence[int], classes: int) -> nn.Module:
    """VGG-16 with batch normalisation and one dense layer; see vgg19."""
    return _vgg("D", "vgg16", shape, classes)


def vgg19(shape: Sequence[int], classes: int) -> nn.Module:
    """VGG-19 with batch normalisation and one dense layer, for images of at least 32×32 pixels.

    The sixteen convolutions of torchvision's vgg19_bn; where the original has three dense layers
    for 224×224 pixels, one from the averaged 512 channels to the logits. Source: Simonyan &
    Zisserman 2015, in the form usual for CIFAR.
    """
    return _vgg("E", "vgg19", shape, classes)


def _vgg(layout: str, name: str, shape: Sequence[int], classes: int) -> nn.Module:
    from torchvision.models import vgg

    _check_size(shape, 32, name)
    network = vgg.VGG(vgg.make_layers(vgg.cfgs[layout], batch_norm=True), num_classes=classes)
    network.features[0] = _first_convolution(shape[0], bias=True)
    network.avgpool = nn.AdaptiveAvgPool2d(1)
    network.classifier = nn.Linear(512, classes)
    nn.init.normal_(network.classifier.weight, 0, 0.01)
    nn.init.zeros_(network.classifier.bias)
    return network


def resnet18(shape: Sequence[int], classes: int) -> nn.Module:
    """ResNet-18 that starts with a 3×3 convolution and no pooling, for images of about 32×32.

    Otherwise torchvision's (He et al. 2016), whose 7×7 stride-2 stem would leave 8×8 positions
    of such an image.
    """
    from torchvision.models import resnet

    _check_size(shape, 8, "resnet18")
    network = resnet.ResNet(resnet.BasicBlock, [2, 2, 2, 2], num_classes=classes)
    network.conv1 = _first_convolution(shape[0], bias=False)
    network.maxpool = nn.Identity()
    return network


def _first_convolution(channels: int, bias: bool) -> nn.Conv2d:
    """3×3 to 64 channels, initialised as torchvision does in both families."""
    convolution = nn.Conv2d(channels, 64, 3, padding=1, bias=bias)
    nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
    if convolution.bias is not None:
        nn.init.zeros_(convolution.bias)
    return convolution


def _check_size(shape: Sequence[int], least: int, name: str) -> None:
    if min(shape[1:]) < least:
        raise ImageTooSmall(
            f"{name} needs at least {least}×{least} pixels; this dataset has "
            f"{shape[1]}×{shape[2]}. Choose a network with fewer poolings (small-st-vgg: 2, "
            "mnist-net: 1, fully-connected: 0) or larger images (`size`)."
        )
