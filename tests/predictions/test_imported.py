"""Predictions that were made elsewhere: read in any form and order, or refused with the place."""

import gzip
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning_order import scores
from learning_order.predictions import import_files, import_formats
from learning_order.predictions.contract import write_block
from learning_order.predictions.imported import read_own, records
from learning_order.predictions.reading import PredictionsError, read, scan
from learning_order.tables.build import collection_tables

SEEDS, EXTENTS = [3, 5], [0, 10, 40]
EXAMPLES = {"test": 4, "train": 7}


def frame(splits=("train", "test"), seed=0):
    """A row for every seed, extent, split and example."""
    rng = np.random.default_rng(seed)
    labels = {split: rng.integers(0, 3, EXAMPLES[split]) for split in splits}
    rows = [
        (model, extent, split, example, labels[split][example], rng.integers(0, 3))
        for split in splits
        for model in SEEDS
        for extent in EXTENTS
        for example in range(EXAMPLES[split])
    ]
    names = ["seed", "extent", "split", "example", "label", "prediction"]
    return pd.DataFrame(rows, columns=names)


def written(path, table):
    if path.suffix == ".parquet":
        table.to_parquet(path)
    elif path.suffix == ".npz":
        strings = table["split"].to_numpy(dtype=str)
        columns = {name: table[name].to_numpy() for name in table if name != "split"}
        np.savez(path, split=strings, **columns)
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress(table.to_csv(index=False).encode()))
    else:
        table.to_csv(path, index=False)
    return path


def same(a, b):
    return (
        (a.seeds, a.extents) == (b.seeds, b.extents)
        and a.predictions.keys() == b.predictions.keys()
        and all(np.array_equal(a.predictions[s], b.predictions[s]) for s in a.predictions)
        and all(np.array_equal(a.labels[s], b.labels[s]) for s in a.labels)
    )


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.csv.gz", "a.npz"])
def test_every_form_gives_the_arrays(tmp_path, name):
    table = frame()
    found = read_own([written(tmp_path / name, table)])
    assert (found.seeds, found.extents) == (SEEDS, EXTENTS)
    for row in table.itertuples():
        place = EXTENTS.index(row.extent), SEEDS.index(row.seed), row.example
        assert found.predictions[row.split][place] == row.prediction
        assert found.labels[row.split][row.example] == row.label


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(frame()))), st.integers(0, len(frame())))
def test_rows_may_stand_in_any_order_and_in_several_files(tmp_path_factory, order, cut):
    folder = tmp_path_factory.mktemp("rows")
    table = frame()
    whole = read_own([written(folder / "whole.parquet", table)])
    mixed = table.iloc[list(order)]
    parts = [part for part in (mixed.iloc[:cut], mixed.iloc[cut:]) if len(part)]
    files = [written(folder / f"{k}.parquet", part) for k, part in enumerate(parts)]
    assert same(read_own(files), whole)


def test_what_is_written_is_a_file_of_the_contract(tmp_path):
    found = read_own([written(tmp_path / "a.csv", frame())])
    write_block(tmp_path / "contract.parquet", records(found), found.labels, {})
    assert same(read([tmp_path / "contract.parquet"]), found)
    some = read([tmp_path / "contract.parquet"], [5], [0, 40])
    assert np.array_equal(some.predictions["test"], found.predictions["test"][[0, 2]][:, [1]])


def test_the_page_about_it_writes_what_is_read(tmp_path, monkeypatch):
    page = Path(__file__).parents[2] / "docs/own-predictions.md"
    blocks = page.read_text().split("```python\n")[1:]
    (code,) = (block.partition("```")[0] for block in blocks if "enumerate(models)" in block)
    model = SimpleNamespace(
        at=lambda extent: SimpleNamespace(predict=lambda images: images % extent)
    )
    images, labels = np.arange(6), np.arange(6) % 3
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    exec(code, {"models": [model] * 3, "test_images": images, "test_labels": labels})
    found = read_own([Path("mine/run.parquet")])
    assert (found.seeds, found.extents) == ([0, 1, 2], [1, 5, 20])
    assert found.predictions["test"][:, 1].tolist() == [[0] * 6, [0, 1, 2, 3, 4, 0], [*range(6)]]
    assert found.labels["test"].tolist() == labels.tolist()


def test_scores_are_those_of_the_rows(tmp_path):
    table = frame()
    found = read_own([written(tmp_path / "a.parquet", table)])
    tables = collection_tables(
        found.predictions, found.labels, found.extents, found.seeds, resamples=5
    )
    right = table.assign(right=table["prediction"] == table["label"])
    expected = right.groupby(["split", "extent", "example"])["right"].mean()
    ours = tables["examples"].set_index(["split", "extent", "example"])["tp_agreement"]
    assert np.allclose(ours.sort_index(), expected.sort_index())


def test_whole_floats_and_categories_are_numbers_and_words(tmp_path):
    types = {"prediction": np.float16, "seed": np.uint8, "label": np.uint8, "extent": np.float32}
    table = frame().astype({**types, "split": "category", "example": "category"})
    found = read_own([written(tmp_path / "a.parquet", table)])
    assert same(found, read_own([written(tmp_path / "b.parquet", frame())]))


def test_one_split_is_enough_and_others_need_no_label(tmp_path):
    table = frame(["test"])
    assert list(read_own([written(tmp_path / "a.csv", table)]).labels) == ["test"]
    noise = table.assign(split="noise", label=-1)
    found = read_own([written(tmp_path / "b.csv", pd.concat([table, noise]))])
    assert (found.labels["noise"] == -1).all()
    write_block(tmp_path / "c.parquet", records(found), found.labels, {})
    back = read([tmp_path / "c.parquet"])
    assert list(back.labels) == ["test", "noise"]
    tables = collection_tables(back.predictions, back.labels, EXTENTS, SEEDS, resamples=5)
    unlabelled = tables["summary"].query("split == 'noise'")
    assert unlabelled["agreement"].between(0.5, 1).all()
    assert unlabelled[["accuracy", "bimodality", "null_bimodality"]].isna().all(axis=None)
    of_test = tables["summary"].query("split == 'test'")
    assert np.allclose(unlabelled["agreement"], of_test["agreement"]), "it needs no label"
    examples = tables["examples"].query("split == 'noise' and extent == 10")
    expected = scores.agreement(back.predictions["noise"][1])
    assert np.allclose(examples["agreement"], expected)
    assert tables["accessibility"].query("split == 'noise'")["accessibility"].isna().all()


def change(row=0, **values):
    """A change of one row: index and columns."""

    def apply(table):
        for name, value in values.items():
            if not isinstance(value, str):
                table = table.astype({name: object})
            table.loc[row, name] = value
        return table.infer_objects()

    return apply


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda t: t.drop(columns="label"), "no column 'label'"),
        (
            lambda t: t.rename(columns={"label": "labels"}),
            "no column 'label'; did you mean 'labels'",
        ),
        (lambda t: t.iloc[:0], "no rows"),
        (
            change(prediction=1.5),
            r"row 1: prediction 1\.5; expected a whole number from 0 to 32767$",
        ),
        (change(label=-2), "row 1: label -2.*; expected a whole number .*, or −1 in a split"),
        (change(seed=-1), "row 1: seed -1.*; expected a whole number from 0 to 2147483647"),
        (change(seed=2**31), "row 1: seed 2147483648"),
        (change(prediction=40000), "row 1: prediction 40000"),
        (change(row=7, prediction=np.inf), "row 8: prediction inf"),
        (change(row=65, prediction=None), "row 66: no prediction; expected a whole number"),
        (
            lambda t: t.assign(label=[*t["label"][:-1].astype(str), "cat"]),
            "row 66: label 'cat'; expected a whole number",
        ),
        (lambda t: t.assign(split=""), "row 1: .* expected train, test, or another word"),
        (lambda t: t.assign(split=[*t["split"][:-1], None]), "row 66: no split; expected train"),
        (lambda t: t.assign(split=t["split"].str.title()), "row 1: split 'Train'; expected train"),
        (
            lambda t: pd.concat([t, t.iloc[[2]]]),
            r"row 67: seed 3, extent 0, split train, example 2 is there already, in .* row 3",
        ),
        (
            lambda t: t.drop(index=8),
            "no prediction of seed 3 after extent 10 for train example 1. Every seed and extent",
        ),
        (
            lambda t: t[(t["seed"] != 5) | (t["extent"] != 10)],
            "no test predictions of seed 5 after extent 10. Every seed in the files needs every",
        ),
        (
            lambda t: t.assign(example=t["example"] + 1),
            "for test example 0. Every seed .* numbered from 0: here 0 to 4. No model has a test "
            r"example 0: .*, table\['example'\] = ",
        ),
        (
            change(example=2**31 - 1),
            r"for train example 0 \(and 2147483640 others\)",
        ),
        (
            lambda t: change(row=9, label=(t["label"][2] + 1) % 3)(t),
            "row 10: seed 3, extent 10, split train, example 2 has label .* row 3 says",
        ),
        (
            lambda t: t.assign(label=np.where(t["example"] == 1, -1, t["label"])),
            r"test example 1 has no label \(−1\), but example 0 has one",
        ),
        (
            lambda t: t.assign(correct=t["prediction"] != t["label"]),
            "row 1: correct is .*, but the prediction is",
        ),
        (lambda t: t.assign(correct="perhaps"), "correct.*expected true or false"),
        (lambda t: t.assign(p_true=0.5), "'p_true' without 'margin'"),
        (lambda t: t.assign(margin=0.5), "'margin' without 'p_true'"),
        (
            lambda t: change(row=4, p_true=1.01)(with_probabilities(t)),
            r"row 5: p_true 1\.01; expected a number from 0 to 1",
        ),
        (
            lambda t: change(row=4, p_true=-0.01)(with_probabilities(t)),
            r"row 5: p_true -0\.01; expected a number from 0 to 1",
        ),
        (
            lambda t: change(row=65, margin=-np.inf)(with_probabilities(t)),
            "row 66: margin -inf; expected a finite number",
        ),
        (lambda t: with_probabilities(t).assign(margin="wide"), "margin.*expected a finite number"),
        (
            lambda t: with_probabilities(t).assign(margin=0.5),  # top-1 minus top-2, say
            "row .*: margin 0.5, but the prediction is . and the label .: it is the true class's",
        ),
        (lambda t: with_probabilities(t).assign(margin=-0.5), "margin -0.5, but the prediction is"),
        (
            lambda t: change(row=8, margin=np.nan)(with_probabilities(t)),
            "row 9: seed 3, extent 10, split train, example 1 lacks p_true or margin, but .* row 1 "
            "has one; give both for all examples of a split, or for none",
        ),
    ],
)
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_what_is_wrong_is_named_with_its_place(tmp_path, spoil, message, form):
    path = written(tmp_path / f"a.{form}", spoil(frame()))
    with pytest.raises(PredictionsError, match=message):
        read_own([path])


def with_probabilities(table):
    rng = np.random.default_rng(2)
    sign = np.where(table["prediction"] == table["label"], 1, -1)
    margin = sign * np.abs(rng.normal(0, 5, len(table)))
    return table.assign(p_true=rng.random(len(table)), margin=margin)


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.csv.gz", "a.npz"])
def test_probabilities_are_taken_in_from_every_form(tmp_path, name):
    table = with_probabilities(frame())
    found = read_own([written(tmp_path / name, table)])
    write_block(tmp_path / "contract.parquet", records(found), found.labels, {})
    for predictions in (found, read([tmp_path / "contract.parquet"])):
        for row in table.itertuples():
            place = EXTENTS.index(row.extent), SEEDS.index(row.seed), row.example
            assert predictions.p_true[row.split][place] == np.float16(row.p_true)
            assert predictions.margin[row.split][place] == np.float16(row.margin)


@pytest.mark.parametrize("form", ["parquet", "csv", "npz"])
def test_a_split_may_lack_probabilities_and_one_without_labels_has_none(tmp_path, form):
    table = with_probabilities(frame())
    of_test = table["split"] == "test"
    lacking = table.assign(**{name: table[name].where(~of_test) for name in ("p_true", "margin")})
    noise = with_probabilities(frame(["test"])).assign(split="noise", label=-1)
    path = written(tmp_path / f"a.{form}", pd.concat([lacking, noise]))
    found = read_own([path])
    assert list(found.p_true) == list(found.margin) == ["train"]
    write_block(tmp_path / "contract.parquet", records(found), found.labels, {})
    back = scan([tmp_path / "contract.parquet"])
    known = {split: back.has_probabilities(split) for split in back.labels}
    assert known == {"train": True, "test": False, "noise": False}


def test_margins_beyond_float16_are_clipped(tmp_path):
    table = with_probabilities(frame())
    found = read_own([written(tmp_path / "a.csv", table.assign(margin=table["margin"] * 1e9))])
    right = found.predictions["test"] == found.labels["test"]
    assert np.array_equal(found.margin["test"], np.where(right, 65504, -65504))


def test_a_tie_may_be_told_either_way(tmp_path):
    """Its margin is what rounding makes of 0."""
    table = with_probabilities(frame())
    for rounded in (1e-4, -1e-4):
        read_own([written(tmp_path / "a.csv", table.assign(margin=rounded))])


NO_FILES = {
    "a.parquet": (b"nothing", "a.parquet: not readable as .parquet"),
    "a.npz": (b"nothing", "a.npz: not a .npz file, which numpy"),
    "a.csv.gz": (b"nothing", "a.csv.gz: not readable as .csv.gz"),
    "a.txt": (b"nothing", "a.txt: expected a file that ends with .parquet, .csv"),
    "a.csv": (b"", "a.csv: not readable as .csv"),
    "b.csv": (b"seed,extent,split,example,label,prediction\n1,2,test,0,0\n", "Expected 6 columns"),
    "c.csv": (b"seed,extent,split,example,label,label,prediction\n", "several columns are called"),
    "d.csv": (b"seed;extent;split;example;label;prediction\n", "separated by commas, not by ';'"),
    "e.csv": (b"0,0,test,1,1,1\n0,0,test,2,1,1\n", "first line should hold the names"),
    "b.parquet": (b"PAR1 and no more", "not readable as .parquet .*; it is cut short or damaged"),
    "f.csv": (b"PAR1\0\xff", "it is a Parquet file: let its name end with .parquet"),
}


@pytest.mark.parametrize("name", NO_FILES)
def test_files_that_are_none_are_named(tmp_path, name):
    content, message = NO_FILES[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PredictionsError, match=message):
        read_own([tmp_path / name])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"split": ["test"]}, "columns of different lengths: {'seed': 2, .*'split': 1}"),
        ({"label": [[0], [1]]}, r"column 'label' has shape \(2, 1\); expected \(rows,\)"),
        ({"split": np.array(["test"] * 2, object)}, r"save words as np.array\(words, dtype=str\)"),
    ],
)
def test_what_an_npz_file_cannot_hold_is_explained(tmp_path, columns, message):
    good = {name: [0, 1] for name in ("seed", "extent", "example", "label", "prediction")}
    np.savez(tmp_path / "a.npz", **(good | {"split": ["test"] * 2} | columns))
    with pytest.raises(PredictionsError, match=message):
        read_own([tmp_path / "a.npz"])


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.npz"])
def test_pieces_are_one_file(tmp_path, monkeypatch, name):
    table = frame()
    path = written(tmp_path / name, table)
    whole = read_own([path])
    monkeypatch.setattr(import_formats, "MOST_ROWS", 7)
    monkeypatch.setattr(import_formats, "CSV_BLOCK", 120)
    pieces = [len(rows.row) for rows in import_files.read_rows(path)]
    assert len(pieces) > 5
    assert sum(pieces) == len(table)
    assert same(read_own([path]), whole)
    table.loc[40, "prediction"] = 40_000
    with pytest.raises(PredictionsError, match="row 41: prediction 40000"):
        read_own([written(path, table)])
    table.loc[40, "prediction"] = 0
    doubled = pd.concat([table, table.iloc[[50]]])
    with pytest.raises(PredictionsError, match=r"row 67: seed .* is there already, in .*row 51;"):
        read_own([written(path, doubled)])


def test_other_columns_are_not_even_read(tmp_path):
    table = frame().assign(logits=[np.zeros(3)] * len(frame()))
    found = read_own([written(tmp_path / "a.parquet", table)])
    words = table["split"].to_numpy(dtype="S5")
    numbers = {name: table[name].to_numpy() for name in table if name not in ("split", "logits")}
    np.savez(tmp_path / "a.npz", split=words, **numbers, logits=np.zeros((len(table), 3)))
    assert same(read_own([tmp_path / "a.npz"]), found)


def test_what_is_correct_need_not_be_said_of_all(tmp_path):
    table = frame()
    correct = (table["prediction"] == table["label"]).astype("boolean")
    for said in (correct, correct.astype(int), correct.where(table.index > 5, None)):
        for form in ("csv", "parquet"):
            read_own([written(tmp_path / f"a.{form}", table.assign(correct=said))])
    noise = table.assign(label=-1, correct=table["prediction"] == 1)
    read_own([written(tmp_path / "noise.csv", noise)])


def test_millions_of_rows_are_quick(tmp_path):
    models, examples = 40, 50_000
    order = np.random.default_rng(0).permutation(models * examples)
    columns = {
        "seed": np.repeat(np.arange(models), examples)[order],
        "extent": np.zeros(models * examples, int),
        "split": pa.array(np.full(models * examples, "test")),
        "example": np.tile(np.arange(examples), models)[order],
        "label": np.tile(np.arange(examples) % 10, models)[order],
        "prediction": np.random.default_rng(1).integers(0, 10, models * examples),
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    start = time.monotonic()
    assert read_own([tmp_path / "a.parquet"]).predictions["test"].shape == (1, 40, 50_000)
    assert time.monotonic() - start < 30, "two million rows in shuffled order"
