"""What stands above a histogram or heat map: accuracy, B and what it is of, and what is marked."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.collections import collection, scored
from support.figures import assert_texts_are_readable, drawn, visible_texts

from learning_order.figures import heatmap_panels, panel_numbers, style
from learning_order.figures.distribution_tables import gives_one_class, near_ends

MAMMALS = scored(models=8, extents=(0, 1, 5), examples={"train": 300, "test": 200})


def lines_of(kind, sources, **options):
    figure = drawn(kind, sources, options)[1]
    assert_texts_are_readable(figure)
    return [line for text, _ in visible_texts(figure) for line in text.split("\n")]


def with_scores(scores, models=20):
    """A collection with that TP-agreement of its test examples after one extent."""
    source = collection(models=models, extents=(1,), examples={"test": len(scores)})
    source.tables["examples"]["tp_agreement"] = scores
    source.tables["summary"]["accuracy"] = np.mean(scores)
    return source


@pytest.mark.parametrize("kind", ["histograms", "modal-class-histograms"])
def test_b_says_that_it_is_raw_and_is_given_at_100_where_that_is_asked_for(kind):
    summary = MAMMALS.tables["summary"].query("split == 'test' and extent == 5").iloc[0]
    choice = {"splits": ["test"], "extents": [5]}
    raw = f"raw B = {summary['bimodality']:.2f}"
    at_100 = f"at 100 = {summary['bimodality_at_100']:.2f}"
    accuracy = f"{100 * summary['accuracy']:.0f} % right"
    lines = lines_of(kind, [MAMMALS], **choice)
    assert raw in lines
    assert accuracy in lines
    assert at_100 not in lines
    lines = lines_of(kind, [MAMMALS], **choice, at_100=True)
    assert {raw, at_100, accuracy} <= set(lines)


@pytest.mark.parametrize("kind", ["heatmaps", "overview"])
def test_maps_give_the_range_of_both(kind):
    rows = MAMMALS.tables["summary"].query("split == 'test'")
    lines = lines_of(kind, [MAMMALS], splits=["test"], at_100=True)
    for words, column in (("raw B", "bimodality"), ("at 100", "bimodality_at_100")):
        low, high = rows[column].min(), rows[column].max()
        assert f"{words} {low:.2f}–{high:.2f}" in lines
    low, high = 100 * rows["accuracy"].min(), 100 * rows["accuracy"].max()
    assert f"{low:.0f}–{high:.0f} % right" in lines


def test_a_sweep_gives_the_largest_of_either():
    rows = MAMMALS.tables["summary"].query("split == 'test' and extent > 0")
    for at_100, column in ((False, "bimodality"), (True, "bimodality_at_100")):
        lines = lines_of("sweep", [MAMMALS], at_100=at_100)
        assert f"{rows[column].max():.2f}" in lines
        assert ("B at 100" in lines, "largest raw B" in lines) == (at_100, not at_100)


def test_all_parts_have_the_mean_of_their_bimodality_at_100():
    parts = [scored(f"part-{number}", models=8, seed=number) for number in range(3)]
    lines = lines_of("partitions", parts, shown=1, extents=[5], at_100=True)
    rows = [part.tables["summary"].query("split == 'test' and extent == 5") for part in parts]
    found = [row["bimodality_at_100"].item() for row in rows]
    assert {f"at 100 = {found[0]:.2f}", f"at 100 = {np.mean(found):.2f}"} <= set(lines)


def test_a_single_peak_at_an_end_has_its_share_in_place_of_b():
    lines = lines_of("histograms", [with_scores(np.repeat([1.0, 0.95, 0.5], [180, 12, 8]))])
    assert "96 % at 1" in lines
    assert not [line for line in lines if line.startswith("raw B")]
    assert any(line.startswith("Above each panel") for line in lines)
    lines = lines_of("heatmaps", [with_scores(np.repeat([0.0, 0.3], [190, 10]))])
    assert "one peak" in lines


def test_two_peaks_have_a_b_however_small_the_second_is():
    assert panel_numbers.saturated_end(pd.Series(near_ends(np.repeat([0, 1], [2, 98])))) == ""
    assert panel_numbers.saturated_end(pd.Series(near_ends(np.repeat([0, 1], [1, 199])))) == "1"
    assert panel_numbers.saturated_end(pd.Series(near_ends(np.repeat([0, 0.5], [89, 11])))) == ""


def test_what_is_near_an_end_is_within_a_tenth_of_it():
    assert near_ends(np.arange(11) / 10) == {"near_0": 2 / 11, "near_1": 2 / 11}
    weights = np.array([1, 0, 3])
    assert near_ends(np.array([0.1, 0.5, 0.95]), weights) == {"near_0": 0.25, "near_1": 0.75}


def constant_networks(given=2):
    """Networks that give one class to everything."""
    examples = MAMMALS.tables["examples"].copy()
    right = examples["label"] == given
    examples = examples.assign(tp_agreement=right.astype(float), agreement=1.0, modal_class=given)
    return replace(MAMMALS, tables={**MAMMALS.tables, "examples": examples})


@pytest.mark.parametrize("kind", ["histograms", "heatmaps", "overview", "sweep", "out-of-sample"])
def test_constant_networks_are_marked(kind):
    assert panel_numbers.ONE_CLASS_NOTE[:24] not in " ".join(lines_of(kind, [MAMMALS]))
    lines = lines_of(kind, [constant_networks()])
    assert panel_numbers.ONE_CLASS_NOTE[:24] in " ".join(lines)
    assert [line for line in lines if "*" in line and "%" in line]


def test_a_class_that_most_examples_are_of_may_be_given_to_most():
    examples = pd.DataFrame({"label": [0] * 90 + [1] * 10, "modal_class": 0, "agreement": 1.0})
    assert not gives_one_class(examples)
    assert gives_one_class(examples.assign(label=np.arange(100) % 2))
    assert not gives_one_class(examples.assign(label=np.arange(100) % 2, agreement=0.5))
    assert not gives_one_class(examples.assign(label=1, modal_class=np.arange(100) % 10))


def test_the_two_bands_are_what_a_map_shows():
    """A share of 2 % all over is nearly white, a band of 15 % is not."""
    grey = style.SHADES([share / heatmap_panels.MOST for share in (0, 0.02, 0.15, 0.5)])[:, :3]
    lightness = grey @ [0.299, 0.587, 0.114]
    assert lightness[0] == pytest.approx(1)
    assert 1 - lightness[1] < 0.1
    assert 1 - lightness[2] > 0.25
    assert lightness[3] < 0.1
    assert heatmap_panels.SCALE in " ".join(lines_of("heatmaps", [MAMMALS]))


@pytest.mark.parametrize("extents", [(1, 2, 5, 30, 40, 100), tuple(range(141)), (3,), (0, 1000)])
@pytest.mark.parametrize("beside", [1, 5])
def test_the_first_and_the_last_extent_of_a_map_are_labelled(extents, beside):
    choice = {"models": 3, "extents": extents, "examples": {"test": 20}}
    sources = [collection(f"mammals-{k}", **choice) for k in range(beside)]
    figure = drawn("heatmaps", sources, {})[1]
    axes = figure.axes[0]
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels[0] == str(extents[0])
    assert labels[-1] == str(extents[-1])
    assert_texts_are_readable(figure)


KINDS_WITH_EXTENTS = [
    *("histograms", "heatmaps", "overview", "sweep", "modal-class-histograms", "out-of-sample"),
    *("learned-epochs", "difficulty", "accuracy", "agreement-curves", "bimodality-curves"),
    "example-curves",
]


@pytest.mark.parametrize("kind", KINDS_WITH_EXTENTS)
@pytest.mark.parametrize("protocol", ["own", "boosted"])
def test_what_has_no_epochs_is_not_said_to_have_them(kind, protocol):
    source = scored(protocol=protocol, extents=(1, 2, 5, 9))
    if kind == "learned-epochs":
        source = replace(source, protocol="own")
    assert "epoch" not in " ".join(lines_of(kind, [source]))
    lines = lines_of(kind, [source], extent_name="steps")
    assert "steps" in " ".join(lines)
    assert "epoch" not in " ".join(lines)
