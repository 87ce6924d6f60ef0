"""References are read from the files of their authors, and joined by content or by source."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
import torch

from learning_order.config.catalogue import REFERENCES
from learning_order.datasets import pixel_hash, prepared, references
from learning_order.datasets import reference_formats as formats
from learning_order.datasets.examples import DatasetError, Examples, Split, numbered

RNG = np.random.default_rng(0)
TRAIN, TEST = (RNG.integers(0, 256, (count, 4, 4, 3), np.uint8) for count in (6, 5))
LABELS = [3, 5, 3, 0, 5, 0], [5, 3, 0, 0, 3]


def dataset(folder, *, chosen=slice(None), sources=None, inputs=(TRAIN, TEST)):
    """A part of CIFAR-10's classes; sources: other names of the train examples."""
    train, test = (
        numbered(split, pixels, labels)
        for split, pixels, labels in zip(("train", "test"), inputs, LABELS, strict=True)
    )
    if sources:
        train = Split(train.inputs, train.labels, np.array(sources))
    train = train.take(np.arange(6)[chosen])
    examples = Examples(train, test, classes=formats.CIFAR10_CLASSES, origin="here")
    prepared.write(examples, folder, "shapes")
    return prepared.read(folder)


def joined(tmp_path, shapes, format_, **entry):
    of_format = {k: v for k, v in REFERENCES[format_]._asdict().items() if v is not None}
    return references.joined({**of_format, **entry}, shapes, tmp_path / "data", download=False)


def values(table, split="train"):
    return table.loc[table["split"] == split, "value"].tolist()


def test_the_hash_is_that_of_the_pixels_in_c_order():
    expected = [hashlib.sha256(image.tobytes(order="C")).hexdigest() for image in TEST]
    assert pixel_hash.pixel_hashes(TEST).tolist() == expected
    assert pixel_hash.pixel_hashes(np.asfortranarray(TEST)).tolist() == expected
    with pytest.raises(DatasetError, match="float64 are no images of 8 bits"):
        pixel_hash.pixel_hashes(TEST / 2)


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_any_table_is_joined_by_content_to_any_part_of_a_dataset(tmp_path, suffix):
    rows = pd.DataFrame(
        {
            "pixels_sha256": pixel_hash.pixel_hashes(np.concatenate([TRAIN, TEST])),
            "odd": [*range(10), None],
        }
    ).sample(frac=1, random_state=0)
    path = tmp_path / f"odd.{suffix}"
    rows.to_parquet(path) if suffix == "parquet" else rows.to_csv(path)
    shapes = dataset(tmp_path / "shapes", chosen=[4, 1, 2])
    entry = {"file": str(path), "key": "pixels_sha256", "value": "odd"}
    table = joined(tmp_path, shapes, "table", **entry)
    assert values(table) == [4, 1, 2]
    assert values(table, "test")[:4] == [6, 7, 8, 9]
    assert np.isnan(values(table, "test")[4])
    assert set(joined(tmp_path, shapes, "table", split="test", **entry)["split"]) == {"test"}


@pytest.mark.parametrize("key", ["frog/{}.png", "{}.png"])
def test_a_table_is_joined_by_source_or_the_name_of_its_file(tmp_path, key):
    shapes = dataset(tmp_path / "shapes", sources=[f"frog/{n}.png" for n in range(6)])
    path = tmp_path / "flags.csv"
    pd.DataFrame({"name": [key.format(n) for n in (3, 1)], "flag": [True, False]}).to_csv(path)
    table = joined(tmp_path, shapes, "table", file=path, by="source", key="name", value="flag")
    found = table.set_index(["split", "example"])["value"]
    assert (found["train", 3], found["train", 1], found.notna().sum()) == (1, 0, 2)


def test_of_equal_images_the_mean_counts_and_splits_are_kept_apart(tmp_path):
    twice = TRAIN.copy()
    twice[5] = twice[0]
    shapes = dataset(tmp_path / "shapes", inputs=(twice, TEST))
    hashes = pixel_hash.pixel_hashes(twice)
    path = tmp_path / "t.parquet"
    rows = {"split": ["train"] * 6, "pixels_sha256": hashes, "v": [0, 1, 2, 3, 4, 5]}
    pd.DataFrame(rows).to_parquet(path)
    table = joined(tmp_path, shapes, "table", file=path, key="pixels_sha256", value="v")
    assert values(table) == [2.5, 1, 2, 3, 4, 2.5]
    assert np.isnan(values(table, "test")).all()


def test_c_scores(tmp_path):
    path = tmp_path / "c.npz"
    np.savez(path, labels=np.zeros(6), scores=np.arange(6) / 10)
    shapes = dataset(tmp_path / "shapes", chosen=[5, 0, 2])
    table = joined(tmp_path, shapes, "c-scores-cifar10", file=path)
    assert values(table) == [0.5, 0, 0.2]
    assert set(table["split"]) == {"train"}


def test_c_scores_in_the_order_of_tensorflow_datasets(tmp_path):
    path = tmp_path / "scores.npy"
    order = sorted(range(6), key=lambda n: hashlib.md5(f"train{n}".encode()).hexdigest())
    np.save(path, np.array(order) / 10)  # the score of example n is n / 10
    table = joined(tmp_path, dataset(tmp_path / "shapes"), "c-scores-mnist", file=path)
    assert values(table) == pytest.approx(np.arange(6) / 10)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["random_label1", "random_label2", "random_label3"], [0, 1, 2, 3, 0, 0]),
        (["noisy_label"], [0, 0, 0, 1, 0, 0]),
    ],
)
def test_cifar_n_counts_the_annotators_of_other_labels(tmp_path, names, expected):
    clean = np.array([3, 5, 3, 0, 5, 0])
    labels = {"clean_label": clean}
    for place, name in enumerate(names):
        wrong = (
            np.arange(6) == 3 if len(names) == 1 else np.isin(np.arange(6), [3, 2, 1][: 3 - place])
        )
        labels[name] = np.where(wrong, 9, clean)
    torch.save(labels, tmp_path / "n.pt")
    shapes = dataset(tmp_path / "shapes")
    assert values(joined(tmp_path, shapes, "cifar-10n", file=tmp_path / "n.pt")) == expected


def test_a_file_of_torch_cannot_run_code(tmp_path):
    class Trap:
        def __reduce__(self):
            return (print, ("trapped",))

    torch.save({"clean_label": Trap()}, tmp_path / "n.pt")
    table = joined(tmp_path, dataset(tmp_path / "shapes"), "cifar-10n", file=tmp_path / "n.pt")
    assert table.empty
    assert "not the arrays that were expected" in table.attrs["problem"]


def test_cifar10h_is_the_share_of_people_who_gave_the_label(tmp_path):
    shares = np.random.default_rng(0).dirichlet(np.ones(10), 5)
    np.save(tmp_path / "h.npy", shares)
    table = joined(tmp_path, dataset(tmp_path / "shapes"), "cifar-10h", file=tmp_path / "h.npy")
    assert values(table, "test") == pytest.approx(shares[np.arange(5), LABELS[1]])


def test_label_errors_are_those_that_fewer_than_three_of_five_confirm(tmp_path):
    checked = [{"id": n, "mturk": {"given": given}} for n, given in ((1, 2), (3, 3), (4, 0))]
    (tmp_path / "e.json").write_text(json.dumps(checked))
    shapes = dataset(tmp_path / "shapes")
    table = joined(tmp_path, shapes, "label-errors-cifar10", file=tmp_path / "e.json")
    assert values(table, "test") == [0, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("format_", "entry", "message"),
    [
        ("c-scores-cifar10", {}, "and `download` is off: put https://pluskid.github.io/"),
        ("c-scores-cifar10", {"file": "nowhere.npz"}, "no file nowhere.npz: correct `file`"),
        ("table", {"file": "t.csv", "key": "k", "value": "w"}, "no column 'w', only k, v"),
        ("table", {"file": "t.csv", "key": "k", "value": "v"}, "column 'v' holds 'much', expected"),
        ("table", {"file": "u.csv", "key": "k", "value": "v"}, "its keys are such as abc, those"),
    ],
)
def test_what_cannot_be_joined_says_what_to_do(tmp_path, monkeypatch, format_, entry, message):
    monkeypatch.chdir(tmp_path)
    pd.DataFrame({"k": ["abc"], "v": ["much"]}).to_csv("t.csv", index=False)
    pd.DataFrame({"k": ["abc"], "v": [1]}).to_csv("u.csv", index=False)
    table = joined(tmp_path, dataset(tmp_path / "shapes"), format_, **entry)
    assert table.empty
    assert message in table.attrs["problem"]
    table.to_parquet("empty.parquet", index=False)
    assert pd.read_parquet("empty.parquet").attrs == table.attrs


def test_a_download_is_checked_and_kept(tmp_path):
    content = tmp_path / "c.npz"
    np.savez(content, scores=np.arange(6))
    right = hashlib.sha256(content.read_bytes()).hexdigest()
    entry = {"url": content.as_uri(), "sha256": right}
    path = references.find_file(entry, tmp_path / "data", download=True)
    assert path == tmp_path / "data/references/c.npz"
    assert path.read_bytes() == content.read_bytes()
    content.unlink()
    assert references.find_file(entry, tmp_path / "data", download=False) == path
    path.unlink()
    with pytest.raises(DatasetError, match=r"cannot be fetched .* put it at .*c\.npz"):
        references.find_file(entry, tmp_path / "data", download=True)
    np.savez(content, scores=np.arange(7))
    with pytest.raises(DatasetError, match=f"expected {right}: it has changed"):
        references.find_file(entry, tmp_path / "data", download=True)


def test_a_name_that_several_examples_have_is_nobody_s(tmp_path):
    shapes = dataset(tmp_path / "shapes", sources=[f"{c}/{n}.png" for c in "ab" for n in range(3)])
    path = tmp_path / "flags.csv"
    pd.DataFrame({"name": ["1.png", "test:4"], "flag": [1, 2]}).to_csv(path)
    table = joined(tmp_path, shapes, "table", file=path, by="source", key="name", value="flag")
    assert table["value"].dropna().tolist() == [2]
    pd.DataFrame({"name": ["1.png"], "flag": [1]}).to_csv(path)
    table = joined(tmp_path, shapes, "table", file=path, by="source", key="name", value="flag")
    assert "the reference names no example" in table.attrs["problem"]


@pytest.mark.parametrize("name", ["c.npz", "c.pt"])
def test_a_damaged_file_says_what_to_do(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04 cut")
    format_ = "cifar-10n" if name.endswith("pt") else "c-scores-cifar10"
    found = joined(tmp_path, dataset(tmp_path / "shapes"), format_, file=str(tmp_path / name))
    assert name in found.attrs["problem"]
