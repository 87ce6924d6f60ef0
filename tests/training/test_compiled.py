"""Steps that torch.compile fuses; inductor compiles C++ here, in some seconds per network."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import torch
from support.training import (
    RECIPE,
    Killed,
    KilledAfter,
    builder,
    equal,
    predictions,
    small_data,
)
from torch import nn

from learning_order.training.checkpoints import Checkpoints
from learning_order.training.compiled import CountedDropout, philox
from learning_order.training.model import Model
from learning_order.training.random_streams import SNAPSHOTS
from learning_order.training.trainer import train_block
from learning_order.training.try_compiling import compiled_or_not

MOST = 2**32 - 1
DENSE = dataclasses.replace(
    RECIPE, network="fully-connected", activation="relu", batch_size=45, compile=True
)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)  # as in jobs; other tests run beside these


def stepped(recipe, seed=0):
    """The weights after an epoch."""
    model = Model(recipe, builder(recipe), small_data(), seed, SNAPSHOTS)
    for batch in model.begin_epoch():
        model.compute_step(*batch)
    return torch.cat([weights.detach().flatten() for weights in model.network.parameters()])


def records(data, recipe, **options):
    return list(train_block(recipe, builder(recipe), data, [0], [2], **options))


@pytest.mark.parametrize(
    ("counter", "drawn"),
    [
        (0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (MOST, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ],
)
def test_random_numbers_are_those_of_philox(counter, drawn):
    """The answers that come with its authors' code."""
    assert philox((counter,) * 4, (counter,) * 2) == drawn
    values = torch.tensor([counter, counter])
    for found, expected in zip(philox((values,) * 4, (values,) * 2), drawn, strict=True):
        assert found.tolist() == [expected] * 2


def test_dropout_drops_its_share_anew_for_every_seed_step_and_layer():
    ones = torch.ones(100, 1000)
    masks = [
        CountedDropout(0.25, torch.tensor([seed, step]), layer)(ones)
        for seed, step, layer in [(5, 0, 0), (2**62 + 5, 0, 0), (5, 1, 0), (5, 0, 1)]
    ]
    for mask in masks:
        assert set(mask.unique().tolist()) == {0, torch.tensor(1 / 0.75).item()}
        assert (mask == 0).float().mean() == pytest.approx(0.25, abs=0.005)
    for one, other in pairwise(masks):
        both = ((one == 0) & (other == 0)).float().mean()
        assert both == pytest.approx(0.25**2, abs=0.005), "independent"
    dropout = CountedDropout(0.25, torch.tensor([5, 0]), 0)
    assert torch.equal(dropout(ones), masks[0])
    assert dropout.eval()(ones) is ones


@pytest.mark.slow
def test_compiled_steps_learn_what_others_learn_and_a_seed_fixes_each_model():
    """Whatever is trained beside it. One test, as compiling takes long."""
    data = small_data()
    assert compiled_or_not(DENSE, builder(DENSE), data, print) == (DENSE, "")
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] > 0
    with torch.compiler.set_stance("force_eager"):
        expected = stepped(DENSE)
    torch.testing.assert_close(stepped(DENSE), expected, rtol=1e-4, atol=1e-6)
    together = predictions(data, DENSE, [0, 1, 2], [2])
    assert equal(together, predictions(data, DENSE, [2, 0], [2]))
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 1, "compiled once for all"


def test_a_killed_compiled_model_resumes_with_the_dropout_of_its_step(tmp_path):
    data, recipe = small_data(), dataclasses.replace(DENSE, batch_size=10)
    with torch.compiler.set_stance("force_eager"):
        whole = records(data, recipe)
        kept = Checkpoints(tmp_path, "made here", minutes=0)
        with pytest.raises(Killed):
            records(data, recipe, checkpoints=kept, progress=KilledAfter(12))  # 9 steps an epoch
        progress = KilledAfter()
        kept = Checkpoints(tmp_path, "made here", minutes=1)
        resumed = records(data, recipe, checkpoints=kept, progress=progress)
    assert progress.steps < 18
    assert np.array_equal(whole[0].margin["train"], resumed[0].margin["train"])


class Asks(nn.Module):
    """Asks for the value of a number, which no compiler of whole networks can."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(64, 3)

    def forward(self, images):
        logits = self.layer(images.flatten(1))
        return logits if float(logits.sum()) > 0 else 2 * logits


def asks(shape, classes, **_):
    return Asks()


def test_steps_are_not_compiled_where_that_fails():
    said = []
    own = dataclasses.replace(builder(DENSE), function=f"{__name__}:asks")
    taken, why = compiled_or_not(DENSE, own, small_data(), said.append)
    assert taken == dataclasses.replace(DENSE, compile=False)
    assert why
    assert said == [f"steps are not compiled, as that fails here: {why}"]


@pytest.mark.slow
def test_steps_are_not_compiled_without_a_compiler(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(torch._inductor.config.cpp, "cxx", ("no-such-compiler",))
    torch._dynamo.reset()
    taken, why = compiled_or_not(DENSE, builder(DENSE), small_data(), print)
    assert not taken.compile
    assert "no-such-compiler" in why


def test_a_recipe_that_does_not_compile_is_tried_with_nothing():
    recipe = dataclasses.replace(DENSE, compile=False)
    assert compiled_or_not(recipe, None, None, None) == (recipe, "")


def test_compiled_models_start_from_the_numbers_of_others():
    assert DENSE.entropy("a") == dataclasses.replace(DENSE, compile=False).entropy("a")
