"""The ranked table holds what plain loops find, and its head is what should be looked at."""

import numpy as np
import pandas as pd
import pytest

from learning_order.predictions.reading import Predictions
from learning_order.ranking.page_data import showable
from learning_order.ranking.table import RankingError, categories, ranking
from learning_order.ranking.tally import tally
from learning_order.ranking.writing import write_ranking
from learning_order.scores import (
    accessibility,
    area_under_margin,
    forgetting_events,
    label_quality,
    label_quality_with_margins,
    learned_extent,
)

EXTENTS = [0, 2, 4, 9]


def made_up(models=5, examples=40, classes=3, seed=0, splits=("test", "train")) -> Predictions:
    rng = np.random.default_rng(seed)
    labels = {split: np.arange(examples).astype(np.int16) % classes for split in splits}
    predictions = {
        split: np.stack(
            [
                np.where(
                    rng.random((models, examples)) < 0.3 + 0.06 * extent,
                    labels[split],
                    rng.integers(0, classes, (models, examples)),
                )
                for extent in EXTENTS
            ]
        ).astype(np.int16)
        for split in splits
    }
    return Predictions(list(range(models)), EXTENTS, predictions, labels)


def test_columns_are_those_of_the_scores():
    found = made_up()
    table = ranking({"mine": found}).sort_values(["split", "example"])
    for split, rows in table.groupby("split"):
        correct = found.predictions[split] == found.labels[split]
        of_model = correct.mean(axis=0)
        assert np.allclose(rows["accessibility"], accessibility(correct.mean(axis=1)))
        assert np.allclose(rows["accessibility_se"], of_model.std(axis=0, ddof=1) / np.sqrt(5))
        assert np.allclose(rows["forgetting"], forgetting_events(correct).mean(axis=0))
        learned = np.nan_to_num(learned_extent(correct, EXTENTS), nan=np.inf)
        median = np.sort(learned, axis=0)[2]
        assert np.array_equal(rows["learned_extent"].fillna(np.inf), median)


def test_votes_are_counted_and_weighted_by_what_extents_tell():
    found = made_up(splits=["test"])
    labels, predictions = found.labels["test"], found.predictions["test"]
    weights = []
    for step in (1, 2, 3):  # extent 0 is untrained
        accuracy = (predictions[step] == labels).mean()
        weights.append((accuracy - 1 / 3) * (1 - accuracy))
    expected = np.zeros((40, 3))
    for step, weight in zip((1, 2, 3), weights, strict=True):
        for of_model in predictions[step]:
            for example, vote in enumerate(of_model):
                expected[example, vote] += weight / sum(weights) / 5
    assert np.allclose(tally(found, "test").votes, expected, atol=1e-6)
    rows = ranking({"mine": found}).sort_values("example")
    assert np.array_equal(rows["predicted"], expected.argmax(axis=1))
    assert np.allclose(rows["predicted_share"], expected.max(axis=1), atol=1e-6)
    assert np.allclose(rows["runner_up_share"], np.sort(expected, axis=1)[:, 1], atol=1e-6)
    own = expected[np.arange(40), labels]
    others = expected.copy()
    others[np.arange(40), labels] = -1
    quality = (1 + own - others.max(axis=1)) / 2
    assert np.allclose(rows["label_quality"], quality, atol=1e-6)


def with_margins(found: Predictions, seed=0) -> Predictions:
    """The same with p_true and margin, the sign of which says what is right, at random."""
    rng = np.random.default_rng(seed)
    p_true, margin = {}, {}
    for split, predictions in found.predictions.items():
        size = rng.exponential(2, predictions.shape)
        of_split = np.where(predictions == found.labels[split], size, -size)
        margin[split] = of_split.astype(np.float16)
        p_true[split] = (1 / (1 + np.exp(-of_split))).astype(np.float16)
    given = found.seeds, found.extents, found.predictions, found.labels
    return Predictions(*given, p_true, margin)


def test_probabilities_are_used_where_they_are_recorded():
    rng = np.random.default_rng(1)
    p = rng.dirichlet([1, 1, 1], (2, 6))  # (models, examples, classes)
    labels = np.array([0, 1, 2, 0, 1, 2], np.int16)
    own = np.take_along_axis(p, labels[None, :, None], axis=2)[..., 0]
    others = p.copy()
    np.put_along_axis(others, labels[None, :, None], 0, axis=2)
    margin = np.log(own) - np.log(others.max(axis=2))
    votes = p.argmax(axis=2).astype(np.int16)
    pairs = {"test": own[None].astype(np.float16)}, {"test": margin[None].astype(np.float16)}
    found = Predictions([0, 1], [3], {"test": votes[None]}, {"test": labels}, *pairs)
    expected = np.zeros((6, 3))
    for model in range(2):
        for example in range(6):
            expected[example, labels[example]] += own[model, example] / 2
            if votes[model, example] != labels[example]:
                expected[example, votes[model, example]] += p[model, example].max() / 2
    assert np.allclose(tally(found, "test").support, expected, atol=2e-3)


def test_recorded_margins_are_part_of_the_quality_but_not_those_of_untrained_networks():
    found = with_margins(made_up())
    table = ranking({"mine": found}).sort_values(["split", "example"])
    for split, rows in table.groupby("split"):
        support = tally(found, split).support
        margins = area_under_margin(found.margin[split][1:])
        expected = label_quality_with_margins(support, found.labels[split], margins)
        assert np.allclose(rows["label_quality"], expected, atol=1e-6)


def test_margins_of_pooled_collections_count_each_model_once():
    few = with_margins(made_up(models=2, seed=1, splits=["test"]), 1)
    many = with_margins(made_up(models=6, seed=2, splits=["test"]), 2)
    rows = ranking({"few": few, "many": many}).sort_values("example")
    of_few, of_many = (tally(each, "test").support for each in (few, many))
    margins = np.concatenate([each.margin["test"][1:] for each in (few, many)], axis=1)
    expected = label_quality_with_margins(
        (2 * of_few + 6 * of_many) / 8, few.labels["test"], area_under_margin(margins)
    )
    assert np.allclose(rows["label_quality"], expected, atol=1e-6)


def test_margins_are_left_out_unless_all_collections_have_them():
    some = with_margins(made_up(models=2, seed=1, splits=["test"]))
    none = made_up(models=2, seed=2, splits=["test"])
    rows = ranking({"some": some, "none": none}).sort_values("example")
    support = (tally(some, "test").support + tally(none, "test").support) / 2
    expected = label_quality(support, some.labels["test"])
    assert np.allclose(rows["label_quality"], expected, atol=1e-6)


def test_the_head_holds_wrong_labels():
    found = made_up(models=9, splits=["train"])
    wrong = found.labels["train"].copy()
    wrong[[3, 11]] = (wrong[[3, 11]] + 1) % 3
    table = ranking(
        {"mine": Predictions(found.seeds, EXTENTS, found.predictions, {"train": wrong})}
    )
    assert set(table["example"].head(2)) == {3, 11}
    assert table["rank"].tolist() == list(range(1, 41))
    assert table["label_quality"].is_monotonic_increasing


def test_numbers_of_classes_may_begin_anywhere_and_have_gaps():
    """Chance is that of the classes that occur."""
    found = made_up(classes=2)
    expected = ranking({"mine": found})

    def renamed(arrays):
        return {split: np.array([1, 10])[array] for split, array in arrays.items()}

    named = Predictions(found.seeds, EXTENTS, renamed(found.predictions), renamed(found.labels))
    table = ranking({"mine": named})
    for column in ("example", "label_quality", "category", "rank"):
        assert table[column].tolist() == expected[column].tolist(), column


def test_chance_is_that_of_the_classes_of_all_splits():
    """Classes 0 and 1 alone are in the test split."""
    found = made_up(classes=6)
    of_two = found.labels["test"] < 2
    predictions = {**found.predictions, "test": found.predictions["test"][..., of_two]}
    labels = {**found.labels, "test": found.labels["test"][of_two]}
    some = Predictions(found.seeds, EXTENTS, predictions, labels)
    assert np.array_equal(tally(some, "test").votes, tally(some, "test", 6).votes)


def test_pooled_collections_count_each_model_once():
    few, many = made_up(models=2, seed=1), made_up(models=6, seed=2)
    pooled = ranking({"few": few, "many": many}).sort_values(["split", "example"])
    for split, rows in pooled.groupby("split"):
        right = np.concatenate(
            [each.predictions[split] == each.labels[split] for each in (few, many)], axis=1
        ).mean(axis=0)
        assert np.allclose(rows["accessibility"], right.mean(axis=0))
        assert np.allclose(rows["accessibility_few"], right[:2].mean(axis=0))
        assert np.allclose(rows["accessibility_many"], right[2:].mean(axis=0))


def test_collections_of_other_examples_are_refused():
    with pytest.raises(RankingError, match="collections a and b have other"):
        ranking({"a": made_up(), "b": made_up(examples=30)})


def test_sources_names_and_planted_truth_come_from_the_dataset():
    found = made_up(splits=["test"])
    examples = pd.DataFrame(
        {"split": "test", "example": range(40), "source": [f"{i}.png" for i in range(40)],
         "true_label": 2}
    )  # fmt: skip
    row = ranking({"mine": found}, examples, ["cat", "dog", "cow"]).query("example == 7").iloc[0]
    assert (row["source"], row["label_name"], row["true_label"]) == ("7.png", "dog", 2)


def test_without_labels_the_networks_still_say_something():
    found = made_up(splits=["test"])
    nothing = {"test": np.full(40, -1, np.int16)}
    table = ranking({"mine": Predictions(found.seeds, EXTENTS, found.predictions, nothing)})
    assert table["label_quality"].isna().all()
    assert table["predicted"].notna().all()
    assert (table["label_name"] == "").all()


def test_columns_of_the_accessibility_table_are_carried_where_recorded():
    found = made_up(splits=["test"])
    scored = pd.DataFrame({"split": "test", "example": range(40), "aum": np.linspace(-1, 1, 40)})
    table = ranking({"mine": found}, accessibility={"mine": scored})
    assert np.allclose(table.sort_values("example")["aum"], scored["aum"])
    assert "confidence" not in table


def test_every_category_has_its_rule():
    support = np.array([[0.1, 0.9], [0.3, 0.45], [0.4, 0.3], [0.9, 0.1], [0.9, 0.1], [0.2, 0.8]])
    labels = np.array([0, 0, 0, 0, 0, 1])
    learned = np.array([np.inf, np.inf, 1, 9, 1, 1])
    right_at_end = np.array([0, 0, 0.5, 0.6, 1, 1])
    found = categories(support, labels, learned, right_at_end, [0, 1, 9])
    assert found.tolist() == ["suspect", "never", "ambiguous", "late", "easy", "easy"]


def test_no_cell_of_the_csv_is_a_formula(tmp_path):
    found = made_up(splits=["test"])
    names = ["=1+1", "+a", "@b", "-c", "\tplain"]
    table = ranking({"mine": found}, None, names)
    write_ranking(table, tmp_path / "r.parquet", tmp_path / "r.csv")
    read = pd.read_csv(tmp_path / "r.csv")
    assert set(read["label_name"]) == {"'=1+1", "'+a", "'@b"}
    stored = pd.read_parquet(tmp_path / "r.parquet")
    assert set(stored["label_name"]) == {"=1+1", "+a", "@b"}
    assert np.allclose(read["label_quality"], stored["label_quality"], atol=1e-5)


def test_predictions_of_other_examples_than_the_dataset_s_are_refused():
    predictions = {"test": np.array([[[0, 1, 0], [0, 1, 0]]])}
    found = {"mine": Predictions([0, 1], [5], predictions, {"test": np.array([0, 1, 0])})}

    def examples(*labels):
        count = len(labels)
        rows = {"split": ["test"] * count, "example": range(count), "label": labels}
        return pd.DataFrame({**rows, "source": [f"x{n}" for n in range(count)]})

    assert sorted(ranking(found, examples(0, 1, 0))["source"]) == ["x0", "x1", "x2"]
    with pytest.raises(RankingError, match="mine: test example 2 has label 0, in its dataset 1"):
        ranking(found, examples(0, 1, 1))
    with pytest.raises(RankingError, match="has 3 test examples, its dataset 2: give it the data"):
        ranking(found, examples(0, 1))


def test_only_splits_that_can_be_shown_are():
    table = pd.DataFrame({"split": ["test", "noise", "test"], "example": [0, 0, 1]})
    kept, said = showable(table, {"train": [], "test": []})
    assert kept["example"].tolist() == [0, 1]
    assert said == ["Examples of noise are not at hand here: the table has them."]
    assert showable(table, {})[0] is table
