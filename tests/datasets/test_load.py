"""Generated datasets, and what the configuration can do to any dataset."""

import doctest
from pathlib import Path

import numpy as np
import pytest
from support.loading import load

from learning_order.datasets import load as module
from learning_order.datasets import prepared
from learning_order.datasets.examples import DatasetError, Examples, Split, numbered
from learning_order.datasets.load import limit, partition
from learning_order.datasets.loaders.generated import SPREAD

NOWHERE = Path("nowhere")


def test_the_example_in_the_docstring_runs():
    assert doctest.testmod(module, raise_on_error=True).attempted == 3


def make(counts=(30, 12), classes=3, seed=0) -> Examples:
    """A small dataset whose images are their own numbers."""
    splits = {}
    for name, count in zip(("train", "test"), counts, strict=True):
        inputs = np.random.default_rng(seed).integers(0, 256, (count, 4, 4, 3), np.uint8)
        splits[name] = numbered(name, inputs, np.arange(count) % classes)
    return Examples(**splits, classes=tuple("abcdef"[:classes]), origin="made here")


def same(a: Examples, b: Examples) -> bool:
    return all(
        np.array_equal(getattr(getattr(a, split), part), getattr(getattr(b, split), part))
        for split in ("train", "test")
        for part in ("inputs", "labels", "sources")
    )


@pytest.mark.parametrize(
    ("loader", "shape", "counts", "classes"),
    [
        ("digits", (8, 8, 1), (1437, 360), 10),
        ("gaussian", (32, 32, 3), (5000, 1000), 2),
        ("gabor", (32, 32, 3), (1200, 1200), 12),
    ],
)
def test_sizes_are_those_of_the_paper_and_the_draw_is_fixed(loader, shape, counts, classes):
    first, second = (load("x", {"loader": loader}, NOWHERE) for _ in range(2))
    assert first.train.inputs.shape[1:] == shape
    assert (len(first.train.labels), len(first.test.labels)) == counts
    assert len(first.classes) == classes
    assert same(first, second)


def test_digits_are_those_of_sklearn_each_once():
    from sklearn.datasets import load_digits

    bundle, found = load_digits(), load("digits", {"loader": "digits"}, NOWHERE)
    numbers = [int(s.split(":")[1]) for part in (found.train, found.test) for s in part.sources]
    assert sorted(numbers) == list(range(1797))
    images = np.concatenate([found.train.inputs, found.test.inputs])[..., 0]
    assert np.array_equal(images, bundle.images[numbers])
    shares = np.bincount(found.test.labels) / 360
    assert np.abs(shares - np.bincount(bundle.target) / 1797).max() < 0.005


def test_gaussian_classes_have_the_means_and_the_unit_spread_of_the_paper():
    train = load("gaussian", {"loader": "gaussian"}, NOWHERE).train
    for label, mean in ((0, 0.0), (1, 0.1)):
        values = train.inputs[train.labels == label]
        assert float(values.mean()) == pytest.approx(mean, abs=0.002)
        assert float(values.std()) == pytest.approx(1, abs=0.002)
    assert not same(*(load("g", {"loader": "gaussian", "seed": s}, NOWHERE) for s in (0, 1)))


def test_gabor_patches_are_of_one_channel_and_their_class_s_orientation():
    found = load("gabor", {"loader": "gabor"}, NOWHERE).train
    for image, label in zip(found.inputs, found.labels, strict=True):
        lit = image.reshape(-1, 3).any(axis=0)
        assert lit.tolist() == [channel == label // 4 for channel in range(3)]
    # The wave runs along the strongest frequency of the spectrum, known to a pixel or so.
    for orientation, base in enumerate((45, 90, 135, 180)):
        patches = found.inputs[found.labels == orientation][..., 0].astype(float)
        angles = np.array([_angle(patch) for patch in patches])
        off = np.abs((angles - base + 90) % 180 - 90)
        assert np.quantile(off, 0.9) < SPREAD + 8
        assert np.median(off) > 5


def _angle(patch: np.ndarray) -> float:
    spectrum = np.abs(np.fft.fft2(patch - patch.mean(), s=(128, 128)))
    frequency = np.fft.fftfreq(128)
    spectrum[np.hypot(*np.meshgrid(frequency, frequency)) < 0.11] = 0
    row, column = np.unravel_index(spectrum.argmax(), spectrum.shape)
    return float(np.degrees(np.arctan2(frequency[row], frequency[column])) % 180)


def test_numbers_of_generated_examples_are_options():
    options = {"loader": "gabor", "train_per_class": 3, "test_per_class": 2}
    found = load("gabor", options, NOWHERE)
    assert (len(found.train.labels), len(found.test.labels)) == (36, 24)


def test_limit_spreads_over_the_classes_and_keeps_the_order():
    short = limit(make(), {"train": 10})
    assert sorted(np.bincount(short.train.labels)) == [3, 3, 4]
    assert len(short.test.labels) == 12
    numbers = [int(source.split(":")[1]) for source in short.train.sources]
    assert numbers == sorted(numbers)
    assert same(short, limit(make(), {"train": 10}))
    assert same(limit(make(), {"train": 99}), make())


def test_partitions_are_disjoint_and_together_everything():
    parts = [partition(make(), parts=5, part=k) for k in range(5)]
    sources = [set(part.train.sources) for part in parts]
    assert [len(part) for part in sources] == [6] * 5
    assert set.union(*sources) == set(make().train.sources)
    assert all(len(part.test.labels) == 12 for part in parts)
    other = partition(make(), parts=5, part=0, seed=1)
    assert set(other.train.sources) != sources[0]


def test_random_labels_are_one_draw_without_relation_to_the_true_ones():
    options = {"loader": "digits", "random_labels": 0}
    a, b = (load("x", options, NOWHERE) for _ in range(2))
    assert same(a, b)
    true = load("x", {"loader": "digits"}, NOWHERE)
    assert np.array_equal(a.train.inputs, true.train.inputs)
    assert abs((a.train.labels == true.train.labels).mean() - 0.1) < 0.03
    assert np.bincount(a.train.labels, minlength=10).min() > 100
    other = load("x", {**options, "random_labels": 1}, NOWHERE)
    assert not np.array_equal(a.train.labels, other.train.labels)


def test_classes_are_kept_in_the_order_given():
    found = load("x", {"loader": "digits", "classes": ["7", "3"]}, NOWHERE)
    assert found.classes == ("7", "3")
    whole = load("x", {"loader": "digits"}, NOWHERE)
    assert (found.train.labels == 0).sum() == (whole.train.labels == 7).sum()


def test_prepared_is_what_was_written(tmp_path):
    examples = make()
    prepared.write(examples, tmp_path, "mine")
    found = prepared.read(tmp_path)
    assert (found.name, found.classes, found.shape) == ("mine", ("a", "b", "c"), (4, 4, 3))
    for name in ("train", "test"):
        split = getattr(examples, name)
        assert np.array_equal(found.inputs(name), split.inputs)
        assert np.array_equal(found.labels(name), split.labels)
    found.verify()


def test_normalised_inputs_have_mean_0_and_deviation_1_of_the_train_split(tmp_path):
    prepared.write(make(), tmp_path, "mine")
    found = prepared.read(tmp_path)
    train = found.normalised("train")
    assert (train.shape, train.dtype) == ((30, 3, 4, 4), np.float32)
    assert train.mean(axis=(0, 2, 3), dtype=float) == pytest.approx([0] * 3, abs=1e-5)
    assert train.std(axis=(0, 2, 3), dtype=float) == pytest.approx([1] * 3, abs=1e-5)
    mean, deviation = (np.array(m)[:, None, None] for m in (found.mean, found.deviation))
    plain = (found.inputs("test").transpose(0, 3, 1, 2) - mean) / deviation
    assert np.allclose(found.normalised("test"), plain, atol=1e-5)


def test_a_constant_channel_is_not_divided_by_zero(tmp_path):
    examples = make()
    examples.train.inputs[..., 1] = 7
    prepared.write(examples, tmp_path, "mine")
    assert np.isfinite(prepared.read(tmp_path).normalised("train")).all()


def test_the_same_content_gives_the_same_bytes_and_other_content_another_hash(tmp_path):
    for name in "ab":
        prepared.write(make(), tmp_path / name, "mine")
    for file in ("train.npy", "test.npy", "extras.npz", "examples.parquet", "dataset.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    other = make()
    other.test.inputs[0, 0, 0, 0] ^= 1
    prepared.write(other, tmp_path / "c", "mine")
    hashes = {name: prepared.read(tmp_path / name).content_hash for name in "abc"}
    assert hashes["a"] == hashes["b"] != hashes["c"]
    assert len(hashes["a"]) == 64


def test_a_changed_file_is_noticed(tmp_path):
    prepared.write(make(), tmp_path, "mine")
    np.save(tmp_path / "test.npy", make(seed=1).test.inputs)
    with pytest.raises(DatasetError, match="differ from the content hash"):
        prepared.read(tmp_path).verify()


IMAGES, SOURCES = np.zeros((3, 4, 4, 1), np.uint8), np.array(list("abc"))
GOOD = Split(IMAGES, np.arange(3), SOURCES)


@pytest.mark.parametrize(
    ("split", "message"),
    [
        (Split(IMAGES, np.arange(2), SOURCES), "3 inputs, 2 labels and 3 sources"),
        (
            Split(IMAGES, np.array([0, 1, 3]), SOURCES),
            r"example 2 \(c\) has label 3, expected 0",
        ),
        (Split(IMAGES[..., 0], np.arange(3), SOURCES), r"got shape \(3, 4, 4\)"),
        (Split(IMAGES[:0], np.arange(0), SOURCES[:0]), "train split: no examples"),
        (Split(IMAGES[:, :2], np.arange(3), SOURCES), r"shape \(2, 4, 1\), test examples \(4,"),
    ],
)
def test_examples_that_do_not_fit_each_other_are_refused(split, message):
    with pytest.raises(DatasetError, match=message):
        Examples(split, GOOD, tuple("abc"), "made here")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"classes": ["1", "l2"]},
            "dataset 'mine': no class 'l2' in this dataset; did you mean '2'",
        ),
        ({"classes": ["1"], "limit": {"train": 0}}, "train split: no examples"),
        ({"classes": ["1", "2", "1"]}, "class '1' is named twice in `classes`"),
        ({"partition": {"parts": 2000, "part": 0}}, "1437 train examples give no 2000 parts"),
    ],
)
def test_options_that_do_not_fit_the_dataset_are_refused(options, message):
    with pytest.raises(DatasetError, match=message):
        load("mine", {"loader": "digits", **options}, NOWHERE)
