"""The Parquet contract: what is written is what is read, and bad files are named."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from learning_order.contract import write_block
from learning_order.predictions import PredictionsError, read, read_metadata

LABELS = {"train": np.array([0, 1, 2, 1]), "test": np.array([2, 0])}


def record(seed, extent):
    rng = np.random.default_rng([seed, extent])
    return SimpleNamespace(
        seed=seed,
        extent=extent,
        predictions={split: rng.integers(0, 3, len(labels)) for split, labels in LABELS.items()},
        accuracy={"train": 0.5, "test": 0.25},
        loss={"train": 1.0, "test": 2.0},
    )


def write(path, seeds, extents, labels=LABELS, **metadata):
    write_block(path, (record(s, e) for s in seeds for e in extents), labels, metadata)
    return path


def test_columns_types_and_order_are_those_of_the_contract(tmp_path):
    path = write(tmp_path / "a.parquet", [3, 4], [10])
    schema = pq.read_schema(path)
    assert [f"{field.name} {field.type}" for field in schema] == [
        "seed int32",
        "extent int32",
        "split dictionary<values=string, indices=int8, ordered=0>",
        "example int32",
        "label int16",
        "prediction int16",
        "correct bool",
    ]
    frame = pd.read_parquet(path)
    by_text = frame.assign(split=frame["split"].astype(str))
    keys = ["seed", "extent", "split", "example"]
    assert by_text.equals(by_text.sort_values(keys, ignore_index=True))
    assert (frame["correct"] == (frame["label"] == frame["prediction"])).all()
    assert pq.ParquetFile(path).num_row_groups == 4


def test_metadata_names_each_model(tmp_path):
    path = write(tmp_path / "a.parquet", [3, 4], [10], dataset="digits", recipe={"l2": 0.5})
    metadata = read_metadata(path)
    assert metadata["dataset"] == "digits"
    assert metadata["recipe"] == {"l2": 0.5}
    assert [model["seed"] for model in metadata["models"]] == [3, 4]
    assert metadata["models"][0]["accuracy"] == {"train": 0.5, "test": 0.25}


def test_read_gathers_seeds_and_extents_over_files(tmp_path):
    files = [write(tmp_path / f"{e}-{s[0]}.parquet", s, [e]) for e in (0, 5) for s in ([0, 1], [2])]
    found = read(files, seeds=[1, 2], extents=[0, 5])
    assert found.predictions["train"].shape == (2, 2, 4)
    for e, extent in enumerate((0, 5)):
        for s, seed in enumerate((1, 2)):
            for split in LABELS:
                expected = record(seed, extent).predictions[split]
                assert np.array_equal(found.predictions[split][e, s], expected)
    assert np.array_equal(found.labels["test"], LABELS["test"])


def test_snapshots_files_hold_many_extents(tmp_path):
    path = write(tmp_path / "a.parquet", [0, 1], [0, 1, 2])
    found = read([path], seeds=[0, 1], extents=[0, 2])
    assert np.array_equal(found.predictions["test"][1, 1], record(1, 2).predictions["test"])


def test_the_same_records_give_the_same_bytes(tmp_path):
    a, b = (write(tmp_path / name, [0, 1], [3], x=1).read_bytes() for name in ("a", "b"))
    assert a == b


def test_a_failed_block_leaves_no_file(tmp_path):
    def records():
        yield record(0, 1)
        raise RuntimeError("diverged")

    with pytest.raises(RuntimeError, match="diverged"):
        write_block(tmp_path / "a.parquet", records(), LABELS, {})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_model_is_named(tmp_path):
    path = write(tmp_path / "a.parquet", [0, 1], [3])
    with pytest.raises(PredictionsError, match=r"predictions of seed 2 after 3 epochs in .*a\.par"):
        read([path], seeds=[0, 1, 2], extents=[3])


def test_labels_that_disagree_are_refused(tmp_path):
    a = write(tmp_path / "a.parquet", [0], [3])
    b = write(tmp_path / "b.parquet", [1], [3], {**LABELS, "test": np.array([1, 0])})
    with pytest.raises(PredictionsError, match=r"b\.parquet: the test labels of seed 1 differ"):
        read([a, b], seeds=[0, 1], extents=[3])


def test_a_file_without_the_columns_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"seed": [0], "prediction": [1]}), path)
    with pytest.raises(PredictionsError, match="columns missing: correct, example, extent, label"):
        read([path], seeds=[0], extents=[0])


def test_row_groups_that_mix_models_are_refused(tmp_path):
    source = write(tmp_path / "a.parquet", [0, 1], [3])
    mixed = tmp_path / "mixed.parquet"
    pq.write_table(pq.read_table(source), mixed)
    with pytest.raises(PredictionsError, match=r"mixed\.parquet: row group 0 mixes"):
        read([mixed], seeds=[0, 1], extents=[3])
