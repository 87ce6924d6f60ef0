"""Data that would be learned from as something else: refused, with the file and what to do."""

import codecs
import pickle
import struct
import sys
import zlib

import numpy as np
import pytest
import torch
from PIL import Image
from support.loading import load

from learning_order.datasets import load as loading
from learning_order.datasets import prepared
from learning_order.datasets.examples import DatasetError, Examples, numbered
from learning_order.datasets.loaders.newsgroups import CACHE
from learning_order.datasets.remarks import remarks

RNG = np.random.default_rng(0)


def pixels(*shape, dtype=np.uint8):
    return RNG.integers(0, 255, shape).astype(dtype)


def folder(tmp_path, each=2, classes=("a", "b")):
    for split in ("train", "test"):
        for name in classes:
            (tmp_path / split / name).mkdir(parents=True)
            for number in range(each):
                Image.fromarray(pixels(8, 8, 3)).save(tmp_path / split / name / f"{number}.png")
    return tmp_path


def load_folder(path, **options):
    return load("set", {"loader": "image-folder", "root": str(path), "size": 8, **options}, path)


def refused(path, **options) -> str:
    with pytest.raises(DatasetError) as error:
        load_folder(path, **options)
    return str(error.value)


# Images


@pytest.mark.parametrize("grey", [True, False])
@pytest.mark.parametrize(
    ("name", "array"),
    [("x.png", pixels(8, 8, dtype=np.uint16) * 257), ("x.tif", RNG.random((8, 8), np.float32))],
)
def test_images_of_more_than_8_bits_are_refused(tmp_path, name, array, grey):
    path = folder(tmp_path) / "train/a" / name
    Image.fromarray(array).save(path)
    said = refused(tmp_path, grey=grey)
    assert f"{path}: its pixels have more than 8 bits" in said
    assert "convert it to 8 bits" in said


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def deep_png(colour: int, channels: int) -> bytes:
    """8 × 8 pixels of 16 bits per channel."""
    head = struct.pack(">IIBBBBB", 8, 8, 16, colour, 0, 0, 0)
    rows = b"".join(b"\0" + bytes(8 * channels * 2) for _ in range(8))
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("colour.png", deep_png(2, 3)),
        ("transparent.png", deep_png(6, 4)),
        ("grey.png", deep_png(4, 2)),
        ("x.ppm", b"P6 8 8 65535\n" + bytes(8 * 8 * 6)),
    ],
)
def test_colours_of_16_bits_are_not_cut_to_8(tmp_path, name, content, stream):
    path = folder(tmp_path) / "train/a" / name
    path.write_bytes(content)
    assert f"{path}: its pixels have more than 8 bits" in refused(tmp_path, stream=stream)


def test_streamed_images_of_more_than_8_bits_are_refused(tmp_path):
    path = folder(tmp_path) / "train/a/x.png"
    Image.fromarray(pixels(8, 8, dtype=np.uint16) * 257).save(path)
    with pytest.raises(DatasetError, match=r"x\.png: its pixels have more than 8 bits"):
        load_folder(tmp_path, stream=True)


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_streamed_file_that_is_no_image_is_noticed_before_training(tmp_path, split):
    (folder(tmp_path) / split / "a/0.png").write_text("no image")
    with pytest.raises(DatasetError, match=rf"{split}/a/0\.png: not a readable image$"):
        load_folder(tmp_path, stream=True)


def test_photographs_are_upright(tmp_path):
    path = folder(tmp_path) / "train/a/0.png"
    upright = pixels(8, 8, 3)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by a quarter to the right
    Image.fromarray(np.rot90(upright).copy()).save(path, exif=exif)
    assert np.array_equal(load_folder(tmp_path).train.inputs[0], upright)


def test_an_image_that_is_too_large_is_named(tmp_path, monkeypatch):
    path = folder(tmp_path) / "train/a/x.png"
    Image.fromarray(pixels(100, 100)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert f"{path}: not a readable image (Image size (10000 pixels)" in refused(tmp_path)


def test_a_name_that_is_no_text_is_named(tmp_path):
    path = folder(tmp_path) / "train/a/0.png"
    path.rename(path.with_name("\udcff.png"))
    assert "is not UTF-8: rename the file or folder" in refused(tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": {"train": 1}}, "no train example of class 'b': raise `limit.train`"),
        ({"partition": {"parts": 4, "part": 0}}, "divide it into fewer `parts`"),
    ],
)
def test_no_class_is_left_without_train_examples(tmp_path, options, message):
    assert message in refused(folder(tmp_path), **options)


def test_one_class_is_nothing_to_tell_apart(tmp_path):
    assert "one class only, 'a'" in refused(folder(tmp_path, classes=("a",)))


def test_a_folder_that_links_to_its_parent_counts_once(tmp_path):
    (tmp_path / "below").mkdir()
    Image.fromarray(pixels(8, 8, 3)).save(tmp_path / "below/0.png")
    (tmp_path / "below/again").symlink_to(tmp_path)
    found = load("set", {"loader": "unlabelled-images", "root": str(tmp_path)}, tmp_path)
    assert len(found.test.labels) == 1


# Arrays


def load_npz(tmp_path, **changes):
    good = {
        "x_train": pixels(20, 8, 8),
        "y_train": np.arange(20) % 2,
        "x_test": pixels(10, 8, 8),
        "y_test": np.arange(10) % 2,
    }
    np.savez(tmp_path / "a.npz", **{**good, **changes})
    return load("set", {"loader": "npz", "root": str(tmp_path / "a.npz")}, tmp_path)


ARRAYS = {
    "two scales": ({"x_train": RNG.random((20, 8, 8))}, "x_train is float64, x_test uint8: give"),
    "two scales of floats": (
        {"x_train": RNG.random((20, 8, 8)), "x_test": pixels(10, 8, 8) * 1.0},
        "give both one scale",
    ),
    "complex": ({"x_train": pixels(20, 8, 8) * 1j}, "x_train is complex128, expected uint8"),
    "texts": ({"x_train": pixels(20, 8, 8).astype(str)}, "x_train is <U3, expected uint8"),
    "channels first": (
        {"x_train": pixels(20, 3, 8, 8), "x_test": pixels(10, 3, 8, 8)},
        "looks like channels first: expected .* transpose",
    ),
    "no pixels": (
        {"x_train": pixels(20, 0, 8, 1), "x_test": pixels(10, 0, 8, 1)},
        "hold nothing to learn from",
    ),
    "classes of one name": ({"classes": np.array(["a", "a"])}, "two classes are called 'a'"),
    "a class without a name": ({"classes": np.array(["a", ""])}, "a class is called ''"),
    "a name of two lines": ({"classes": np.array(["a", "b\nc"])}, r"is called 'b\\nc': give it"),
    "a single number": ({"x_train": np.array(3)}, "x_train is a single number"),
    "classes that are a word": ({"classes": np.array("ab")}, r"classes has shape \(\)"),
    "a huge label": ({"y_train": np.arange(20) * 10**12}, r"y_train\[1\] is 1000000000000"),
    "a label below 0": ({"y_train": np.arange(20) - 1}, r"y_train\[0\] is -1, expected a whole"),
    "few of many": ({"y_train": np.arange(20) * 50}, "'5' and [0-9]+ others"),
}


@pytest.mark.parametrize(("changes", "message"), ARRAYS.values(), ids=ARRAYS)
def test_arrays_are_refused_with_their_file(tmp_path, changes, message):
    with pytest.raises(DatasetError, match=message) as error:
        load_npz(tmp_path, **changes)
    assert str(tmp_path / "a.npz") in str(error.value)


def test_a_file_that_is_one_array_is_no_npz(tmp_path):
    np.save(tmp_path / "a.npy", pixels(3))
    (tmp_path / "a.npy").rename(tmp_path / "a.npz")
    with pytest.raises(DatasetError, match=r"a\.npz: not a \.npz file, which numpy\.savez writes"):
        load("set", {"loader": "npz", "root": str(tmp_path / "a.npz")}, tmp_path)


def test_a_table_is_data_too(tmp_path):
    table = RNG.normal([0, 1000], [1, 50], (20, 2))
    examples = load_npz(tmp_path, x_train=table, x_test=table[:10])
    prepared.write(examples, tmp_path / "prepared", "set")
    given = prepared.read(tmp_path / "prepared").normalised("train").reshape(20, 2)
    # Each value by itself, as they may be in different units.
    expected = (table - table.mean(axis=0)) / table.std(axis=0)
    np.testing.assert_allclose(given, expected, atol=1e-4)


# Texts


def load_csv(tmp_path, text, **options):
    (tmp_path / "a.csv").write_text(text)
    entry = {"loader": "text-csv", "root": str(tmp_path / "a.csv"), "min_count": 1, **options}
    return load("set", entry, tmp_path)


ROWS = "".join(f"word {number},{'ab'[number % 2]}\n" for number in range(20))
TEXTS = {
    "semicolons": (f"text;label\n{ROWS.replace(',', ';')}", {}, "not by ';'"),
    "two numbers": (f"text,label\nx,0\ny,0.0\n{ROWS}", {}, "row 2: label '0.0' is the number"),
    "NUL": (f"text,label\nx\0,a\n{ROWS}", {}, "line 2: a NUL byte"),
    "no word": (f"text,label\n{ROWS}", {"min_count": 99}, "no word occurs 99 times"),
    "no test": (
        "text,label,part\n" + ROWS.replace("\n", ",train\n"),
        {"split_column": "part"},
        "no row of the test split; column 'part'",
    ),
}


@pytest.mark.parametrize(("text", "options", "message"), TEXTS.values(), ids=TEXTS)
def test_texts_are_refused_with_their_file(tmp_path, text, options, message):
    with pytest.raises(DatasetError, match=message) as error:
        load_csv(tmp_path, text, **options)
    assert str(tmp_path / "a.csv") in str(error.value)


# Loaders of one's own


def nothing(options, root, download):
    return None


def fails(options, root, download):
    raise RuntimeError("boom")


def takes_less(options):
    return None


def misuses(options, root, download):
    return numbered("train", pixels(4, 8, 8, 1), ["a", "b"])


def doubles(options, root, download):
    split = numbered("train", pixels(4, 8, 8, 1) / 255, [0, 1, 0, 1])
    return Examples(split, split, ("a", "b"), "mine")


def tensors(options, root, download):
    split = numbered("train", torch.zeros(4, 8, 8, 1), [0, 1, 0, 1])
    return Examples(split, split, ("a", "b"), "mine")


def holds_nan(options, root, download):
    inputs = pixels(4, 8, 8, 1).astype(np.float32)
    inputs[1, 2] = np.nan
    split = numbered("train", inputs, [0, 1, 0, 1])
    return Examples(split, split, ("a", "b"), "mine")


def fractions(options, root, download):
    split = numbered("train", pixels(4, 8, 8, 1), [0.9, 1.9, 0, 1])
    return Examples(split, split, ("a", "b"), "mine")


def leaves(options, root, download):
    sys.exit(3)


def right(options, root, download):
    split = numbered("train", pixels(4, 8, 8, 1), [0, 1, 0, 1])
    return Examples(split, split, ("a", "b"), "mine")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (nothing, "returned NoneType, expected .*Examples"),
        (fails, r"failed in .*test_trust\.py, line \d+: RuntimeError: boom"),
        (takes_less, "failed in .*: TypeError: takes_less"),
        (misuses, r"failed in .*test_trust\.py, line \d+: ValueError: invalid literal"),
        (leaves, r"failed in .*test_trust\.py, line \d+: SystemExit: 3"),
    ],
)
def test_a_loader_of_one_s_own_is_named(tmp_path, function, message):
    name = f"{__name__}:{function.__name__}"
    with pytest.raises(DatasetError, match=message) as error:
        loading.load("set", {"loader": name}, tmp_path)
    assert name in str(error.value)
    assert loading.load("set", {"loader": f"{__name__}:right"}, tmp_path).origin == "mine"


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (doubles, "inputs are float64, expected uint8 or float32 of images"),
        (tensors, "inputs are a Tensor, expected a NumPy array"),
        (holds_nan, "inputs hold numbers that are not finite"),
    ],
)
def test_inputs_that_cannot_be_stored_are_refused(tmp_path, function, message):
    with pytest.raises(DatasetError, match=f"dataset 'set': train split: {message}"):
        loading.load("set", {"loader": f"{__name__}:{function.__name__}"}, tmp_path)


def test_labels_are_whole_numbers(tmp_path):
    with pytest.raises(DatasetError, match="train split: labels should be whole numbers"):
        loading.load("set", {"loader": f"{__name__}:fractions"}, tmp_path)


# Pickles


class Bomb:
    """What unpickles into a call of any function."""

    def __reduce__(self):
        return sys.exit, ("this code ran",)


@pytest.mark.parametrize("download", [True, False])
def test_a_pickle_that_calls_anything_is_not_read(tmp_path, download):
    cache = {"train": Bomb(), "test": []}
    (tmp_path / CACHE).write_bytes(codecs.encode(pickle.dumps(cache), "zlib_codec"))
    with pytest.raises(DatasetError, match=r"calls sys\.exit; such a file may run any code"):
        load("set", {"loader": "newsgroups", "root": str(tmp_path)}, tmp_path, download)


# Not wrong, but to be known


def test_examples_that_are_in_both_splits_are_said(tmp_path):
    images = pixels(20, 8, 8)
    assert list(remarks(load_npz(tmp_path, x_train=images))) == []
    images[3] = images[2]
    found = list(remarks(load_npz(tmp_path, x_train=images, x_test=images[:10])))
    assert found == [
        "10 of the 10 test examples are train examples too",
        "1 train examples equal one of another class",
    ]
