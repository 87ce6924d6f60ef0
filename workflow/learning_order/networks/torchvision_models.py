"""Any network of torchvision, untrained."""

from collections.abc import Sequence

from torch import nn

from learning_order.runtime.errors import ExplainedError, did_you_mean


class UnknownModel(ExplainedError, ValueError):
    """A model that torchvision lacks, or options or images that the model does not take."""


def torchvision_model(
    shape: Sequence[int], classes: int, *, model: str, **options: object
) -> nn.Module:
    """torchvision.models' network called `model`, with `classes` outputs and random weights.

    shape is (channels, height, width); torchvision's own networks need 3 channels, and most of
    them 224×224 pixels or not much less. options are keywords of the model's own function.
    UnknownModel where torchvision has no such classifier, or where it does not take the options.
    """
    from torchvision import models

    known = models.list_models(module=models)
    if model not in known:
        raise UnknownModel(f"torchvision has no model {model!r}{did_you_mean(model, known)}")
    # Without these, GoogLeNet and Inception return more than logits while training.
    if model in ("googlenet", "inception_v3"):
        options = {"aux_logits": False, "init_weights": True, **options}
    try:
        network = models.get_model(model, weights=None, num_classes=classes, **options)
    except TypeError as error:
        raise UnknownModel(f"torchvision's {model} does not take these options: {error}") from error
    if shape[0] != 3:
        raise UnknownModel(
            f"torchvision's {model} takes images of 3 channels; this dataset has {shape[0]}. "
            "Write a `module:function` of your own that changes the first layer."
        )
    return network
