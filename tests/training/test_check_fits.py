"""Networks of one's own that do not fit, found before anything is trained."""

import dataclasses
from types import SimpleNamespace

import pytest
import torch
from support.training import RECIPE
from torch import nn

from learning_order.training.check_fits import DoesNotFit, check_fits
from learning_order.training.recipe import Builder

CLASSES = 10


def data(shape=(1, 8, 8), examples=20):
    return SimpleNamespace(
        labels={"train": torch.zeros(examples, dtype=torch.long)},
        shape=shape,
        classes=CLASSES,
        extras={},
        batches=lambda split, size: iter([torch.zeros(size, *shape)]),
    )


def head(outputs: int) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64), nn.Linear(64, outputs))


def right(shape, classes):
    return head(classes)


def too_few(shape, classes):
    return head(3)


def too_many(shape, classes):
    return head(15)


def nothing(shape, classes):
    return None


def a_map(shape, classes):
    return nn.Conv2d(1, classes, 3)


def two_things(shape, classes):
    network = head(classes)
    network.forward = lambda inputs: (inputs, inputs)
    return network


def other_size(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.Linear(5, classes))


def fails(shape, classes):
    raise KeyError("boom")


def lazy(shape, classes):
    return nn.Sequential(nn.Flatten(), nn.LazyLinear(classes))


def nothing_to_learn(shape, classes):
    return nn.Flatten()


WRONG = {
    too_few: r"gave shape \(2, 3\) for 2 examples, expected \(2, 10\)",
    too_many: r"gave shape \(2, 15\) for 2 examples, expected \(2, 10\)",
    nothing: r"gave None, expected a torch\.nn\.Module",
    a_map: r"gave shape \(2, 10, 6, 6\)",
    two_things: "gave tuple, expected a tensor",
    other_size: r"shown \(2, 1, 8, 8\), failed.*: RuntimeError: .*mat1 and mat2",
    fails: r"failed in .*test_check_fits\.py, line \d+: KeyError: 'boom'",
    lazy: "lazy layers, which have no weights yet: show it zeros",
    nothing_to_learn: "without anything to learn",
}


@pytest.mark.parametrize(("function", "message"), WRONG.items(), ids=lambda it: str(it)[:20])
def test_a_network_that_does_not_fit_is_named(function, message):
    builder = Builder(f"{__name__}:{function.__name__}")
    with pytest.raises(DoesNotFit, match=message) as error:
        check_fits(RECIPE, builder, data())
    assert f"{__name__}:{function.__name__}" in str(error.value)


def test_a_network_that_fits_changes_no_random_number():
    torch.manual_seed(7)
    check_fits(RECIPE, Builder(f"{__name__}:right"), data())
    drawn = torch.rand(3)
    torch.manual_seed(7)
    assert torch.equal(drawn, torch.rand(3))


@pytest.mark.parametrize(("crop", "fits"), [(7, True), (8, False), (1000, False)])
def test_a_crop_leaves_something_of_an_image(crop, fits):
    recipe = dataclasses.replace(RECIPE, augmentation={"crop": crop})
    builder = Builder("learning_order.networks.fully_connected:fully_connected")
    if fits:
        check_fits(recipe, builder, data())
    else:
        with pytest.raises(DoesNotFit, match=f"crop: {crop} is not below the images' 8 pixels"):
            check_fits(recipe, builder, data())


@pytest.mark.parametrize(
    ("examples", "size", "fits"), [(20, 10, True), (21, 10, False), (4, 1, False)]
)
def test_a_single_last_example_is_nothing_for_batch_normalisation(examples, size, fits):
    recipe = dataclasses.replace(RECIPE, batch_size=size)
    given = data(examples=examples)
    if fits:
        check_fits(recipe, Builder(f"{__name__}:right"), given)
        return
    with pytest.raises(DoesNotFit, match=f"batch_size {size} leaves a single train example to the"):
        check_fits(recipe, Builder(f"{__name__}:right"), given)
    plain = "learning_order.networks.fully_connected:fully_connected"
    check_fits(recipe, Builder(plain), given)


def test_networks_of_this_package_are_looked_at_too():
    texts = data(shape=(7,))
    with pytest.raises(DoesNotFit, match="st_vgg"):
        check_fits(RECIPE, Builder("learning_order.networks.st_vgg:st_vgg"), texts)
