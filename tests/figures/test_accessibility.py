"""Accessibility of two collections: points, cells, means and correlations, computed again."""

import statistics
from collections import Counter

import numpy as np
import pytest
from scipy import stats
from support.figures import assert_texts_are_readable
from support.pairs import ALEXNET, RESNET, SMALL, ST_VGG, accessible, big, drawn, tabulated

from learning_order.figures import load_kind
from learning_order.figures.pair_tables import bin_numbers


def accessibility(collection, split="train"):
    table = collection.tables["accessibility"]
    return table[table["split"] == split]["accessibility"].to_numpy()


def hits(collection, split="train"):
    """How often any model at any extent is right: integers, of as many as there can be."""
    summary = collection.tables["summary"]
    most = summary["models"].iloc[0] * summary["extent"].nunique()
    counts = accessibility(collection, split) * most
    np.testing.assert_allclose(counts, counts.round())
    return counts.round().astype(int).tolist(), int(most)


def test_points_are_the_accessibilities():
    data, figure = drawn("accessibility-scatter", [(ST_VGG, SMALL)])
    (first, most_first), (second, most_second) = hits(ST_VGG), hits(SMALL)
    expected = Counter(zip(first, second, strict=True))
    columns = ["first_accessibility", "second_accessibility"]
    found = (data[columns] * [most_first, most_second]).round().astype(int)
    found = dict(zip(map(tuple, found.to_numpy()), data["examples"], strict=True))
    assert found == expected
    assert data["examples"].max() > 1
    [points] = figure.axes[0].collections
    shown = dict(zip(map(tuple, points.get_offsets()), points.get_array(), strict=True))
    assert shown == dict(zip(map(tuple, data[columns].to_numpy()), data["examples"], strict=True))


def test_cells_are_numpys_two_dimensional_histogram():
    data, figure = drawn("accessibility-scatter", [(RESNET, ALEXNET)], bins=7)
    nudged = [np.nextafter(accessibility(of), 2) for of in (RESNET, ALEXNET)]  # off the edges
    edges = np.append(np.linspace(0, 1, 8)[:-1], 1.1)
    expected, _, _ = np.histogram2d(*nudged, edges)
    grid = np.zeros((7, 7))
    cells = (data[["first_accessibility", "second_accessibility"]] * 7).round().astype(int)
    grid[tuple(cells.to_numpy().T)] = data["examples"]
    np.testing.assert_array_equal(grid, expected)
    [mesh] = [found for found in figure.axes[0].collections if found.get_array() is not None]
    np.testing.assert_array_equal(np.ma.filled(mesh.get_array(), 0), expected.T)


@pytest.mark.parametrize("models", [3, 7, 27, 100, 600])
@pytest.mark.parametrize("bins", [1, 7, 50, 60])
def test_values_on_the_edge_of_bins_go_to_the_upper_one(models, bins):
    k = np.arange(models + 1)
    expected = [min(int(each) * bins // models, bins - 1) for each in k]
    for nudge in (-1e-12, 0, 1e-12):
        assert bin_numbers(k / models + nudge, bins)[1:].tolist() == expected[1:]


@pytest.mark.parametrize("kind", ["accessibility-scatter", "binned-accessibility"])
def test_the_correlation_is_that_of_all_examples(kind):
    for pair in ((RESNET, ALEXNET), (ST_VGG, SMALL)):
        first, second = map(accessibility, pair)
        row = tabulated(kind, [pair]).iloc[0]
        n = len(first)
        assert row["n"] == n
        r = np.corrcoef(first, second)[0, 1]
        assert row["r"] == pytest.approx(r)
        t = r * np.sqrt((n - 2) / (1 - r**2))
        assert row["p"] == pytest.approx(2 * stats.t.sf(abs(t), n - 2), rel=1e-6)


def test_an_imagenet_of_examples_is_a_small_table():
    examples = 1_281_167
    pair = [accessible(f"net-{seed}", big(seed, examples), models=9) for seed in range(2)]
    data = tabulated("accessibility-scatter", [pair])
    assert len(data) <= 50 * 50
    assert data["examples"].sum() == examples
    text = load_kind("accessibility-scatter").draw(data, {}).axes[0].get_title(loc="left")
    assert text.endswith(", p < 10⁻⁵⁰, N = 1,281,167")


def test_a_constant_accessibility_has_no_correlation():
    constant = accessible("never", np.full(300, 0.1 + 0.2)), accessible("some", big(0, 300))
    for kind in ("accessibility-scatter", "binned-accessibility"):
        figure = load_kind(kind).draw(tabulated(kind, [constant]), {})
        assert figure.axes[0].get_title(loc="left") == "r n/a, p n/a, N = 300"
        assert_texts_are_readable(figure)


def test_means_and_standard_errors_are_those_of_each_value():
    data, figure = drawn("binned-accessibility", [(ST_VGG, SMALL)])
    groups = {}
    for k, value in zip(hits(ST_VGG)[0], accessibility(SMALL), strict=True):
        groups.setdefault(k, []).append(value)
    assert len(data) == len(groups)
    for (k, values), row in zip(sorted(groups.items()), data.itertuples(), strict=True):
        assert row.first_accessibility == pytest.approx(k / hits(ST_VGG)[1])
        assert row.second_accessibility == pytest.approx(statistics.mean(values))
        assert row.examples == len(values)
        if len(values) == 1:
            assert np.isnan(row.standard_error)
        else:
            expected = statistics.stdev(values) / len(values) ** 0.5
            assert row.standard_error == pytest.approx(expected, abs=1e-12)
    assert 1 in data["examples"].tolist()
    [bars] = figure.axes[0].containers
    dots = figure.axes[0].collections[-1]
    np.testing.assert_array_equal(dots.get_offsets()[:, 1], data["second_accessibility"])
    assert (np.diff(dots.get_sizes()[np.argsort(data["examples"], kind="stable")]) >= 0).all()
    assert dots.get_sizes().max() > 3 * dots.get_sizes()[data["examples"] == 1].max()
    lengths = [np.ptp(segment[:, 1]) / 2 for segment in bars[2][0].get_segments()]
    np.testing.assert_allclose(lengths, data["standard_error"].fillna(0), atol=1e-12)


def test_bins_group_the_first_accessibility():
    data = tabulated("binned-accessibility", [(ST_VGG, SMALL)], split="test", bins=4)
    first, most = hits(ST_VGG, "test")
    second = accessibility(SMALL, "test")
    for number, row in enumerate(data.itertuples()):
        chosen = [min(4 * k // most, 3) == number for k in first]
        assert row.examples == sum(chosen)
        assert row.second_accessibility == pytest.approx(second[chosen].mean())
    assert data["examples"].sum() == len(first)
