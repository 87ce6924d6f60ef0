"""The Parquet contract: what is written is what is read, and bad files are named."""

import dataclasses
import doctest

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from learning_order.predictions import contract, reading
from learning_order.predictions.contract import Record, write_block
from learning_order.predictions.reading import PredictionsError, read, read_metadata, scan

LABELS = {"train": np.array([0, 1, 2, 1]), "test": np.array([2, 0])}


@pytest.mark.parametrize("module", [contract, reading])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module, raise_on_error=True).attempted > 3


def record(seed, extent, labels=LABELS):
    rng = np.random.default_rng([seed, extent])
    return Record(
        seed=seed,
        extent=extent,
        predictions={
            split: rng.integers(0, 3, len(of_split)) for split, of_split in labels.items()
        },
        accuracy={"train": 0.5, "test": 0.25},
        loss={"train": 1.0, "test": 2.0},
    )


def write(path, seeds, extents, labels=LABELS, **metadata):
    write_block(path, (record(s, e, labels) for s in seeds for e in extents), labels, metadata)
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


def test_numbers_of_examples_take_no_room(tmp_path):
    many = {"train": np.arange(10_000) % 7}
    path = write(tmp_path / "a.parquet", [3], [10], many)
    group = pq.read_metadata(path).row_group(0)
    sizes = {
        group.column(index).path_in_schema: group.column(index).total_compressed_size
        for index in range(group.num_columns)
    }
    assert sizes["example"] < 200 < sizes["prediction"]


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


def test_other_numbers_of_examples_are_refused(tmp_path):
    a = write(tmp_path / "a.parquet", [0], [3])
    b = tmp_path / "b.parquet"
    pq.write_table(pq.read_table(write(b, [1], [3])).slice(0, 5), b, row_group_size=2)
    with pytest.raises(PredictionsError, match=r"b\.parquet: seed 1 has 3 train .*, not 4 as"):
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


def test_examples_in_another_order_are_refused(tmp_path):
    path = write(tmp_path / "a.parquet", [0], [3])
    turned = tmp_path / "turned.parquet"
    pq.write_table(pq.read_table(path).slice(0, 2).take([1, 0]), turned)
    with pytest.raises(PredictionsError, match="the test examples of seed 0 are not 0, 1, 2"):
        read([turned], seeds=[0], extents=[3])


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """More examples than Parquet writers put into one row group."""
    rng = np.random.default_rng(0)
    labels = {"train": rng.integers(0, 1000, 2**20 + 5), "test": LABELS["test"]}
    right = Record(seed=0, extent=3, predictions=labels, accuracy={}, loss={})
    path = tmp_path_factory.mktemp("large") / "a.parquet"
    write_block(path, [right], labels, {})
    return path, labels


def test_a_split_of_several_row_groups_is_put_together(large):
    path, labels = large
    assert pq.ParquetFile(path).num_row_groups == 3
    found = read([path], seeds=[0], extents=[3])
    assert np.array_equal(found.predictions["train"][0, 0], labels["train"])
    assert np.array_equal(found.labels["train"], labels["train"])


def test_what_is_read_does_not_depend_on_row_groups_nor_on_statistics(tmp_path, monkeypatch):
    labels = {"train": np.arange(50), "test": np.arange(20)}
    a = write(tmp_path / "a.parquet", [0, 1], [3, 5], labels)
    at_once = read([a], seeds=[0, 1], extents=[3, 5])
    whole = pq.ParquetFile(a)
    cut = tmp_path / "cut.parquet"
    with pq.ParquetWriter(cut, whole.schema_arrow, write_statistics=False) as writer:
        for group in range(whole.num_row_groups):
            writer.write_table(whole.read_row_group(group), row_group_size=3 + group)
    monkeypatch.setattr(reading, "MOST", 32)
    in_parts = read([cut], seeds=[0, 1], extents=[3, 5])
    for split in labels:
        assert np.array_equal(at_once.predictions[split], in_parts.predictions[split])


def test_parts_hold_few_predictions_at_once(large, monkeypatch):
    path, labels = large
    monkeypatch.setattr(reading, "MOST", 300_000)
    parts = list(scan([path], [0], [3]).parts("train", 3))
    assert [part.shape[1] for part in parts] == [300_000] * 3 + [148_581]
    assert np.array_equal(np.hstack(parts)[0], labels["train"])


def with_probabilities(seed, extent, labels=LABELS, splits=("train",)):
    rng = np.random.default_rng([seed, extent, 1])
    return dataclasses.replace(
        record(seed, extent, labels),
        p_true={split: rng.random(len(labels[split])).astype(np.float16) for split in splits},
        margin={split: rng.normal(size=len(labels[split])).astype(np.float16) for split in splits},
        sum_p_squared=dict.fromkeys(labels, float(rng.random())),
    )


def write_probabilities(path, seeds, extents, **options):
    labels = options.get("labels", LABELS)
    write_block(
        path, (with_probabilities(s, e, **options) for s in seeds for e in extents), labels, {}
    )
    return path


def test_probabilities_are_two_more_columns_null_where_a_split_has_none(tmp_path):
    path = write_probabilities(tmp_path / "a.parquet", [3, 4], [10])
    assert [f"{field.name} {field.type}" for field in pq.read_schema(path)][-3:] == [
        "correct bool",
        "p_true halffloat",
        "margin halffloat",
    ]
    frame = pd.read_parquet(path)
    assert frame.query("split == 'test'")[["p_true", "margin"]].isna().all(axis=None)
    of_train = frame.query("split == 'train' and seed == 4")
    assert np.array_equal(of_train["p_true"], with_probabilities(4, 10).p_true["train"])
    squared = [model["sum_p_squared"] for model in read_metadata(path)["models"]]
    assert squared == [with_probabilities(seed, 10).sum_p_squared for seed in (3, 4)]


@pytest.mark.parametrize("most", [2**26, 64])
def test_probabilities_are_read_as_they_were_written(tmp_path, monkeypatch, most):
    monkeypatch.setattr(reading, "MOST", most)
    options = {"labels": {"train": np.arange(50), "test": np.arange(20)}, "splits": ("train",)}
    files = [
        write_probabilities(tmp_path / f"{seeds[0]}.parquet", seeds, [0, 5, 7], **options)
        for seeds in ([0, 1], [2])
    ]
    found, whole = scan(files, [1, 2], [5, 7]), read(files, [1, 2], [5, 7])
    for predictions in (found, whole):
        assert predictions.has_probabilities("train")
        assert not predictions.has_probabilities("test")
        assert predictions.sum_p_squared == {
            (seed, extent, split): mean
            for seed in (1, 2)
            for extent in (5, 7)
            for split, mean in with_probabilities(seed, extent, **options).sum_p_squared.items()
        }
        for extent in (5, 7):
            parts = list(predictions.probability_parts("train", extent))
            sizes = [part.shape for part in predictions.parts("train", extent)]
            assert [p_true.shape for p_true, _ in parts] == sizes
            for column, values in zip(("p_true", "margin"), zip(*parts, strict=True), strict=True):
                expected = [
                    getattr(with_probabilities(seed, extent, **options), column)["train"]
                    for seed in (1, 2)
                ]
                assert values[0].dtype == np.float16
                assert np.array_equal(np.hstack(values), expected)


def test_files_of_before_have_no_probabilities_and_nor_has_a_collection_with_one(tmp_path):
    old = write(tmp_path / "old.parquet", [0], [3])
    new = write_probabilities(tmp_path / "new.parquet", [1], [3])
    assert "p_true" not in pq.read_schema(old).names
    for paths, expected in (([old], False), ([new], True), ([old, new], False)):
        found = scan(paths)
        assert found.has_probabilities("train") is expected
        assert read(paths).has_probabilities("train") is expected
    assert list(scan([old]).sum_p_squared) == []


def test_a_record_with_other_probabilities_than_the_first_is_refused(tmp_path):
    records = [with_probabilities(0, 1), record(1, 1)]
    with pytest.raises(
        ValueError, match=r"seed 1 after 1 epochs has probabilities for \[\], the first"
    ):
        write_block(tmp_path / "a.parquet", records, LABELS, {})


def test_a_row_with_probabilities_takes_four_bytes_more_at_most(tmp_path):
    labels = {"train": np.random.default_rng(0).integers(0, 10, 20_000)}
    with_, without = (
        make(tmp_path / f"{make.__name__}.parquet", [0], [1], labels=labels).stat().st_size
        for make in (write_probabilities, write)
    )
    assert (with_ - without) / 20_000 < 4.01
