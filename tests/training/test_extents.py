"""Extents that count parts of epochs: when a model is recorded changes nothing about it."""

import dataclasses
import doctest
from itertools import islice

import numpy as np
import pytest
from support.training import RECIPE, RECIPES, Killed, KilledAfter, builder

from learning_order.training import extents
from learning_order.training.checkpoints import Checkpoints
from learning_order.training.execution import Execution
from learning_order.training.extents import place
from learning_order.training.model import Model
from learning_order.training.random_streams import SNAPSHOTS, seeded_torch
from learning_order.training.trainer import train_block

SEEDS, FIFTHS = [0, 1], range(11)


def records(data, recipe=RECIPE, extents=FIFTHS, parts=5, **options):
    """(seed, extent) → record of a run; an epoch has nine steps."""
    found = train_block(
        recipe,
        builder(recipe),
        data,
        SEEDS,
        extents,
        protocol="snapshots",
        parts_per_epoch=parts,
        **options,
    )
    return {(record.seed, record.extent): record for record in found}


def assert_same(a, b):
    """All bits but the number of the extent."""
    assert (a.accuracy, a.loss, a.sum_p_squared) == (b.accuracy, b.loss, b.sum_p_squared)
    for name in ("predictions", "p_true", "margin"):
        for split, values in getattr(a, name).items():
            assert np.array_equal(values, getattr(b, name)[split])


def test_the_rule_of_rounding():
    assert doctest.testmod(extents, raise_on_error=True).attempted == 1
    assert [place(extent, 4, steps=2) for extent in range(5)] == [
        *((0, 0), (0, 1), (0, 1), (1, 0), (1, 0))
    ]
    assert place(7, 1, steps=25) == (7, 0)
    for steps in (5, 8, 25):  # as many or more than parts: no two extents are one
        places = [place(extent, 5, steps) for extent in range(16)]
        assert places == sorted(set(places))


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_at_whole_epochs_the_models_are_those_of_an_ordinary_run(data, recipe):
    parts, whole = records(data, recipe), records(data, recipe, [0, 1, 2], parts=1)
    for seed in SEEDS:
        for epoch in (0, 1, 2):
            assert_same(parts[seed, 5 * epoch], whole[seed, epoch])
    losses = [parts[0, extent].loss["train"] for extent in FIFTHS]
    assert len(set(losses)) == len(losses), "a model learns in every fifth"


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_within_an_epoch_a_model_has_taken_so_many_steps(data, recipe):
    found = records(data, recipe, [13], parts=9)[0, 13]
    model = Model(recipe, builder(recipe), data, 0, SNAPSHOTS)
    for epoch, steps in ((0, 9), (1, 4)):
        with seeded_torch(model.streams.seed("torch", epoch), data.device):
            for batch in islice(model.begin_epoch(), steps):
                model.compute_step(*batch)
        if epoch == 0:
            model.end_epoch(0.0)
    assert_same(found, model.record(13))


def test_what_else_is_recorded_changes_no_part(data):
    many, few = records(data), records(data, extents=[3, 8])
    for key, record in few.items():
        assert_same(record, many[key])


@pytest.mark.parametrize("steps", [1, 2, 6, 13, 20])
def test_a_killed_run_ends_as_one_that_was_not(data, tmp_path, steps):
    recipe = RECIPES["momentum and dropout"]
    whole = records(data, recipe)
    kept = Checkpoints(tmp_path, "made here", minutes=0)
    with pytest.raises(Killed):
        records(data, recipe, progress=KilledAfter(steps), checkpoints=kept)
    rest = KilledAfter()
    again = records(
        data, recipe, progress=rest, checkpoints=Checkpoints(tmp_path, "made here", minutes=1)
    )
    assert rest.skipped > 0
    assert rest.steps < 2 * 18
    for key, record in whole.items():
        assert_same(again[key], record)


def test_models_side_by_side_are_those_alone(data, monkeypatch):
    def recorded(work, generators):
        return lambda: [item() for item in work]

    monkeypatch.setattr("learning_order.training.execution.record_graph", recorded)
    recipe = RECIPES["momentum and dropout"]
    beside = records(data, recipe, execution=Execution(2, graph=True))
    for key, record in records(data, recipe).items():
        assert_same(beside[key], record)


def test_where_steps_are_fewer_than_parts_some_extents_are_one(data):
    found = records(data, dataclasses.replace(RECIPE, batch_size=90), range(6))
    for extent, same in ((1, 0), (2, 0), (3, 5), (4, 5)):
        assert_same(found[0, extent], found[0, same])
    assert found[0, 0].loss != found[0, 5].loss
