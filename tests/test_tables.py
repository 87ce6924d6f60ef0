"""Score tables of a collection against a computation with pandas alone."""

import numpy as np
import pandas as pd
import pytest

from learning_order.tables import collection_tables

EXTENTS, SEEDS = [0, 5, 9], [3, 4, 5, 6]


@pytest.fixture(scope="module")
def block():
    rng = np.random.default_rng(0)
    labels = {"train": rng.integers(0, 3, 40), "test": rng.integers(0, 3, 15)}
    predictions = {
        split: rng.integers(0, 3, (len(EXTENTS), len(SEEDS), len(values)))
        for split, values in labels.items()
    }
    return predictions, labels


@pytest.fixture(scope="module")
def long(block):
    """One row a prediction, as in the Parquet files."""
    predictions, labels = block
    rows = [
        (split, extent, seed, x, labels[split][x], predictions[split][e, m, x])
        for split in labels
        for e, extent in enumerate(EXTENTS)
        for m, seed in enumerate(SEEDS)
        for x in range(len(labels[split]))
    ]
    table = pd.DataFrame(rows, columns=["split", "extent", "seed", "example", "label", "pred"])
    return table.assign(correct=table["label"] == table["pred"])


@pytest.fixture(scope="module")
def tables(block):
    return collection_tables(*block, EXTENTS, SEEDS)


def plain(table, keys):
    """The table with its split as text, sorted by its keys."""
    return table.assign(split=table["split"].astype(str)).set_index(keys).sort_index()


def test_examples(tables, long):
    keys = ["split", "extent", "example"]
    groups = long.groupby(keys)
    found = plain(tables["examples"], keys)
    assert np.allclose(found["tp_agreement"], groups["correct"].mean())
    counts = groups["pred"].value_counts(normalize=True)
    assert np.allclose(found["agreement"], counts.groupby(level=keys).max())
    modes = groups["pred"].agg(lambda values: values.mode().min())
    assert (found["modal_class"] == modes).all()
    assert (found["label"] == groups["label"].first()).all()


def test_accessibility(tables, long):
    keys = ["split", "example"]
    expected = long.groupby([*keys, "extent"])["correct"].mean().groupby(level=keys).mean()
    assert np.allclose(plain(tables["accessibility"], keys)["accessibility"], expected)


def test_models_and_summary(tables, long):
    per_model = long.groupby(["split", "extent", "seed"])["correct"].mean()
    models = plain(tables["models"], ["split", "extent", "seed"])
    assert np.allclose(models["accuracy"], per_model)
    summary = plain(tables["summary"], ["split", "extent"])
    by_extent = per_model.groupby(level=["split", "extent"])
    assert np.allclose(summary["accuracy"], by_extent.mean())
    assert np.allclose(summary["accuracy_sd"], by_extent.std())
    assert (summary["models"] == 4).all()
    assert summary.loc["test", "examples"].tolist() == [15] * 3
    tpa = plain(tables["examples"], ["split", "extent"])["tp_agreement"]
    standard = tpa.groupby(level=[0, 1]).transform(lambda z: (z - z.mean()) / z.std(ddof=0))
    skewness, kurtosis = ((standard**n).groupby(level=[0, 1]).mean() for n in (3, 4))
    assert np.allclose(summary["bimodality"], kurtosis - skewness**2 - 1)
    for name in ("accuracy", "agreement", "bimodality", "null_bimodality"):
        assert (summary[f"{name}_low"] <= summary[name] + 1e-9).all()
        assert (summary[f"{name}_high"] >= summary[name] - 1e-9).all()


def test_null_has_the_mean_accuracy(tables):
    null = tables["null"].assign(mass=lambda t: t["tp_agreement"] * t["share"])
    sums = plain(null, ["split", "extent"]).groupby(level=[0, 1])[["mass", "share"]].sum()
    assert np.allclose(sums["share"], 1)
    assert np.allclose(sums["mass"], plain(tables["summary"], ["split", "extent"])["accuracy"])


def test_another_extent_moves_no_other_number(block, tables):
    predictions, labels = block
    fewer = {split: values[[0, 2]] for split, values in predictions.items()}
    found = collection_tables(fewer, labels, [0, 9], SEEDS)["summary"]
    whole = tables["summary"]
    pd.testing.assert_frame_equal(
        found.reset_index(drop=True), whole[whole["extent"] != 5].reset_index(drop=True)
    )


def test_a_single_model_has_tables(block):
    predictions, labels = block
    one = {split: values[:, :1] for split, values in predictions.items()}
    summary = collection_tables(one, labels, EXTENTS, [0])["summary"]
    assert summary["accuracy_sd"].isna().all()
    assert summary["bimodality"].notna().all()
