"""What a pilot says of collections of other sizes."""

import numpy as np
import pandas as pd
import pytest
from support.configurations import changed

from learning_order import scores
from learning_order.config import resolve
from learning_order.jobs.paths import Paths
from learning_order.planning.pilot import SIZES, lines_of, pilot_of, pilots_of, resized
from learning_order.runtime.seal import Damaged
from learning_order.tables.correct import table

CHANCE = np.random.default_rng(0).beta(0.5, 0.5, 800)


def correct(models, seed=0, extents=(1, 4)):
    """The score table of models that are independent given each example's chance."""
    rng = np.random.default_rng(seed)
    right = rng.random((len(extents), models, 800)) < CHANCE
    parts = [
        table("test", extent, range(models), of_extent)
        for extent, of_extent in zip(extents, right, strict=True)
    ]
    return pd.concat(parts), right


def test_a_pilot_measures_what_the_tables_say():
    rows, right = correct(6)
    pilot = pilot_of("a", rows)
    r1 = scores.single_model_reliability(np.cov(right.sum(axis=0)))
    assert pilot.r1 == pytest.approx(r1, rel=1e-5)
    counts = np.bincount(right[-1].sum(axis=0), minlength=7)
    assert pilot.kappa == pytest.approx(scores.kappa(counts))
    assert pilot.needed == pytest.approx(19 * (1 - r1) / r1, rel=1e-5)
    assert [size.models for size in pilot.sizes] == list(SIZES)
    for size in pilot.sizes:
        assert size.alpha == pytest.approx(
            size.models * r1 / (1 + (size.models - 1) * r1), rel=1e-5
        )
        assert size.r1[0] < r1 < size.r1[1]
        assert size.kappa[0] < pilot.kappa < size.kappa[1]
    widths = [size.kappa[1] - size.kappa[0] for size in pilot.sizes]
    assert sorted(widths, reverse=True) == widths


def test_the_intervals_are_about_as_wide_as_new_collections_spread():
    found = [pilot_of("a", correct(8, seed)[0]) for seed in range(25)]
    spread = np.std([pilot.kappa for pilot in found])
    foretold = (
        np.mean([pilot.sizes[1].kappa[1] - pilot.sizes[1].kappa[0] for pilot in found]) / 3.92
    )
    assert foretold == pytest.approx(spread, rel=0.5)


def test_networks_that_are_all_right_tell_nothing():
    rows = table("test", 4, range(4), np.ones((4, 800), bool))
    text = "\n".join(lines_of(pilot_of("a", rows), lambda models: "–"))
    assert "how many networks it takes cannot be told for a reliability of 0.95" in text
    assert "nan" not in text
    assert "κ = – at extent 4" in text


def test_two_networks_are_no_pilot():
    assert pilot_of("a", correct(2)[0]) is None


def test_only_collections_that_are_scored_have_a_pilot(tmp_path):
    config = resolve(changed("results", str(tmp_path)))
    assert list(pilots_of(config, ["a"])) == []
    path = tmp_path / "scores/a/correct.parquet"
    assert str(path) == Paths(config.results).scores("a", "correct")
    path.parent.mkdir(parents=True)
    correct(4)[0].to_parquet(path)
    [pilot] = pilots_of(config, ["a"])
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(Damaged, match=r"correct.parquet is damaged or cut off.*; delete it, and"):
        list(pilots_of(config, ["a"]))
    lines = list(lines_of(pilot, lambda models: f"{models} h"))
    assert lines[0].startswith("Pilot a, 4 networks, test split: r1 = 0.")
    assert "for a reliability of 0.95." in lines[0]
    assert [line.split()[-2] for line in lines[2:]] == [str(size) for size in SIZES]
    # Each of them is trained for both extents.
    assert len(resized(config, "a", 16)) == 2 * 16
