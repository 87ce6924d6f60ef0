"""Any network of timm, untrained."""

from collections.abc import Sequence

from torch import nn

from learning_order.runtime.errors import ExplainedError, did_you_mean


class UnknownTimmModel(ExplainedError, ValueError):
    """A model that timm lacks or cannot build, or options that the model does not take."""


def timm_model(shape: Sequence[int], classes: int, *, model: str, **options: object) -> nn.Module:
    """timm's network called `model`, with `classes` outputs and random weights.

    shape is (channels, height, width), and the first layer is made for that many channels. options
    are keywords of the model's own function, such as `img_size` of a vision transformer.
    UnknownTimmModel without timm, or where it has no such model or does not take the options.
    """
    try:
        import timm
    except ImportError as error:
        raise UnknownTimmModel("timm is not installed here: `pip install timm`") from error
    if not timm.is_model(model):
        known = timm.list_models()
        raise UnknownTimmModel(f"timm has no model {model!r}{did_you_mean(model, known)}")
    given = {"pretrained": False, "num_classes": classes, "in_chans": shape[0], **options}
    try:
        return timm.create_model(model, **given)
    except (TypeError, AssertionError, RuntimeError) as error:
        raise UnknownTimmModel(f"timm's {model} cannot be built with {options}: {error}") from error
