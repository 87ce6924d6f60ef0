"""Batch normalisation with the statistics of the weights as they are."""

import pytest
import torch
from support.own_network import normalised
from torch import nn

from learning_order.training.batch_norm import reestimated

BATCHES = [torch.randn(40, 1, 8, 8, generator=torch.Generator().manual_seed(k)) for k in range(5)]


def network():
    torch.manual_seed(0)
    found = normalised((1, 8, 8), 3)
    found.train()
    for batch in BATCHES[:2]:
        found(3 * batch + 1)  # running statistics of other inputs
    return found


def test_statistics_are_those_of_the_inputs_and_the_old_ones_come_back():
    found = network()
    before = {key: value.clone() for key, value in found.state_dict().items()}
    with reestimated(found, iter(BATCHES)):
        outputs = [found[0](batch) for batch in BATCHES]
        mean = torch.stack([o.mean((0, 2, 3)) for o in outputs]).mean(0)
        variance = torch.stack([o.var((0, 2, 3)) for o in outputs]).mean(0)
        assert torch.allclose(found[1].running_mean, mean, atol=1e-6)
        assert torch.allclose(found[1].running_var, variance, atol=1e-6)
    after = found.state_dict()
    assert all(torch.equal(after[key], value) for key, value in before.items())
    assert found[1].momentum == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("found", "wanted"), [(network(), False), (nn.Linear(3, 2), True)], ids=["not wanted", "none"]
)
def test_otherwise_nothing_happens(found, wanted):
    def none():
        raise AssertionError("the inputs were read")
        yield

    before = {key: value.clone() for key, value in found.state_dict().items()}
    with reestimated(found, none(), wanted):
        pass
    assert all(torch.equal(found.state_dict()[key], value) for key, value in before.items())
