"""How figures and captions word names, letters, counts and numbers."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from learning_order.figures import wording
from learning_order.figures.wording import p_label, r_label, span

WORKFLOW = Path(wording.__file__).parents[2]


@pytest.mark.parametrize("module", ["wording", "captions"])
def test_words_load_no_plotting_library(module):
    code = f"import sys, learning_order.figures.{module}; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(
        command, cwd=WORKFLOW, check=True, capture_output=True, text=True
    ).stdout.split()
    assert f"learning_order.figures.{module}" in loaded
    assert {"matplotlib", "seaborn"}.isdisjoint(loaded)


def test_there_is_a_letter_for_every_panel():
    letters = wording.letters(1 + 26 + 26 * 26)
    assert letters[:2] == ["a) ", "b) "]
    assert letters[25:28] == ["z) ", "aa) ", "ab) "]
    assert letters[26 + 26 * 26 :] == ["aaa) "]
    assert len(set(letters)) == len(letters)
    assert wording.letters(1) == [""]


@pytest.mark.parametrize(
    ("p", "label"),
    [
        (0.0, "p < 10⁻⁵⁰"),
        (9.9e-51, "p < 10⁻⁵⁰"),
        (1e-50, "p = 1·10⁻⁵⁰"),
        (3.2e-7, "p = 3·10⁻⁷"),
        (0.0421, "p = 0.04"),
        (1.0, "p = 1"),
        (np.nan, "p n/a"),
    ],
)
def test_p_is_written_as_in_the_paper(p, label):
    assert p_label(p) == label


def test_r_is_written_with_two_decimals():
    labels = [r_label(r) for r in (0.871, -0.049, -0.001, 1.0)]
    assert labels == ["r = 0.87", "r = −0.05", "r = 0.00", "r = 1.00"]


def test_a_span_of_equals_is_one_number():
    assert [span(3, 3), span(3, 5)] == ["3", "3–5"]
    assert [span(999, 1000, ","), span(0.251, 0.249, ".2f")] == ["999–1,000", "0.25"]


@pytest.mark.parametrize(
    ("extent", "said"),
    [
        *((0, "0"), (9999, "9999"), (10_000, "10k"), (12_345, "12.3k"), (999_400, "999k")),
        *(
            (2e9, "2G"),
            (999_700_000, "1G"),
            (999_600, "1M"),
            (1_500_000, "1.5M"),
            (20_000.0, "20k"),
        ),
    ],
)
def test_many_steps_are_short(extent, said):
    assert wording.extent_number(extent) == said
    assert wording.extent_label("steps", extent) == f"{said} steps"


@pytest.mark.parametrize(
    ("extents", "said"),
    [
        ([0, 10_000, 10_020], ["0", "10k", "10.02k"]),
        ([1_540_000, 1_544_000], ["1.54M", "1.544M"]),
        ([20_000, 20_000, 5], ["20k", "20k", "5"]),
        ([], []),
    ],
)
def test_extents_of_one_figure_are_told_apart(extents, said):
    assert wording.extent_numbers(extents) == said
