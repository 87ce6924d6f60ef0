"""The path of training on a GPU, where there is none.

A fake device finds what mixes the CPU's tensors with the GPU's; a stand-in for CUDA graphs refuses
what CUDA refuses. What only a GPU can show is in tests/machines/test_gpu.py.
"""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from support.capture import BROKEN, FakeCuda
from support.fake_device import NETWORKS
from support.training import RECIPES, equal, predictions

from learning_order.runtime.progress import Progress
from learning_order.training import execution
from learning_order.training.execution import Execution, record_graph
from learning_order.training.model import Model

TESTS = Path(__file__).parents[1]


def on_fake_device(*arguments):
    """All networks in one process: most of its time it imports torch."""
    folders = [str(TESTS), str(TESTS.parent / "workflow")]
    return subprocess.run(
        [sys.executable, "-m", "support.fake_device", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
    )


@pytest.mark.slow
def test_a_step_of_no_network_mixes_devices_or_waits():
    done = on_fake_device(*NETWORKS)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == list(NETWORKS)


@pytest.fixture(params=[(2, 11), (2, 15)], ids=["2.11", "2.15"])
def cuda(request, monkeypatch):
    monkeypatch.setattr(execution, "_torch_version", lambda: request.param)
    with FakeCuda(monkeypatch, registers=request.param < (2, 15)) as cuda:
        yield cuda


CASES = {
    "plain": dataclasses.replace(RECIPES["momentum and dropout"], batch_size=35),
    "augmented": RECIPES["adam and augmentation"],
}


@pytest.mark.parametrize("recipe", CASES.values(), ids=CASES)
def test_replays_of_a_recording_train_as_steps_do(data, cuda, recipe):
    """With rates that change, a smaller last batch, and masks and views of each model."""
    alone = predictions(data, recipe, [0, 1], [2])
    cuda.calls.clear()
    assert equal(alone, predictions(data, recipe, [0, 1], [2], execution=Execution(2, graph=True)))
    register = ["register"] * 2 * (execution._torch_version() < (2, 15))
    recording = [*register, "begin", "fork", "fork", "join", "join", "end", "replay"]
    if recipe.batch_size == 35:  # 35, 35, 20: of each the first runs as it comes
        assert cuda.calls == [*recording, "replay", "replay", *recording]
    else:
        assert cuda.calls == [*recording, *["replay"] * 16]


def reads(model):
    return float(model.sums[0])


def lists(model):
    return model.sums.tolist()


def looks_for(model):
    return model.sums.nonzero()


def comes_new(model):
    return torch.erfinv(model.sums)  # nothing else here takes it


REFUSED = {
    "_local_scalar_dense": reads,
    "the host reads": lists,
    "nonzero": looks_for,
    "outside of the pool": comes_new,
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_cannot_be_recorded_is_named_and_trained_plainly(data, cuda, monkeypatch, said):
    class Listener(Progress):
        heard = ""

        def change_path(self, text):
            self.heard += text

    plain, step = predictions(data, seeds=[0, 1], extents=[1]), Model.compute_step

    def odd_step(model, *batch):
        step(model, *batch)
        if cuda.graph or said != "outside of the pool":
            REFUSED[said](model)

    monkeypatch.setattr(Model, "compute_step", odd_step)
    listener, stream = Listener(), cuda.current
    options = {"execution": Execution(2, graph=True), "progress": listener}
    assert equal(plain, predictions(data, seeds=[0, 1], extents=[1], **options))
    assert said in listener.heard
    assert BROKEN not in listener.heard, "the cause, not what follows from it"
    assert listener.heard.endswith("trying instead: one model after another")
    assert cuda.current is stream, "as it was before the recording"
    assert cuda.calls[-4:] == ["begin", "fork", "fork", "end"], "and no replay"


def test_a_generator_that_is_not_registered_is_refused_where_it_must_be(cuda):
    generator, numbers = torch.Generator(), torch.zeros(3)

    def draw():
        numbers.random_(generator=generator)

    draw()
    if cuda.registers:
        with pytest.raises(RuntimeError, match="not registered"):
            record_graph([draw], [])
    before = numbers.clone()
    replay = record_graph([draw], [generator])
    assert torch.equal(numbers, before), "recording does nothing"
    replay()
    expected = torch.Generator()
    for _ in range(2):
        drawn = torch.zeros(3).random_(generator=expected)
    assert torch.equal(numbers, drawn)
