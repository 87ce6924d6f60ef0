"""Models side by side have the numbers that each has alone.

Here steps are recorded as the CPU can: by being run again, on the memory that a graph would read.
tests/machines/test_gpu.py does the same with graphs.
"""

import dataclasses

import pytest
import torch
from support.training import RECIPE, RECIPES, Killed, KilledAfter, builder, equal, predictions
from torch import nn

from learning_order.runtime.progress import Progress
from learning_order.training import choose_execution as choose_execution_module
from learning_order.training import execution
from learning_order.training.checkpoints import Checkpoints
from learning_order.training.choose_execution import choose_execution
from learning_order.training.device_errors import (
    DeviceLost,
    DeviceMemoryShort,
    explained,
    is_short_of_memory,
)
from learning_order.training.dropout import SeededDropout, seed_dropout
from learning_order.training.execution import Execution, Recorded
from learning_order.training.kept_choices import KeptChoices
from learning_order.training.model import Model, TrainingDiverged
from learning_order.training.random_streams import SNAPSHOTS


class Recorder:
    """In place of a GPU's graphs: what was recorded runs again, as often as it is called."""

    def __init__(self, room=100):
        self.room, self.recorded, self.replayed = room, [], 0

    def __call__(self, work, generators):
        if len(work) > self.room:
            raise torch.OutOfMemoryError("out of memory, tried to allocate 3 GiB\nof 2")
        self.recorded.append(len(work))

        def replay():
            self.replayed += len(work)
            for item in work:
                item()

        return replay


@pytest.fixture
def recorder(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(execution, "record_graph", recorder)
    return recorder


RECIPES = {
    **RECIPES,
    "batches that do not divide": dataclasses.replace(RECIPE, batch_size=35),
}


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["snapshots", "independent"])
@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_model_side_by_side_is_the_model_alone(data, recorder, recipe, protocol):
    seeds, extents = [3, 4, 5, 6, 7], [0, 2, 4]
    alone = predictions(data, recipe, seeds, extents, protocol=protocol)
    for count in (3, 7):
        options = {"protocol": protocol, "execution": Execution(count, graph=True)}
        beside = predictions(data, recipe, seeds, extents, **options)
        assert list(beside) == list(alone), "ordered by seed, then extent"
        assert equal(alone, beside)
        assert max(recorder.recorded) == min(count, len(seeds))
    assert recorder.replayed >= 100


def test_a_step_is_recorded_once_for_models_and_shapes(data, recorder):
    def recorded(**changes):
        recorder.recorded.clear()
        execution = Execution(2, graph=True)
        recipe = dataclasses.replace(RECIPE, **changes)
        predictions(data, recipe, [0, 1], [4], execution=execution)
        return recorder.recorded

    assert recorded() == [2]
    assert recorded(batch_size=35) == [2, 2], "the last batch of an epoch has another shape"
    halved = {"name": "step", "factor": 2, "every": 2}
    assert recorded(schedule=halved) == [2], "the learning rate is read where it lies"


def test_what_does_not_fit_in_memory_is_split(data, recorder):
    said = []

    class Counter(Progress):
        done = 0.0

        def advance(self, seed, epoch, by, measure):
            self.done += by

        def again(self, epochs):
            self.done -= epochs

        def say(self, text):
            said.append(text)

    recorder.room = 3
    counter = Counter()
    alone = predictions(data, seeds=range(9))
    options = {"execution": Execution(8, graph=True), "progress": counter}
    assert equal(alone, predictions(data, seeds=range(9), **options))
    assert recorder.recorded == [2, 2, 2, 2, 1]
    assert said[0].startswith("a CUDA graph of 5 models: out of memory, tried to allocate 3 GiB; ")
    assert said[0].endswith("trying instead: a CUDA graph of 2 models")
    assert counter.done == pytest.approx(9 * 2)


def test_steps_that_cannot_be_recorded_are_taken_one_by_one(data, monkeypatch):
    def refuse(work, generators):
        raise RuntimeError("operation not permitted when stream is capturing")

    monkeypatch.setattr(execution, "record_graph", refuse)
    beside = predictions(data, seeds=[0, 1], execution=Execution(2, graph=True))
    assert equal(predictions(data, seeds=[0, 1]), beside)


@pytest.mark.parametrize(
    "said",
    [
        "CUDA error: out of memory\nCUDA kernel errors might be reported later",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "GET was unable to find an engine to execute this computation",
    ],
)
def test_memory_that_is_short_is_known_by_its_other_names(said):
    smaller = Execution(16, graph=True).smaller(RuntimeError(said))
    assert smaller == Execution(8, graph=True)
    assert Execution(16, graph=True).smaller(RuntimeError("something else")) == Execution()


@pytest.mark.parametrize(("left", "groups"), [(50, [13, 13, 12, 12]), (16, [16]), (17, [9, 8])])
def test_groups_are_of_equal_size(left, groups):
    found = []
    while left:
        found.append(Execution(16, graph=True).next_group(left))
        left -= found[-1]
    assert found == groups


def test_one_model_without_room_says_what_to_do(monkeypatch):
    """As on a GPU: the CPU's errors are left as they are."""
    monkeypatch.setattr(torch.cuda, "synchronize", lambda device=None: None)
    short = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")
    told = explained(short, torch.device("cuda"))
    assert isinstance(told, DeviceMemoryShort)
    assert "training_on_gpu=1" in str(told)
    assert is_short_of_memory(told)
    assert explained(short, torch.device("cpu")) is short


def test_a_gpu_that_is_gone_is_no_reason_to_train_in_another_way(monkeypatch):
    def gone(device=None):
        raise RuntimeError("CUDA error: unspecified launch failure")

    other = RuntimeError("CUDA error: an illegal memory access was encountered\nCompile with")
    monkeypatch.setattr(torch.cuda, "synchronize", lambda device=None: None)
    assert explained(other, torch.device("cuda")) is other, "the GPU still answers"
    monkeypatch.setattr(torch.cuda, "synchronize", gone)
    told = explained(other, torch.device("cuda"))
    assert isinstance(told, DeviceLost)
    assert "an illegal memory access was encountered. Nothing" in str(told)


def test_a_step_gathers_the_batches_that_an_epoch_hands_out(data):
    """From the start and from within an epoch, with every augmentation."""
    for recipe in RECIPES.values():
        recipe = dataclasses.replace(recipe, batch_size=35)
        whole, fed = (Model(recipe, builder(recipe), data, 3, SNAPSHOTS) for _ in range(2))
        for epoch, step in [(0, 0), (1, 0), (1, 2)]:
            for model in (whole, fed):
                model.epoch, model.step = epoch, step
            sizes = list(fed.begin_fed_epoch())
            expected = list(whole.begin_epoch())
            assert sizes == [len(labels) for _, labels in expected] == [35, 35, 20][step:]
            for size, (images, labels) in zip(sizes, expected, strict=True):
                inputs, targets = fed.feed.batch(size)
                assert inputs.stride() == images.stride()
                assert torch.equal(inputs, images)
                assert torch.equal(targets, labels)


def test_a_choice_is_kept_for_jobs_of_the_same_kind(data, tmp_path):
    kept = KeptChoices(tmp_path / "paths", "code")
    chosen, said = choose(data, seeds=[0], record=Recorder(), kept=kept)
    assert len(said) == 2
    again, said = choose(data, seeds=[0], record=Recorder(), kept=kept)
    assert again == chosen
    assert said == [f"{chosen}: the fastest of those tried, before"]
    slower = dataclasses.replace(RECIPE, learning_rate=0.01)
    assert len(choose(data, slower, seeds=[0], record=Recorder(), kept=kept)[1]) == 1, (
        "no matter of speed"
    )
    wider = dataclasses.replace(RECIPE, batch_size=30)
    assert len(choose(data, wider, epochs=2000, seeds=[0], record=Recorder(), kept=kept)[1]) > 1
    other = KeptChoices(tmp_path / "paths", "other code")
    assert len(choose(data, seeds=[0], record=Recorder(), kept=other)[1]) > 1


def test_a_choice_for_want_of_memory_is_not_kept(data, tmp_path):
    kept = KeptChoices(tmp_path / "paths", "code")
    choose(data, record=Recorder(room=2), kept=kept)
    assert not (tmp_path / "paths").exists()


def test_a_trial_that_fails_leaves_the_job_to_train_plainly(data, monkeypatch):
    def fail(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(Model, "compute_step", fail)
    chosen, said = choose(data, record=Recorder())
    assert chosen == Execution()
    assert said == ["one model after another: a trial failed (CUDA out of memory)"]


def test_weights_that_are_no_numbers_are_the_same_if_their_bits_are(data):
    wild = dataclasses.replace(RECIPE, learning_rate=1e38, activation="linear", batch_size=30)
    _, said = choose(data, wild, seeds=[0], epochs=2000, record=Recorder())
    assert len(said) == 2
    assert not [text for text in said if "not the same weights" in text]


def test_bfloat16_is_said_to_be_slow_where_the_cpu_has_no_instructions_for_it(data, monkeypatch):
    lower = dataclasses.replace(RECIPE, precision="bfloat16")
    for has in (True, False):
        monkeypatch.setattr(choose_execution_module, "has_fast_bfloat16", lambda has=has: has)
        _, said = choose(data, lower)
        assert ("no instructions for bfloat16" in said[0]) != has
        assert len(choose(data)[1]) == 1, "float32 is as ever"


def test_a_divergence_is_no_reason_to_try_again(data, recorder):
    wild = dataclasses.replace(RECIPE, learning_rate=1e38, activation="linear")
    with pytest.raises(TrainingDiverged, match="seed 7"):
        predictions(data, wild, seeds=[7, 8], extents=[5], execution=Execution(2, graph=True))
    assert len(recorder.recorded) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("steps", [3, 22, 40])
@pytest.mark.parametrize("before", [1, 3])
def test_after_a_kill_another_number_may_train_together(data, tmp_path, recorder, before, steps):
    def run(count, checkpoints, progress=None):
        options = {"protocol": "snapshots", "execution": Execution(count, graph=True)}
        options |= {"checkpoints": checkpoints, "progress": progress}
        return predictions(data, RECIPES["adam and augmentation"], range(5), [1, 3], **options)

    kept = Checkpoints(tmp_path / "kept", "made here", minutes=0)
    with pytest.raises(Killed):
        run(before, kept, KilledAfter(steps))
    rest = KilledAfter()
    again = run(2, Checkpoints(tmp_path / "kept", "made here", 1), rest)
    assert rest.skipped > 0
    whole = run(1, None)
    assert again.keys() == whole.keys()
    assert equal(again, whole)


def draws_for_itself(shape, classes, **options):
    """A network that draws from torch's own random state, which models side by side would share."""
    return nn.Sequential(nn.Flatten(), DrawsForItself(), nn.Linear(64, classes))


class DrawsForItself(nn.Module):
    def forward(self, inputs):
        return nn.functional.dropout(inputs, 0.5, self.training)


def choose(data, recipe=RECIPE, seeds=range(5), epochs=1000, **options):
    said = []
    chosen = choose_execution(recipe, builder(recipe), data, seeds, epochs, said.append, **options)
    return chosen, said


def test_every_execution_is_tried_and_the_fastest_taken(data):
    chosen, said = choose(data, record=Recorder())
    speeds = {text.partition(":")[0]: float(text.split()[-4]) for text in said}
    assert list(speeds) == [
        "one model after another",
        "a CUDA graph of 1 model",
        "a CUDA graph of 4 models",
        "a CUDA graph of 5 models",
    ]
    assert speeds[str(chosen)] == max(speeds.values())


def test_executions_without_room_are_not_taken(data):
    chosen, said = choose(data, record=Recorder(room=2))
    assert chosen.together == 1
    assert said[-1] == "a CUDA graph of 4 models: out of memory, tried to allocate 3 GiB"


def test_models_that_would_share_random_numbers_are_trained_one_after_another(data, monkeypatch):
    recipe = dataclasses.replace(RECIPE, network="support.own_network:draws_for_itself")
    monkeypatch.setattr("support.own_network.draws_for_itself", draws_for_itself, raising=False)
    chosen, said = choose(data, recipe, record=Recorder())
    assert chosen.together == 1
    assert [text for text in said if "not the same weights" in text] == [
        f"a CUDA graph of {count} models: not the same weights as one model after another, so not "
        "taken"
        for count in (4, 5)
    ]


def test_short_jobs_and_those_on_a_cpu_try_nothing_and_say_so(data):
    chosen, said = choose(data, epochs=10, record=Recorder())
    assert (chosen, chosen.why) == (Execution(), "the job is too short for a trial")
    assert said == ["one model after another: the job is too short for a trial"]
    assert choose(data) == (Execution(), ["one model after another: on a CPU"])


def test_without_models_side_by_side_there_are_no_recordings():
    assert str(Execution()) == "one model after another"
    assert not isinstance(Execution().stepper(), Recorded)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9, 1 - 1e-9])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_dropout_drops_its_share_and_keeps_the_mean(share, layout):
    ones = torch.ones(50, 8, 16, 16).to(memory_format=layout).requires_grad_()
    dropout = SeededDropout(share, torch.Generator().manual_seed(0))
    dropped = dropout(ones)
    assert dropped.stride() == ones.stride()
    spread = 4 * (share * (1 - share) / ones.numel()) ** 0.5
    assert (dropped == 0).double().mean() == pytest.approx(share, abs=spread + 2**-14)
    kept = dropped[dropped != 0]
    assert torch.allclose(kept, torch.full_like(kept, 1 / (1 - share)))
    dropped.sum().backward()
    assert torch.equal(ones.grad, dropped), "the gradient is the mask"
    assert torch.equal(dropout.eval()(ones), ones)


def test_dropped_places_are_independent():
    """Neighbours share a random number of 64 bits, of which each has its own 16."""
    dropout = SeededDropout(0.5, torch.Generator().manual_seed(1))
    places = (dropout(torch.ones(40000, 4)) == 0).double()
    assert torch.allclose(torch.corrcoef(places.T), torch.eye(4, dtype=torch.double), atol=0.02)
    assert torch.allclose(places.mean(0), torch.full((4,), 0.5, dtype=torch.double), atol=0.02)


def test_dropout_of_every_network_is_seeded():
    generator = torch.Generator()
    network = seed_dropout(
        nn.Sequential(nn.Dropout(0.5), nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.1))), generator
    )
    seeded = [layer for layer in network.modules() if isinstance(layer, SeededDropout)]
    assert [layer.share for layer in seeded] == [0.5, 0.1]
    assert all(layer.generator is generator for layer in seeded)
