"""The paper's networks as plain modules: images (batch, channels, height, width) → logits.

Each is a function `network(shape, classes, *, activation, dropout) -> nn.Module`, so it can be
used in any program: `build("st-vgg", (3, 32, 32), 5)`. The registry holds names of functions, not
the functions, so that a job depends on the code of its own network alone.
"""

from pkgutil import resolve_name

NETWORKS = {
    "st-vgg": "learning_order.networks.st_vgg:st_vgg",
    "linear-st-vgg": "learning_order.networks.st_vgg:linear_st_vgg",
    "small-st-vgg": "learning_order.networks.st_vgg:small_st_vgg",
    "mnist-net": "learning_order.networks.mnist_net:mnist_net",
    "fully-connected": "learning_order.networks.fully_connected:fully_connected",
}


def build(name: str, shape: tuple[int, int, int], classes: int, **options):
    """The network called `name`, an nn.Module, for inputs of `shape` (channels, height, width).

    Options are `activation` (a key of layers.ACTIVATIONS) and `dropout` (share dropped after
    convolutions, share dropped after dense layers). ImageTooSmall where there are too few pixels.
    """
    return resolve_name(NETWORKS[name])(tuple(shape), classes, **options)
