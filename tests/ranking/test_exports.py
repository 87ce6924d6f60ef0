"""What other programs get is what they read."""

import json
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cleanlab import filter as filters
from cleanlab import multiannotator, rank

from learning_order.datasets.split_pictures import SplitPictures
from learning_order.predictions.reading import Predictions
from learning_order.ranking.exports import write_cleanlab, write_fiftyone, write_huggingface
from learning_order.ranking.table import RankingError, ranking


@pytest.fixture
def found():
    rng = np.random.default_rng(0)
    labels = np.arange(60).astype(np.int16) % 3
    right = rng.random((2, 5, 60)) < 0.85
    predictions = np.where(right, labels, rng.integers(0, 3, (2, 5, 60))).astype(np.int16)
    labels[[4, 9]] = (labels[[4, 9]] + 1) % 3
    return Predictions(list(range(5)), [1, 2], {"train": predictions}, {"train": labels})


@pytest.fixture
def images():
    arrays = np.random.default_rng(0).integers(0, 255, (60, 8, 8, 3)).astype(np.uint8)
    return {"train": SplitPictures(arrays, [None] * 60)}


def test_cleanlab_files_have_its_shapes(found, tmp_path):
    write_cleanlab(ranking({"mine": found}), {"mine": found}, 3, tmp_path)
    labels = pd.read_csv(tmp_path / "labels.csv")
    assert np.array_equal(labels["label"], found.labels["train"])
    votes = np.load(tmp_path / "pred_probs.npz")["train"]
    assert votes.shape == (60, 3)
    assert np.allclose(votes.sum(axis=1), 1)
    wide = pd.read_parquet(tmp_path / "annotators.parquet")
    assert list(wide) == ["split", "example", *(f"mine-{seed}" for seed in range(5))]
    assert np.array_equal(wide.filter(like="mine-").to_numpy().T, found.predictions["train"][-1])


def test_a_split_may_be_called_as_an_argument_of_numpy(found, tmp_path):
    found = Predictions(
        found.seeds,
        found.extents,
        {"file": found.predictions["train"]},
        {"file": found.labels["train"]},
    )
    write_cleanlab(ranking({"mine": found}), {"mine": found}, 3, tmp_path)
    with np.load(tmp_path / "pred_probs.npz") as votes:
        assert votes["file"].shape == (60, 3)


def test_cleanlab_reads_them_and_finds_the_wrong_labels(found, tmp_path):
    write_cleanlab(ranking({"mine": found}), {"mine": found}, 3, tmp_path)
    labels = pd.read_csv(tmp_path / "labels.csv")["label"].to_numpy()
    votes = np.load(tmp_path / "pred_probs.npz")["train"]
    quality = rank.get_label_quality_scores(labels, votes)
    assert set(np.argsort(quality)[:2]) == {4, 9}
    issues = filters.find_label_issues(labels, votes, return_indices_ranked_by="self_confidence")
    assert len(issues) > 0
    assert issues[0] in (4, 9)
    wide = pd.read_parquet(tmp_path / "annotators.parquet").drop(columns=["split", "example"])
    quality = multiannotator.get_label_quality_multiannotator(wide, votes, verbose=False)
    assert len(quality["label_quality"]) == 60


def test_fiftyone_samples_are_as_documented(found, images, tmp_path):
    table = ranking({"mine": found}, None, ["cat", "dog", "cow"])
    write_fiftyone(table, images, "mine", tmp_path)
    content = json.loads((tmp_path / "samples.json").read_text())
    assert (content["name"], content["media_type"], len(content["samples"])) == (
        "mine",
        "image",
        60,
    )
    sample = content["samples"][0]
    assert Path(sample["filepath"]).is_absolute()
    assert Path(sample["filepath"]).exists()
    assert sample["tags"] == ["train", table["category"][0]]
    assert sample["ground_truth"] == {"_cls": "Classification", "label": table["label_name"][0]}
    assert sample["predicted"]["confidence"] == pytest.approx(table["predicted_share"][0])
    assert sample["label_quality"] == pytest.approx(table["label_quality"][0])


def test_huggingface_reads_a_folder_of_images(found, images, tmp_path):
    table = ranking({"mine": found}, None, ["cat", "dog", "cow"])
    write_huggingface(table, images, tmp_path / "out")
    metadata = pd.read_csv(tmp_path / "out/ranking.csv")
    assert all((tmp_path / "out" / name).exists() for name in metadata["file_name"])
    typed = pd.read_parquet(tmp_path / "out/train/metadata.parquet").drop(columns="file_name")
    pd.testing.assert_frame_equal(typed, table)
    datasets = pytest.importorskip("datasets")
    if not hasattr(datasets, "load_dataset"):  # the folder of tests of this name
        pytest.skip("datasets is not installed")
    loaded = datasets.load_dataset(
        "imagefolder", data_dir=str(tmp_path / "out"), cache_dir=str(tmp_path / "cache")
    )["train"]
    assert len(loaded) == 60
    qualities = dict(zip(loaded["example"], loaded["label_quality"], strict=True))
    for row in table.itertuples():
        assert qualities[row.example] == pytest.approx(row.label_quality, abs=1e-5)


def test_images_in_files_are_linked_not_copied(found, images, tmp_path):
    (tmp_path / "a").mkdir()
    files = []
    for example in range(60):
        files.append(tmp_path / f"a/{example}.png")
        images["train"].image(example).save(files[-1])
    in_files = {"train": SplitPictures(None, files)}
    table = ranking({"mine": found})
    write_huggingface(table, in_files, tmp_path / "out")
    assert (tmp_path / "out/train/000007.png").resolve() == files[7]
    write_fiftyone(table, in_files, "mine", tmp_path / "fo")
    samples = json.loads((tmp_path / "fo/samples.json").read_text())["samples"]
    paths = {each["filepath"] for each in samples}
    assert paths == set(map(str, files))
    files[7].unlink()
    for export in (write_huggingface, partial(write_fiftyone, name="mine")):
        with pytest.raises(RankingError, match=r"no file .*7\.png, which an image was read from"):
            export(table, in_files, folder=tmp_path / "gone")


def test_large_arrays_of_probabilities_can_be_written(found, tmp_path, monkeypatch):
    """An archive takes arrays above 2 GiB only where it is told so before."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    write_cleanlab(ranking({"mine": found}), {"mine": found}, 3, tmp_path)
    assert np.load(tmp_path / "pred_probs.npz")["train"].shape == (60, 3)


def test_texts_for_huggingface_are_of_the_type_that_all_its_versions_read(found, images, tmp_path):
    write_huggingface(ranking({"mine": found}), images, tmp_path)
    schema = pq.read_schema(tmp_path / "train/metadata.parquet")
    assert schema.field("file_name").type == pa.string()
    assert not any(pa.types.is_large_string(each) for each in schema.types)


def test_splits_of_an_earlier_export_do_not_stay(found, images, tmp_path):
    table = ranking({"mine": found})
    write_huggingface(table, images, tmp_path)
    other = {"train": images["train"], "test": images["train"]}
    write_huggingface(table.assign(split="test"), other, tmp_path)
    assert not list((tmp_path / "train").iterdir())
    write_huggingface(table, {}, tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["ranking.csv"]


def test_images_of_an_earlier_export_do_not_stay(found, images, tmp_path):
    table = ranking({"mine": found})
    fewer = table[table["example"] < 20].reset_index(drop=True)
    for write, folder in ((write_huggingface, "hf"), (write_fiftyone, "fo")):
        more = ("mine",) if write is write_fiftyone else ()
        for rows in (table, fewer):
            write(rows, images, *more, tmp_path / folder)
        numbers = {int(path.stem) for path in (tmp_path / folder).rglob("*.png")}
        assert numbers == set(range(20)), folder


def test_texts_have_no_images(found, tmp_path):
    with pytest.raises(RankingError, match="no images"):
        write_fiftyone(ranking({"mine": found}), {}, "mine", tmp_path)
    write_huggingface(ranking({"mine": found}), {}, tmp_path)
    assert "file_name" not in pd.read_csv(tmp_path / "ranking.csv")


def test_an_image_that_is_gone_is_written_and_no_original_is_changed(found, images, tmp_path):
    """The links of an earlier export still point to the originals."""
    files = [tmp_path / f"{example}.png" for example in range(60)]
    for example, file in enumerate(files):
        images["train"].image(example).resize((40, 40)).save(file)
    table = ranking({"mine": found})
    whole = SplitPictures(images["train"].arrays, files)
    write_huggingface(table, {"train": whole}, tmp_path / "out")
    before = [file.read_bytes() for file in files]
    gone = SplitPictures(images["train"].arrays, [None, *files[1:]])
    write_huggingface(table, {"train": gone}, tmp_path / "out")
    assert [file.read_bytes() for file in files] == before
    written = tmp_path / "out/train/000000.png"
    assert not written.is_symlink()
    assert written.exists()
    assert (tmp_path / "out/train/000001.png").resolve() == files[1]
