"""Two collections at equal accuracy: counts and averaged histograms, computed again."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from support.pairs import FAST, LINEAR, SLOW, SMALL, ST_VGG, drawn, learner, tabulated

from learning_order.figures import load_kind
from learning_order.figures.sources import NotToDraw


def modal(collection, split, extent):
    rows = collection.tables["examples"]
    rows = rows[(rows["split"] == split) & (rows["extent"] == extent)]
    return list(zip(rows["modal_class"], rows["label"], strict=True))


@pytest.mark.parametrize("split", ["train", "test"])
def test_counts_are_those_of_a_plain_loop(split):
    data = tabulated("matched-accuracy", [(ST_VGG, SMALL)], split=split, tolerance=0.05)
    assert set(data["beyond"]) == {True, False}
    for (a, b), rows in data.groupby(["first_extent", "second_extent"]):
        expected, accurate = Counter(), [0, 0]
        votes = zip(modal(ST_VGG, split, a), modal(SMALL, split, b), strict=True)
        for (first, label), (second, same_label) in votes:
            assert label == same_label
            right = first == label, second == label
            accurate = [count + each for count, each in zip(accurate, right, strict=True)]
            expected[{(1, 1): "both", (1, 0): "first", (0, 1): "second", (0, 0): ""}[right]] += 1
        assert rows.set_index("right")["examples"].to_dict() == {
            right: expected[right] for right in ("both", "first", "second")
        }
        accuracies = [count / sum(expected.values()) for count in accurate]
        row = rows.iloc[0]
        assert row[["first_accuracy", "second_accuracy"]].tolist() == pytest.approx(accuracies)
        assert row["accuracy"] == pytest.approx(max(accuracies))
        assert row["beyond"] or abs(accuracies[0] - accuracies[1]) <= 0.05


def test_lines_are_the_counts_and_the_dashed_one_the_best_of_the_weaker():
    data, figure = drawn("matched-accuracy", [(ST_VGG, SMALL)])
    [axes] = figure.axes
    for line, right in zip(axes.lines, ("both", "first", "second"), strict=False):
        rows = data[data["right"] == right]
        points = {accuracy: [] for accuracy in sorted(rows["accuracy"])}
        for accuracy, examples in zip(rows["accuracy"], rows["examples"], strict=True):
            points[accuracy].append(examples)
        means = [sum(examples) / len(examples) for examples in points.values()]
        np.testing.assert_array_equal(line.get_xdata(), list(points))
        np.testing.assert_allclose(line.get_ydata(), means)
    assert len({line.get_linestyle() for line in axes.lines[:3]}) == 3
    assert len({line.get_marker() for line in axes.lines[:3]}) == 3
    summary = SMALL.tables["summary"]
    best = summary[summary["split"] == "test"]["ensemble_accuracy"].max()
    assert set(axes.lines[3].get_xdata()) == {best}
    assert axes.texts[0].get_text() == "best of\nsmall-st-vgg"
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["both", "only st-vgg (6 models)", "only small-st-vgg (5 models)"]


def test_extents_of_equal_accuracy_are_one_point():
    data = tabulated("matched-accuracy", [(FAST, SLOW)], tolerance=1)
    again = pd.concat([data, data.assign(examples=data["examples"] + 10)])
    axes = load_kind("matched-accuracy").draw(again, {}).axes[0]
    both = data[data["right"] == "both"]
    assert axes.lines[0].get_xdata().tolist() == sorted(both["accuracy"])
    ordered = both.sort_values("accuracy")["examples"] + 5
    assert axes.lines[0].get_ydata().tolist() == ordered.tolist()


def in_parts(architecture, **options):
    """The first extents of a learner, in fifths of an epoch."""
    collection = learner(architecture, name=f"{architecture}-first", **options)
    return replace(collection, parts_per_epoch=5)


def test_pooled_pairs_are_matched_as_one_in_epochs():
    whole = (ST_VGG, SMALL)
    first = (
        in_parts("st-vgg", extents=tuple(range(11)), best=0.3),
        in_parts("small-st-vgg", extents=tuple(range(11)), best=0.3, models=5),
    )
    data = tabulated("matched-accuracy", [whole, first], pooled=True, tolerance=0.05)
    assert set(data["pair"]) == {0}
    assert data["first_models"].unique().tolist() == [6]
    times = {0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2, 5, 9}
    for member in ("first_extent", "second_extent"):
        assert set(data[member]) <= times
        assert len({time for time in data[member] if time % 1}) > 3
    # Whole epochs are those of the first pair, whatever the second says of them.
    alone = tabulated("matched-accuracy", [whole], tolerance=0.05)
    accuracy = data.groupby("first_extent")["first_accuracy"].agg(["min", "max"])
    for extent, rows in alone.groupby("first_extent"):
        expected = rows["first_accuracy"].iloc[0]
        assert accuracy.loc[extent].tolist() == [expected, expected]
    assert data["weaker_best"].iloc[0] == alone["weaker_best"].iloc[0]
    [axes] = drawn("matched-accuracy", [whole, first], pooled=True)[1].axes
    assert len(axes.lines[0].get_xdata()) > len(set(alone["accuracy"]))


def test_pooled_collections_of_other_numbers_of_models_say_so():
    pairs = [(ST_VGG, SMALL), (in_parts("st-vgg", models=3), in_parts("small-st-vgg", models=5))]
    data, figure = drawn("matched-accuracy", pairs, pooled=True)
    assert set(data["first_models"]) == {"3–6"}
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend[1] == "only st-vgg (3–6 models)"


def test_swapping_a_pair_swaps_its_lines():
    once, again = (
        tabulated("matched-accuracy", [pair]) for pair in ((ST_VGG, SMALL), (SMALL, ST_VGG))
    )
    other = {"both": "both", "first": "second", "second": "first"}
    again["right"] = again["right"].map(other)
    keys = ["accuracy", "right"]
    sizes = [table.sort_values(keys)["examples"].tolist() for table in (once, again)]
    assert sizes[0] == sizes[1]


def test_equals_need_no_dashed_line():
    kind = load_kind("matched-accuracy")
    figure = kind.draw(kind.tabulate([(ST_VGG, ST_VGG)], {}), {})
    assert len(figure.axes[0].lines) == 3
    for line in figure.axes[0].lines[1:]:
        assert set(line.get_ydata()) == {0}


def fractions(collection, extent):
    """The TP-agreement of the test examples, exactly."""
    examples, summary = collection.tables["examples"], collection.tables["summary"]
    rows = examples[(examples["split"] == "test") & (examples["extent"] == extent)]
    models = int(summary["models"].iloc[0])
    return [Fraction(round(score * models), models) for score in rows["tp_agreement"]]


def test_histograms_are_of_the_mean_of_both():
    data = tabulated("averaged-histograms", [(ST_VGG, SMALL)], bins=20, tolerance=0.05)
    for _, panel in data.groupby("match"):
        row = panel.iloc[0]
        scores = [fractions(ST_VGG, row["first_extent"]), fractions(SMALL, row["second_extent"])]
        means = [(a + b) / 2 for a, b in zip(*scores, strict=True)]
        expected = Counter(min(int(mean * 20), 19) for mean in means)
        shares = [expected[number] / len(means) for number in range(20)]
        assert panel["share"].tolist() == pytest.approx(shares)
        z = np.array(means, float)
        bimodality = stats.kurtosis(z, fisher=False) - stats.skew(z) ** 2 - 1
        assert row["bimodality"] == pytest.approx(bimodality)


def test_panels_are_spread_over_the_matches():
    data, figure = drawn("averaged-histograms", [(LINEAR, LINEAR), (ST_VGG, SMALL)], panels=6)
    first = data[data["pair"] == 0].drop_duplicates("match")
    matched = tabulated("matched-accuracy", [(LINEAR, LINEAR)]).drop_duplicates("first_extent")
    extents = matched["first_extent"].tolist()
    assert len(first) == 6
    assert first["first_extent"].tolist() == [extents[k] for k in (0, 2, 4, 7, 9, 11)]
    titles = [axes.get_title() for axes in figure.axes]
    row = first.iloc[0]
    assert titles[0] == f"{100 * row['accuracy']:.0f} %\nepochs 3 and 3"
    beyond = data[data["beyond"]].iloc[-1]
    accuracies = [f"{100 * beyond[of]:.0f} %" for of in ("first_accuracy", "second_accuracy")]
    epochs = f"epochs {beyond['first_extent']} and {beyond['second_extent']}"
    assert f"{' and '.join(accuracies)}\n{epochs}" in titles


def test_panels_are_the_matches_nearest_to_the_chosen_accuracies():
    everywhere = tabulated("averaged-histograms", [(LINEAR, LINEAR)], panels=100)
    accuracies = everywhere.drop_duplicates("match")["accuracy"].to_numpy()
    wanted = [accuracies[2] + 0.001, accuracies[7] - 0.001, 5.0]
    pairs = [(LINEAR, LINEAR), (ST_VGG, SMALL)]
    data = tabulated("averaged-histograms", pairs, accuracies=[wanted, [0.3]])
    first = data[data["pair"] == 0].drop_duplicates("match")
    assert first["accuracy"].tolist() == [accuracies[2], accuracies[7], accuracies.max()]
    assert data[data["pair"] == 1]["match"].unique().tolist() == [0]
    for_all = tabulated("averaged-histograms", pairs, accuracies=wanted)
    assert (
        for_all.query("pair == 0")["accuracy"].tolist()
        == first.merge(data[data["pair"] == 0], on="match")["accuracy_x"].tolist()
    )
    with pytest.raises(NotToDraw, match="1 lists of accuracies for 2 pairs"):
        tabulated("averaged-histograms", pairs, accuracies=[wanted])


def test_collections_that_are_never_equally_accurate_are_compared_beyond():
    data = tabulated("matched-accuracy", [(FAST, SLOW)], tolerance=0)
    assert data["beyond"].all()
    assert set(data["second_extent"]) == {1}
