"""What only a GPU can show; skipped without one."""

import dataclasses

import pytest
import torch
from support.training import RECIPE, RECIPES, builder, equal, predictions, small_data

from learning_order.networks.device import choose_device
from learning_order.training.choose_execution import choose_execution
from learning_order.training.execution import Execution

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")


@pytest.fixture(scope="module")
def on_gpu():
    return small_data(choose_device("cuda"))


PRECISIONS = {
    precision: dataclasses.replace(RECIPE, precision=precision)
    for precision in ("tensorfloat32", "bfloat16")
}


@pytest.mark.parametrize("recipe", [*RECIPES.values(), *PRECISIONS.values()])
def test_graphs_give_the_numbers_of_one_model_after_another(on_gpu, recipe):
    alone, again = (
        predictions(on_gpu, recipe, range(5), [0, 4], protocol="snapshots") for _ in range(2)
    )
    assert equal(alone, again), "two runs are the same"
    for together in (1, 2, 5):
        options = {"protocol": "snapshots", "execution": Execution(together, graph=True)}
        beside = predictions(on_gpu, recipe, range(5), [0, 4], **options)
        assert equal(alone, beside)


def test_an_execution_with_graphs_is_chosen(on_gpu):
    said = []
    chosen = choose_execution(RECIPE, builder(), on_gpu, range(16), 1000, said.append)
    assert chosen.graph, said


def test_a_gpu_learns_what_a_cpu_learns(on_gpu):
    """The same weights, order and data; dropout differs, as generators do."""
    plain = dataclasses.replace(RECIPE, dropout=(0.0, 0.0))
    there = predictions(on_gpu, plain, extents=[1])
    here = predictions(small_data(), plain, extents=[1])
    for key, values in here.items():
        assert (there[key] == values).mean() > 0.95
