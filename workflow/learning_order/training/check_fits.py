"""Whether a network and a recipe fit a dataset, found out before anything is trained.

Each network is built once and shown two examples, and a single one where the last batch is that.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from learning_order.runtime.errors import ExplainedError
from learning_order.training.data import Data
from learning_order.training.random_streams import seeded_torch
from learning_order.training.recipe import Builder, Recipe

EXAMPLES = 2


class DoesNotFit(ExplainedError, ValueError):
    """A network that is none, or is not for such examples; the message names its function."""


def check_fits(recipe: Recipe, builder: Builder, data: Data) -> None:
    """DoesNotFit where crops leave nothing of images, or the network gives other than logits.

    Also where a network with batch normalisation would be shown a single example at the end of an
    epoch, of which that has no deviation.
    """
    crop = recipe.augmentation.get("crop", 0)
    if len(data.shape) == 3 and crop >= min(data.shape[1:]):
        raise DoesNotFit(
            f"augmentation.crop: {crop} is not below the images' {min(data.shape[1:])} pixels: "
            "most of what networks would see is blank"
        )
    _check_network(recipe, builder, data)


def _check_network(recipe: Recipe, builder: Builder, data: Data) -> None:
    name = builder.function
    with seeded_torch(0, torch.device("cpu")):
        with _named(f"{name}({tuple(data.shape)}, {data.classes})"):
            network = builder.build(recipe, data.shape, data.classes, data.extras)
        if not isinstance(network, nn.Module):
            raise DoesNotFit(f"{name} gave {network!r}, expected a torch.nn.Module")
        if not any(parameter.requires_grad for parameter in network.parameters()):
            raise DoesNotFit(f"{name} gave a network without anything to learn")
        if any(isinstance(each, UninitializedParameter) for each in network.parameters()):
            raise DoesNotFit(
                f"{name} gave a network with lazy layers, which have no weights yet: show it zeros "
                "of shape (1, *shape) before you return it"
            )
        inputs = next(iter(data.batches("train", EXAMPLES)))[:EXAMPLES].cpu()
        with _named(f"the network of {name}, shown {tuple(inputs.shape)},"), torch.no_grad():
            logits = network.train()(inputs)
            if len(data.labels["train"]) % recipe.batch_size == 1 or recipe.batch_size == 1:
                _check_single(network, inputs[:1], recipe.batch_size)
    expected = (len(inputs), data.classes)
    if not isinstance(logits, Tensor):
        raise DoesNotFit(f"the network of {name} gave {type(logits).__name__}, expected a tensor")
    if tuple(logits.shape) != expected:
        raise DoesNotFit(
            f"the network of {name} gave shape {tuple(logits.shape)} for {len(inputs)} examples, "
            f"expected {expected}: a logit for each of the {data.classes} classes"
        )


def _check_single(network: nn.Module, inputs: Tensor, batch_size: int) -> None:
    try:
        network(inputs)
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        raise DoesNotFit(
            f"batch_size {batch_size} leaves a single train example to the last batch, which batch "
            "normalisation cannot take: choose another"
        ) from error


@contextmanager
def _named(what: str) -> Iterator[None]:
    """An error of the user's code, with what was called."""
    try:
        yield
    except ExplainedError:
        raise
    except Exception as error:
        place = _place(error)
        raise DoesNotFit(f"{what} failed{place}: {type(error).__name__}: {error}") from error


def _place(error: Exception) -> str:
    """Where the user's code failed: the last line that is neither torch's nor ours."""
    found = ""
    trace = error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if "site-packages" not in file and "learning_order" not in file and "<" not in file:
            found = f" in {file}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return found
