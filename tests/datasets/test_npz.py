"""Datasets from one .npz file."""

import numpy as np
import pytest
from support.loading import load

from learning_order.datasets.examples import DatasetError, DatasetNotFound


def arrays(**changes) -> dict:
    rng = np.random.default_rng(0)
    good = {
        "x_train": rng.integers(0, 256, (6, 5, 4), np.uint8),
        "y_train": np.array([0, 1, 2, 0, 1, 2]),
        "x_test": rng.integers(0, 256, (3, 5, 4), np.uint8),
        "y_test": np.array([2, 1, 0]),
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def load_npz(folder, **changes):
    path = folder / "mine.npz"
    np.savez(path, **arrays(**changes))
    return load("mine", {"loader": "npz", "root": str(path)}, folder)


def test_arrays_are_taken_as_they_are(tmp_path):
    found, given = load_npz(tmp_path), arrays()
    assert found.train.inputs.shape == (6, 5, 4, 1)
    assert np.array_equal(found.test.inputs[..., 0], given["x_test"])
    assert np.array_equal(found.train.labels, given["y_train"])
    assert found.classes == ("0", "1", "2")


def test_classes_may_have_names_and_inputs_channels(tmp_path):
    colours = np.random.default_rng(0).random((6, 5, 4, 3))
    found = load_npz(
        tmp_path, x_train=colours, x_test=colours[:3], classes=np.array(["jay", "owl", "kite"])
    )
    assert found.classes == ("jay", "owl", "kite")
    assert found.train.inputs.dtype == np.float32
    assert found.train.inputs.shape == (6, 5, 4, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y_test": None}, r"mine\.npz: no array y_test; it has x_test, x_train, y_train"),
        ({"x_train": np.zeros(6, np.uint8)}, r"x_train has shape \(6,\), expected"),
        ({"y_train": np.zeros(6)}, "y_train has shape .* of float64, expected one whole number"),
        ({"y_train": np.arange(5) % 3}, "6 inputs, 5 labels"),
        ({"x_test": np.full((3, 5, 4), np.nan)}, "x_test holds numbers that are not finite"),
        ({"y_train": np.array([0, 1, 1, 0, 1, 1])}, "no train example of class '2'"),
        (
            {"classes": np.array(["a", "b"])},
            r"example 2 \(train:2\) has label 2",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path, changes, message):
    with pytest.raises(DatasetError, match=message):
        load_npz(tmp_path, **changes)


def test_a_file_that_is_no_npz_is_named(tmp_path):
    path = tmp_path / "mine.npz"
    path.write_bytes(b"PK\x03\x04 but cut off")
    with pytest.raises(DatasetError, match=r"mine\.npz: not a \.npz file, which numpy"):
        load("mine", {"loader": "npz", "root": str(path)}, tmp_path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DatasetNotFound, match=r"No \.npz file at .*mine\.npz"):
        load("mine", {"loader": "npz", "root": str(tmp_path / "mine.npz")}, tmp_path)


def test_names_of_classes_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(DatasetError, match="classes are not UTF-8, expected names"):
        load_npz(tmp_path, classes=np.array([b"jay", b"owl", b"\xff"]))


def test_names_of_classes_may_be_bytes(tmp_path):
    names = np.array(["jay", "owl", "Häher"]).astype(object)
    names = np.array([name.encode() for name in names])
    assert load_npz(tmp_path, classes=names).classes == ("jay", "owl", "Häher")
