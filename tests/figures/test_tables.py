"""The numbers behind histograms and heat maps."""

import numpy as np
import pandas as pd
import pytest
from support.collections import collection, pictures

from learning_order.figures import load_kind
from learning_order.figures.distribution_tables import bin_edges, shares
from learning_order.figures.kinds import dataset_samples, histograms, score_illustration
from learning_order.figures.sources import NotToDraw


@pytest.mark.parametrize("models", [1, 2, 6, 19, 20, 27, 40])
def test_few_models_have_one_bin_a_value(models):
    hits = np.repeat(np.arange(models + 1), np.arange(models + 1) + 1)
    counted = shares(hits / models, models) * len(hits)
    np.testing.assert_allclose(counted, np.arange(models + 1) + 1)
    assert np.histogram(hits / models, bin_edges(models))[0].tolist() == list(range(1, models + 2))


@pytest.mark.parametrize(
    ("models", "bins"), [(100, None), (60, None), (100, 10), (20, 20), (27, 5)]
)
def test_values_on_a_bin_edge_go_to_the_upper_bin(models, bins):
    count = bins or 20
    hits = np.arange(models + 1)
    expected = np.zeros(count)
    for k in hits:  # in whole numbers: bin b holds b/count <= k/models < (b + 1)/count
        expected[min(k * count // models, count - 1)] += 1
    nudged = (hits / models).astype(np.float32)  # the wrong side of many an edge
    np.testing.assert_allclose(shares(nudged, models, bins) * len(hits), expected)


def test_shares_equal_numpys_histogram():
    rng = np.random.default_rng(0)
    hits = rng.integers(0, 101, 5000)
    counts, _ = np.histogram(hits, np.arange(0, 101, 5))
    np.testing.assert_allclose(shares(hits / 100, 100), counts / 5000)


@pytest.mark.parametrize("models", [6, 27, 100])
@pytest.mark.parametrize("kind", ["histograms", "heatmaps", "overview"])
def test_every_distribution_sums_to_one(kind, models):
    source = collection(models=models, extents=(0, 3, 9))
    data = load_kind(kind).tabulate([source], {"null_hypothesis": True})
    sums = data.groupby(["collection", "split", "extent"])[["share", "null_share"]].sum()
    assert len(sums) == 6
    np.testing.assert_allclose(sums, 1)


def test_rebinning_keeps_the_mass_and_the_place_of_the_null():
    source = collection(models=100, extents=(5,))
    null = source.tables["null"].query("split == 'train'")
    data = histograms.tabulate([source], {"splits": ["train"]})
    low, high = data["left"].iloc[7], data["right"].iloc[11]
    k = np.arange(101)
    between = null["share"].to_numpy()[(k >= round(low * 100)) & (k < round(high * 100))].sum()
    assert data["null_share"].iloc[7:12].sum() == pytest.approx(between)


def test_each_collection_is_binned_by_its_own_number_of_models():
    data = histograms.tabulate([collection("a", models=6), collection("b", models=100)], {})
    bins = data.groupby("collection")["left"].nunique()
    assert bins.to_dict() == {"a": 7, "b": 20}


def test_agreement_has_a_null_of_its_own():
    data = histograms.tabulate([collection()], {"score": "agreement"})
    for share in ("share", "null_share"):
        assert data.query("right <= 0.5")[share].sum() == 0  # two classes: at least half agree
        assert data.groupby(["split", "extent"])[share].sum().to_numpy() == pytest.approx(1)
    without = histograms.tabulate([collection()], {"score": "agreement", "null_hypothesis": False})
    assert without["null_share"].isna().all()


def test_refusals_name_the_choices():
    with pytest.raises(ValueError, match=r"no extent \[7\]: choose among \[0, 10"):
        histograms.tabulate([collection()], {"extents": [7]})
    with pytest.raises(ValueError, match="write tp_agreement or agreement"):
        histograms.tabulate([collection()], {"score": "accuracy"})
    with pytest.raises(ValueError, match="labels for 1 collections"):
        load_kind("overview").tabulate([collection()], {"labels": ["real", "synthetic"]})
    mixed = collection()
    mixed.tables["summary"].loc[0, "models"] = 99
    with pytest.raises(ValueError, match=r"\[99, 100\] models"):
        histograms.tabulate([mixed], {})


def test_train_and_test_are_drawn_as_far_as_they_are_there():
    both = collection("a", examples={"test": 9, "train": 9, "noise": 9})
    one = collection("b", examples={"test": 9})
    data = histograms.tabulate([both, one], {})
    splits = data.groupby("collection")["split"].unique()
    assert splits.map(list).to_dict() == {"a": ["train", "test"], "b": ["test"]}
    with pytest.raises(NotToDraw, match="collection b has no split noise, only test"):
        histograms.tabulate([both, one], {"splits": ["noise"]})
    with pytest.raises(NotToDraw, match="neither train nor test: choose of noise with"):
        histograms.tabulate([collection(examples={"noise": 9})], {})


def test_examples_without_labels_have_only_the_agreement():
    source = collection(examples={"test": 90, "noise": 90})
    for table, column in (("examples", "tp_agreement"), ("summary", "accuracy")):
        rows = source.tables[table]
        rows.loc[rows["split"] == "noise", column] = np.nan
    data = histograms.tabulate([source], {"splits": ["noise"], "score": "agreement"})
    assert data.groupby("extent")["share"].sum().to_numpy() == pytest.approx(1)
    for kind in ("histograms", "heatmaps", "overview", "accuracy"):
        with pytest.raises(NotToDraw, match="noise examples of collection small-mammals have no"):
            load_kind(kind).tabulate([source], {"splits": ["test", "noise"]})


def test_illustration_computes_the_papers_scores():
    data = score_illustration.tabulate([], {})
    np.testing.assert_allclose(data["precision"], 2 / 3)
    scores = data.groupby("example")[["tp_agreement", "agreement"]].first() * 3
    assert scores["tp_agreement"].round(9).tolist() == [3, 3, 3, 2, 1, 0]
    assert scores["agreement"].round(9).tolist() == [3, 3, 3, 2, 2, 3]
    with pytest.raises(ValueError, match="two classes"):
        score_illustration.tabulate([], {"labels": [0, 1]})


def test_samples_are_the_first_of_each_class():
    source = pictures(classes=3)
    data = dataset_samples.tabulate([source], {"per_class": 2})
    for label, rows in data.groupby("label"):
        assert rows["example"].tolist() == np.flatnonzero(source.labels == label)[:2].tolist()
        assert rows["class"].unique().tolist() == [source.classes[label]]


def test_eight_bit_images_are_shown_as_they_are():
    source = pictures(classes=2, channels=1, size=4)
    source = type(source)("digits", ["0", "1"], np.uint8(source.images * 10 + 100), source.labels)
    image = dataset_samples.tabulate([source], {}).iloc[0]
    assert bytes.fromhex(image["pixels"][1:]) == source.images[image["example"]].tobytes()


def test_names_of_several_words_break_alike():
    names = pd.DataFrame({"class": ["red 45°", "green 45°", "blue"]})
    assert list(dataset_samples._names(names, 0.42).values()) == ["red\n45°", "green\n45°", "blue"]
    assert list(dataset_samples._names(names, 0.6).values()) == ["red 45°", "green 45°", "blue"]
