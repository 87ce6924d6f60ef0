"""Images in Parquet files, as Hugging Face stores them."""

import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from learning_order.datasets.examples import DatasetError, DatasetNotFound
from learning_order.datasets.load import load

OPTIONS = {"loader": "learning_order.datasets.loaders.parquet:parquet"}
ARRAYS = np.random.default_rng(0).integers(0, 255, (6, 5, 7, 3)).astype(np.uint8)
LABELS = [1, 0, 1, 0, 0, 1]


def png(array) -> bytes:
    file = io.BytesIO()
    Image.fromarray(array).save(file, "png")
    return file.getvalue()


def write(path, rows, image="image", names=("cat", "dog"), labels=LABELS):
    cells = [{"bytes": png(ARRAYS[row]), "path": None} for row in rows]
    table = pa.table({image: cells, "label": [labels[row] for row in rows]})
    if names:
        features = {"label": {"names": list(names), "_type": "ClassLabel"}}
        noted = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": noted})
    path.parent.mkdir(exist_ok=True)
    pq.write_table(table, path)


@pytest.fixture
def root(tmp_path):
    write(tmp_path / "data/train-00000-of-00002.parquet", [0, 1])
    write(tmp_path / "data/train-00001-of-00002.parquet", [2, 3])
    write(tmp_path / "data/validation-00000-of-00001.parquet", [4, 5])
    return tmp_path


def test_images_labels_and_names_are_read(root):
    found = load("x", OPTIONS, root)
    assert found.classes == ("cat", "dog")
    assert np.array_equal(found.train.inputs, ARRAYS[:4])
    assert np.array_equal(found.test.labels, LABELS[4:])
    assert found.train.sources[2] == "train-00001-of-00002.parquet:0"


def test_images_are_brought_to_one_size(root):
    assert load("x", {**OPTIONS, "size": 4, "grey": True}, root).train.inputs.shape == (4, 4, 4, 1)


def test_labels_without_names_name_themselves(tmp_path):
    for split, rows in (("train", [0, 1, 2]), ("test", [3, 5])):
        write(tmp_path / f"{split}/0.parquet", rows, "img", names=None, labels=list("babaab"))
    found = load("x", OPTIONS, tmp_path)
    assert found.classes == ("a", "b")
    assert found.train.labels.tolist() == [1, 0, 1]


def test_what_is_missing_or_no_image_is_named(root, tmp_path_factory):
    with pytest.raises(DatasetNotFound, match=r"train\*\.parquet"):
        load("x", OPTIONS, tmp_path_factory.mktemp("empty"))
    with pytest.raises(DatasetError, match="set `image_column` to one of image, label"):
        load("x", {**OPTIONS, "image_column": "picture"}, root)
    broken = pa.table({"image": [{"bytes": b"no image", "path": None}], "label": [0]})
    pq.write_table(broken, root / "data/train-00002.parquet")
    with pytest.raises(DatasetError, match=r"train-00002\.parquet:0: not a readable image$"):
        load("x", OPTIONS, root)


def test_a_file_that_is_no_parquet_is_named(root):
    (root / "data/train-00001-of-00002.parquet").write_text("no Parquet")
    with pytest.raises(DatasetError, match=r"train-00001.*: not a readable Parquet file"):
        load("x", OPTIONS, root)
    (root / "data/train-00000-of-00002.parquet").write_text("no Parquet")
    with pytest.raises(DatasetError, match=r"train-00000.*: not a readable Parquet file"):
        load("x", OPTIONS, root)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, None, 1, 0, 1, 0], r"train.*\.parquet, row 1: no label"),
        ([0.5] * 6, "'label' is double, expected whole numbers or words"),
    ],
)
def test_labels_that_are_none_are_refused(tmp_path, labels, message):
    for split, rows in (("train", [0, 1, 2]), ("test", [3, 5])):
        write(tmp_path / f"{split}/0.parquet", rows, names=None, labels=labels)
    with pytest.raises(DatasetError, match=message):
        load("x", OPTIONS, tmp_path)


@pytest.mark.parametrize(
    "noted", [b"no JSON", b'{"info": null}', b"[1]", b'{"info": {"features": 3}}']
)
def test_notes_that_hugging_face_did_not_write_are_passed_over(tmp_path, noted):
    for split, rows in (("train", [0, 1, 2]), ("test", [3, 5])):
        path = tmp_path / f"{split}.parquet"
        write(path, rows, names=None)
        table = pq.read_table(path).replace_schema_metadata({"huggingface": noted})
        pq.write_table(table, path)
    assert load("x", OPTIONS, tmp_path).classes == ("0", "1")


def test_words_of_bytes_are_text_and_beat_noted_names(tmp_path):
    for split, rows in (("train", [0, 1, 2]), ("test", [3, 5])):
        write(tmp_path / f"{split}.parquet", rows, labels=[b"cat", b"dog"] * 3)
    assert load("x", OPTIONS, tmp_path).classes == ("cat", "dog")


def test_a_list_is_no_label(tmp_path):
    for split, rows in (("train", [0, 1, 2]), ("test", [3, 5])):
        write(tmp_path / f"{split}.parquet", rows, labels=[[0, 1]] * 6)
    with pytest.raises(DatasetError, match=r"'label' is list<.*>, expected whole"):
        load("x", OPTIONS, tmp_path)


def test_numbers_without_names_are_classes_in_the_order_of_numbers(tmp_path):
    for labels, classes, train in (
        ([2, 10, 0, 11, 2, 11], ("0", "2", "10", "11"), [1, 2, 0, 3]),
        ([0, 2, 1, 3, 1, 2], tuple("0123"), [0, 2, 1, 3]),
    ):
        write(tmp_path / "train/0.parquet", [0, 1, 2, 3], names=None, labels=labels)
        write(tmp_path / "test/0.parquet", [4, 5], names=None, labels=labels)
        found = load("x", OPTIONS, tmp_path)
        assert found.classes == classes
        assert found.train.labels.tolist() == train


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, -1, 0, 1, 0, 1], "label -1, expected whole numbers from 0"),
        ([b"a", b"\xff", b"a", b"b", b"a", b"b"], "is not UTF-8, expected words"),
    ],
)
def test_labels_that_are_no_class_are_refused(tmp_path, labels, message):
    write(tmp_path / "train/0.parquet", [0, 1, 2, 3], names=None, labels=labels)
    write(tmp_path / "test/0.parquet", [4, 5], names=None, labels=labels)
    with pytest.raises(DatasetError, match=message):
        load("x", OPTIONS, tmp_path)


def test_files_without_rows_or_columns_are_named(root):
    write(root / "data/train-00002.parquet", [3], image="picture")
    with pytest.raises(DatasetError, match=r"train-00002\.parquet: no column 'image'; set"):
        load("x", OPTIONS, root)
    (root / "data/train-00002.parquet").unlink()
    for path in root.rglob("validation*.parquet"):
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    with pytest.raises(DatasetError, match="no rows, expected an image and its label in each"):
        load("x", OPTIONS, root)
