"""A model is a pure function of (dataset, recipe, extent, seed)."""

import copy
import dataclasses
import doctest
import math

import numpy as np
import pytest
import torch
from support.loading import build
from support.training import RECIPE, RECIPES, builder, equal, predictions
from torch import nn, optim

from learning_order.jobs.estimates import network_epochs
from learning_order.networks.device import choose_device
from learning_order.networks.initialise import initialise
from learning_order.runtime.progress import Progress
from learning_order.training import trainer
from learning_order.training.device_data import DeviceData, without_padding
from learning_order.training.model import Model, TrainingDiverged
from learning_order.training.random_streams import SNAPSHOTS, Streams
from learning_order.training.recipe import (
    OPTIMIZERS,
    Recipe,
    build_optimizer,
    learning_rate,
    load_optimizer,
    set_learning_rate,
)
from learning_order.training.trainer import train_block


def test_the_example_in_the_docstring_runs():
    choose_device("cpu")
    assert doctest.testmod(trainer, raise_on_error=True).attempted > 5


def test_learns_separable_data(data):
    *_, last = train_block(RECIPE, builder(), data, [0], [15])
    assert last.accuracy["test"] > 0.95
    assert last.accuracy["train"] > 0.95
    assert last.loss["train"] < 0.3


def test_two_runs_are_the_same(data):
    a, b = predictions(data), predictions(data)
    assert a.keys() == b.keys()
    assert equal(a, b)


def test_a_model_does_not_depend_on_its_block(data):
    alone = predictions(data, seeds=[2], extents=[1])
    for seeds in ([0, 1, 2], [2, 3], [5, 2, 0]):
        assert equal(alone, predictions(data, seeds=seeds, extents=[1]))


def test_a_model_does_not_depend_on_random_numbers_drawn_between(data):
    alone = predictions(data, seeds=[0, 1], extents=[0, 2])
    torch.rand(1000)
    drawn = {}
    for record in train_block(RECIPE, builder(), data, [0, 1], [0, 2]):
        torch.rand(7)
        drawn |= {(record.seed, record.extent, k): v for k, v in record.predictions.items()}
    assert equal(alone, drawn)


def test_training_leaves_the_random_state_of_others_alone(data):
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    predictions(data, extents=[1])
    assert torch.equal(torch.rand(4), expected)


def test_seeds_extents_recipes_and_datasets_differ(data):
    def untrained(recipe=RECIPE, data=data, seed=0):
        return predictions(data, recipe, [seed], [0])[seed, 0, "train"]

    base = untrained()
    other_recipe = dataclasses.replace(RECIPE, learning_rate=0.04)
    assert not np.array_equal(base, untrained(seed=1))
    assert not np.array_equal(base, untrained(recipe=other_recipe))
    assert not np.array_equal(
        base, untrained(data=dataclasses.replace(data, content_hash="another"))
    )


def test_independent_models_of_two_extents_start_from_other_weights(data):
    # A learning rate of almost nothing leaves the initial network.
    still = dataclasses.replace(RECIPE, learning_rate=1e-12)
    after = predictions(data, still, extents=[0, 1])
    assert not np.array_equal(after[0, 0, "train"], after[0, 1, "train"])
    run = predictions(data, still, extents=[0, 1], protocol="snapshots")
    assert np.array_equal(run[0, 0, "train"], run[0, 1, "train"])


def test_snapshots_do_not_depend_on_what_else_is_recorded(data):
    many = predictions(data, extents=[0, 1, 3], protocol="snapshots")
    few = predictions(data, extents=[3], protocol="snapshots")
    assert few.keys() <= many.keys()
    assert equal(few, many)


def test_records_come_by_seed_then_extent_with_facts_of_their_predictions(data):
    records = list(train_block(RECIPE, builder(), data, [4, 5], [0, 1]))
    assert [(r.seed, r.extent) for r in records] == [(4, 0), (4, 1), (5, 0), (5, 1)]
    for record in records:
        for split, labels in data.labels.items():
            right = (record.predictions[split] == labels.numpy()).mean()
            assert record.accuracy[split] == pytest.approx(right)
    assert records[0].loss["train"] == pytest.approx(math.log(3), abs=1)


def test_progress_hears_of_every_step(data):
    steps = []

    class Recorder(Progress):
        def advance(self, seed, epoch, by, measure):
            steps.append((seed, epoch, by))
            assert measure()[0] > 0
            assert 0 <= measure()[1] <= 1

    list(train_block(RECIPE, builder(), data, [0, 1], [2], progress=Recorder()))
    assert [steps[8], steps[17], steps[35]] == [(0, 1, 1 / 9), (0, 2, 1 / 9), (1, 2, 1 / 9)]
    assert sum(by for *_, by in steps) == pytest.approx(network_epochs(2, [2], "independent"))


@pytest.mark.parametrize("learning_rate", [1e4, 1e38])
def test_divergence_names_seed_and_epoch(data, learning_rate):
    wild = dataclasses.replace(RECIPE, learning_rate=learning_rate, activation="linear")
    with pytest.raises(TrainingDiverged, match=r"seed 7 .* in epoch \d.*`without_seeds: \[7\]`"):
        predictions(data, wild, seeds=[7], extents=[5])


def test_a_missing_gpu_is_said_in_words(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(RuntimeError, match=r"sees no GPU here: .+\. Set `device: auto`"):
        choose_device("cuda")
    assert choose_device("auto").type == "cpu"


def rates(schedule, epochs):
    recipe = dataclasses.replace(RECIPE, schedule=schedule)
    return [learning_rate(recipe, epoch) for epoch in range(epochs)]


def test_step_schedule_divides_as_the_paper_says():
    found = rates({"name": "step", "factor": 1.8, "every": 20}, 60)
    assert found == pytest.approx([0.05 / 1.8**steps for steps in (0, 1, 2) for _ in range(20)])


@pytest.mark.parametrize(
    ("schedule", "theirs"),
    [
        ({"name": "step", "factor": 4, "every": 3}, (optim.lr_scheduler.StepLR, 3, 0.25)),
        (
            {"name": "multi-step", "factor": 10, "at": [2, 5]},
            (optim.lr_scheduler.MultiStepLR, [2, 5], 0.1),
        ),
        ({"name": "cosine", "epochs": 8}, (optim.lr_scheduler.CosineAnnealingLR, 8)),
        ({"name": "constant"}, (optim.lr_scheduler.StepLR, 99)),
    ],
)
def test_schedules_are_torch_s(schedule, theirs):
    scheduler, *options = theirs
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.05)
    steps = scheduler(optimizer, *options)
    expected = []
    for _ in range(8):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        steps.step()
    assert rates(schedule, 8) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["sgd", "adam", "adadelta"])
def test_l2_is_on_weights_only_and_has_the_gradient_of_its_definition(name):
    recipe = dataclasses.replace(RECIPE, optimizer={"name": name}, l2=0.005)
    weights, biases = build_optimizer(nn.Linear(3, 2), recipe).param_groups
    assert [p.ndim for p in weights["params"]] == [2]
    assert [p.ndim for p in biases["params"]] == [1]
    assert weights["weight_decay"] == 0.01
    assert biases["weight_decay"] == 0


def test_optimizer_options_arrive():
    recipe = dataclasses.replace(
        RECIPE, optimizer={"name": "sgd", "momentum": 0.9, "nesterov": True}
    )
    group = build_optimizer(nn.Linear(3, 2), recipe).param_groups[0]
    assert (group["momentum"], group["nesterov"], group["lr"]) == (0.9, True, 0.05)


@pytest.mark.parametrize(
    "options",
    [
        {"name": "sgd"},
        {"name": "sgd", "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
        {"name": "adam", "weight_decay": 0.01},
        {"name": "adadelta", "rho": 0.95},
    ],
)
def test_optimizers_are_torch_s_plain_ones_through_changes_of_rate_and_restarts(options):
    recipe = dataclasses.replace(RECIPE, optimizer=options, learning_rate=0.1)
    ours, theirs = nn.Linear(7, 5), nn.Linear(7, 5)
    theirs.load_state_dict(ours.state_dict())
    optimizer = build_optimizer(ours, recipe)
    plain = {key: value for key, value in options.items() if key != "name"}
    expected = OPTIMIZERS[options["name"]](theirs.parameters(), lr=0.1, foreach=False, **plain)
    rates = [group["lr"] for group in optimizer.param_groups]
    for rate in (0.1, 0.1, 0.02, 0.004):
        set_learning_rate(optimizer, rate)
        expected.param_groups[0]["lr"] = rate
        inputs = torch.randn(9, 7)
        for network, steps in ((ours, optimizer), (theirs, expected)):
            steps.zero_grad()
            network(inputs).square().sum().backward()
            steps.step()
        load_optimizer(optimizer, copy.deepcopy(optimizer.state_dict()))
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(a, b, rtol=1e-4, atol=1e-6)
    assert all(
        group["lr"] is rate for group, rate in zip(optimizer.param_groups, rates, strict=True)
    )


def test_own_networks_have_no_pooling_without_a_deterministic_gradient(data):
    recipe = RECIPES["adadelta and batch norm"]
    network = Model(recipe, builder(recipe), data, seed=0, stream=SNAPSHOTS).network
    assert not [layer for layer in network.modules() if isinstance(layer, nn.AdaptiveAvgPool2d)]


def test_one_epoch_equals_a_plain_loop(data):
    """Against a loop written out here: same weights in, same order, no dropout."""
    plain = dataclasses.replace(RECIPE, dropout=(0.0, 0.0))
    streams = Streams(plain.entropy(data.content_hash), 0, SNAPSHOTS)
    network = build("small-st-vgg", (1, 8, 8), 3, dropout=(0.0, 0.0))
    initialise(network, "glorot-uniform", streams.generator("weights"))
    for index in torch.randperm(90, generator=streams.generator("order", 0)).split(10):
        logits = network(data.inputs["train"][index])
        nn.functional.cross_entropy(logits, data.labels["train"][index]).backward()
        with torch.no_grad():
            for parameter in network.parameters():
                parameter -= 0.05 * parameter.grad
                parameter.grad = None
    network.eval()
    expected = network(data.inputs["test"]).argmax(1).numpy()
    found = predictions(data, plain, extents=[1], protocol="snapshots")[0, 1, "test"]
    assert (found == expected).mean() > 0.95  # another memory layout may round a tie away


def test_every_variant_of_the_robustness_sweep_trains(data):
    import yaml
    from support.workdir import ROOT

    from learning_order.config import resolve
    from learning_order.config.expand import recipe_entry

    config = resolve(yaml.safe_load((ROOT / "config.yaml").read_text()))
    swept = config.figures["robustness"]["collections"]
    recipes = set()
    for name in swept:
        entry = config.architectures[config.collections[name]["architecture"]]
        recipe = Recipe.from_config(recipe_entry(entry))
        recipes.add(recipe.entropy("made here"))
        small = dataclasses.replace(recipe, network="small-st-vgg")  # for 8×8 pixels
        *_, last = train_block(small, builder(small), data, [0], [1])
        assert math.isfinite(last.loss["train"])
    assert len(recipes) == len(swept) == 25


def test_texts_are_trained_alike_in_any_block_and_their_vectors_stay():
    choose_device("cpu")
    generator = torch.Generator().manual_seed(0)
    inputs, labels = {}, {}
    for split, examples in (("train", 120), ("test", 60)):
        labels[split] = torch.arange(examples) % 3
        tokens = torch.randint(5, 30, (examples, 9), generator=generator)
        tokens[:, 4] = 2 + labels[split]  # one word tells the class
        lengths = torch.randint(5, 10, (examples, 1), generator=generator)
        inputs[split] = torch.where(torch.arange(9) < lengths, tokens, 0)
    vectors = torch.randn(30, 8, generator=generator)
    data = DeviceData(inputs, labels, 3, "made here", {"vectors": vectors})
    recipe = dataclasses.replace(
        RECIPE,
        network="bilstm-attention",
        options={"hidden": 12, "dense": 8, "train_vectors": True},
        initialiser="own",
        optimizer={"name": "adam"},
        learning_rate=0.01,
    )
    before = vectors.clone()
    alone, together = (predictions(data, recipe, seeds, (0, 10)) for seeds in ([1], [0, 1]))
    assert torch.equal(vectors, before)
    assert equal(alone, together)
    assert not np.array_equal(together[0, 0, "test"], together[1, 0, "test"])
    for seed in (0, 1):
        assert (together[seed, 10, "test"] == labels["test"].numpy()).mean() > 0.9


def test_texts_are_cut_where_none_has_words_any_more():
    texts = {
        "train": torch.tensor([[3, 4, 0, 0, 0], [5, 0, 0, 0, 0]]),
        "test": torch.tensor([[6, 7, 8, 0, 0]]),
    }
    cut = without_padding(texts)
    assert cut["train"].tolist() == [[3, 4, 0], [5, 0, 0]]
    assert cut["test"].tolist() == [[6, 7, 8]]
    empty = {"train": torch.zeros(2, 5, dtype=torch.int64)}
    assert without_padding(empty)["train"].shape == (2, 1)


def train(recipe, data, seeds, extents):
    return list(train_block(recipe, builder(recipe), data, seeds, extents, protocol="snapshots"))


def test_a_lower_precision_changes_numbers_but_not_what_a_seed_draws(data):
    lower = dataclasses.replace(RECIPE, precision="bfloat16")
    assert lower.entropy("a") == RECIPE.entropy("a")
    whole, half, again = (
        {record.extent: record for record in train(recipe, data, [3], [0, 2])}
        for recipe in (RECIPE, lower, lower)
    )
    assert half[2].loss == again[2].loss
    assert half[2].loss["train"] != whole[2].loss["train"]
    assert half[0].loss["train"] == pytest.approx(whole[0].loss["train"], rel=0.01)


def test_tensorfloat32_is_float32_on_a_cpu(data):
    lower = dataclasses.replace(RECIPE, precision="tensorfloat32")
    before = torch.backends.cudnn.allow_tf32
    [a], [b] = (train(recipe, data, [0], [1]) for recipe in (RECIPE, lower))
    assert a.loss == b.loss
    assert torch.backends.cudnn.allow_tf32 == before
