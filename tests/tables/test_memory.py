"""Scores of files read in parts are those of a plain computation, and need little memory."""

import tracemalloc
from itertools import product

import numpy as np
import pandas as pd
import pytest

from learning_order.predictions import reading
from learning_order.predictions.contract import NO_LABEL, Record, write_block
from learning_order.predictions.reading import PredictionsError, scan
from learning_order.scores import chunks
from learning_order.tables.build import TABLES, ahead, collection_tables, table_parts
from learning_order.tables.writing import write_tables

EXTENTS, SEEDS, CLASSES = [0, 2, 7], [1, 2, 3, 5, 8], 6
SIZES = {"train": 203, "test": 61, "noise": 17}
LABELS = {
    split: np.random.default_rng(len(split)).integers(0, CLASSES, size)
    for split, size in SIZES.items()
} | {"noise": np.full(SIZES["noise"], NO_LABEL)}


def predicted(seed, extent, split):
    """A model that is right more often the longer it was trained."""
    rng = np.random.default_rng([seed, extent, *split.encode()])
    guess = rng.integers(0, CLASSES, SIZES[split])
    right = (rng.random(len(guess)) < extent / 9) & (LABELS[split] != NO_LABEL)
    return np.where(right, LABELS[split], guess)


def write(path, seeds, extents):
    records = (
        Record(
            seed=seed,
            extent=extent,
            predictions={split: predicted(seed, extent, split) for split in LABELS},
            accuracy={},
            loss={},
        )
        for seed, extent in product(seeds, extents)
    )
    write_block(path, records, LABELS, {})
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Blocks of uneven size, one of all extents, and models that nobody asks for."""
    folder = tmp_path_factory.mktemp("files")
    blocks = [
        ([1, 2], [0]),
        ([1, 2, 4], [2, 7]),
        ([3], EXTENTS),
        ([5, 6, 8], [0, 2, 3]),
        ([5, 8], [7]),
    ]
    return [write(folder / f"{number}.parquet", *block) for number, block in enumerate(blocks)]


@pytest.fixture
def in_small_parts(monkeypatch):
    monkeypatch.setattr(reading, "MOST", 40 * len(SEEDS))
    monkeypatch.setattr(chunks, "CHUNK", 16 * len(SEEDS))


@pytest.fixture(scope="module")
def plain():
    arrays = {
        split: np.array([[predicted(s, e, split) for s in SEEDS] for e in EXTENTS])
        for split in ("test", "train", "noise")
    }
    return collection_tables(arrays, LABELS, EXTENTS, SEEDS)


def test_tables_of_parts_are_those_of_arrays(files, plain, in_small_parts, tmp_path):
    paths = {name: tmp_path / name for name in TABLES}
    write_tables(table_parts(scan(files, SEEDS, EXTENTS)), paths)
    for name, expected in plain.items():
        found = pd.read_parquet(paths[name])
        exact = name != "reliability"  # covariances are sums of parts
        pd.testing.assert_frame_equal(found, expected, check_exact=exact)


def test_scores_of_parts_are_those_of_pandas(files, in_small_parts):
    rows = pd.concat([pd.read_parquet(path) for path in files])
    rows = rows[rows["seed"].isin(SEEDS) & rows["extent"].isin(EXTENTS) & (rows["label"] >= 0)]
    rows["split"] = rows["split"].astype(str)
    example, model = ["split", "extent", "example"], ["split", "extent", "seed"]
    votes = rows.groupby([*example, "prediction"]).size().groupby(level=example)
    tables = {name: [] for name in TABLES}
    for name, part in table_parts(scan(files, SEEDS, EXTENTS), resamples=0):
        tables[name].append(part[part["split"] != "noise"])
    examples = pd.concat(tables["examples"]).set_index(example).sort_index()
    correct = rows.groupby(example)["correct"]
    assert examples["tp_agreement"].equals(correct.mean().rename("tp_agreement"))
    assert np.array_equal(examples["agreement"], votes.max() / len(SEEDS))
    assert np.array_equal(
        examples["modal_class"],
        votes.idxmax().map(lambda place: place[-1]),  # the first of several
    )
    models = pd.concat(tables["models"]).set_index(model).sort_index()
    assert np.array_equal(models["accuracy"], rows.groupby(model)["correct"].mean())


def test_without_resamples_there_are_scores_but_no_intervals(files, plain):
    parts = list(table_parts(scan(files, SEEDS, EXTENTS), resamples=0))
    for table in ("summary", "reliability"):
        found = pd.concat([part for name, part in parts if name == table], ignore_index=True)
        ends = found.columns[found.columns.str.endswith(("_low", "_high"))]
        bootstrapped = ends[~ends.str.startswith("accuracy_spread_ratio")]
        assert found[bootstrapped].isna().all(axis=None)
        # Halvings are drawn after the resamples; the last is shown by its interval alone.
        random = ["split_half_reliability", "kappa_in_between", "bimodality_at_100"]
        others = found.columns.difference(ends).difference(random)
        pd.testing.assert_frame_equal(found[others], plain[table][others])


def test_a_missing_model_is_named_before_anything_is_scored(files):
    with pytest.raises(PredictionsError, match="No test predictions of seed 6 after 7 epochs"):
        scan(files, [5, 6], EXTENTS)


def test_memory_does_not_grow_with_models(tmp_path, monkeypatch):
    examples = 40_000
    labels = {"train": np.random.default_rng(0).integers(0, 9, examples)}
    monkeypatch.setattr(reading, "MOST", 2**18)
    monkeypatch.setattr(chunks, "CHUNK", 2**18)

    def peak(models):
        records = (
            Record(seed=seed, extent=1, predictions=labels, accuracy={}, loss={})
            for seed in range(models)
        )
        write_block(tmp_path / "a.parquet", records, labels, {})
        tracemalloc.start()
        for _ in table_parts(scan([tmp_path / "a.parquet"]), resamples=0):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = peak(10), peak(60)
    bits = 50 * examples / 8
    assert many - few < 5 * bits  # of int16, fifty models would be 16 times as much


def test_an_error_comes_where_it_happened():
    def items():
        yield 1
        raise RuntimeError("no second")

    found = ahead(items())
    assert next(found) == 1
    with pytest.raises(RuntimeError, match="no second"):
        next(found)
