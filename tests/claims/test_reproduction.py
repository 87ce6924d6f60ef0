"""The page of the documentation says what the claims table says."""

import pandas as pd
import pytest

from learning_order.claims.reproduction import read, reproduction, summary
from learning_order.claims.verdicts import COLUMNS

CLAIM = {
    "claim": "accuracy",
    "statement": "Mean accuracy.",
    "source": "§4.2",
    "measure": "accuracy",
    "split": "test",
    "datasets": "small-mammals",
    "architectures": "st-vgg",
    "models": "6",
    "paper": "0.56",
    "measured": 0.5512,
    "low": 0.54,
    "high": 0.56,
    "rule": "all of the interval is within 0.03 of the claimed value",
    "verdict": "reproduced",
    "scale": "6 of 100 models, to 140 of 140",
    "remark": "at extent 140",
}
NOT_RUN = {
    "claim": "far",
    "verdict": "not run",
    "measured": None,
    "scale": None,
    "remark": None,
    "low": None,
}
RUNS = pd.DataFrame(
    [
        ["d", "a", "0-140", 1, "abc", "a laptop", 1.25, 2e6],
        ["d", "a", "0-140", 1, "abc", "a laptop", 1, 1e6],
    ],
    columns=[
        *("dataset", "architecture", "extents", "parts_per_epoch"),
        *("commit", "machine", "hours", "bytes"),
    ],
)


def table(*changes):
    return pd.DataFrame([{**CLAIM, **change} for change in changes], columns=COLUMNS)


def page(*changes, limits=None):
    return reproduction(table(*changes), [("fig4", "A caption.\n")], RUNS, limits or {})


def test_a_claim_is_a_row_with_its_interval_scale_and_reason():
    assert (
        "| Mean accuracy. (§4.2) | 0.56 | 0.55 [0.54, 0.56] | st-vgg on small-mammals, test; "
        "6 of 100 models, to 140 of 140 | **reproduced** | all of the interval is within 0.03 of "
        "the claimed value; at extent 140 |"
    ) in page({})


@pytest.mark.parametrize(
    ("verdict", "share"), [("not reproduced", "none"), ("inconclusive", "a part")]
)
def test_the_reason_follows_the_verdict(verdict, share):
    assert f"| {share} of the interval is within 0.03" in page({"verdict": verdict})


def test_limited_data_are_said_to_be_limited():
    limits = {"small-mammals": "at most 50 train examples"}
    assert "to 140 of 140; at most 50 train examples |" in page({}, limits=limits)


def test_what_was_not_run_is_listed_with_what_it_takes():
    text = page({}, NOT_RUN, {**NOT_RUN, "statement": "It is so.", "split": "train"})
    assert "| Mean accuracy. (§4.2) | 0.56 | st-vgg on small-mammals, test |" in text
    assert "| It is so. (§4.2) | 0.56 | st-vgg on small-mammals, train |" in text
    assert text.count("**") == 2


def test_claims_of_later_papers_are_said_not_to_be_counted():
    later = {"source": "Jiang et al. 2021"}
    assert "2 rows more, of what later papers claim." in page({}, later, later)
    assert "rows more" not in page({})


def test_what_could_not_be_measured_stays_in_the_table():
    text = page({**NOT_RUN, "models": "1", "remark": "it takes two models"})
    assert "| **not run** | it takes two models |" in text


def test_runs_are_summed_and_figures_shown():
    text = page({})
    assert "| a on d | 2 | 0-140 | abc | a laptop | 2.2 | 3.00 |" in text
    assert "### fig4\n\n![fig4](figures/reproduction/fig4.png)\n\nA caption." in text


def test_what_may_still_fail_is_counted():
    early = {"finished": "False"}  # as read from a file
    text = summary(table({}, early, {**early, "verdict": "inconclusive"}, {"finished": "True"}))
    assert (
        "3 reproduced, 0 not reproduced, 1 inconclusive. Of those reproduced, 1 saw only the first "
        "part of training, and the other 0 claims"
    ) in text
    assert "Of those reproduced" not in summary(table({}))
    text = summary(table(early, early, {**early, "statement": "It is so."}))
    assert "training (2 of them are one statement, on 2 collections), and" in text


def test_what_a_hundred_models_would_have_stands_beside_what_these_have():
    assert "| 0.55 [0.54, 0.56] for 100 models, 0.45 for these |" in page({"raw": 0.452})


def test_words_that_look_like_numbers_stay_words(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text("paper,commit,measured\n0.50,1234567e8901,0.5\n,7,\n")
    found = read(path, numbers=["measured"])
    assert found["paper"].tolist()[0] == "0.50"
    assert found["commit"].tolist() == ["1234567e8901", "7"]
    assert found["measured"].tolist()[0] == 0.5
    assert found.iloc[1][["paper", "measured"]].isna().all()


def test_extents_within_epochs_say_so():
    runs = RUNS.assign(parts_per_epoch=[1, 5])
    text = reproduction(table({}), [("fig4", "A caption.\n")], runs, {})
    assert "| a on d | 2 | 0-140, 0-140 (5 per epoch) |" in text


def test_the_summary_counts_the_claims_of_the_paper():
    of_others = {"source": "Jiang et al. 2021", "statement": "Not of the paper."}
    text = summary(table({}, {"verdict": "inconclusive", "models": "4"}, NOT_RUN, of_others))
    assert text.startswith(
        "1 statements of the paper, chosen by us, make 3 claims, one for each collection of "
        "networks and split; 2 have been tested so far, on real runs of 4 to 6 models per "
        "collection: 1 reproduced, 0 not reproduced, 1 inconclusive. The other 1 claims wait for"
    )
    assert "| Mean accuracy. | test | 0.56 | 2 collections | 1 reproduced, 1 inconclusive |" in text
    assert "Not of the paper." not in text


@pytest.mark.parametrize(
    ("hours", "said"), [((1.25, 1), "2.2"), ((1.25, None), "≥ 1.2"), ((None, None), "–")]
)
def test_hours_that_are_not_known_are_not_counted_as_none(hours, said):
    runs = RUNS.assign(hours=pd.Series(hours, dtype=float))
    text = reproduction(table({}), [("fig4", "A caption.\n")], runs, {})
    assert f"| a on d | 2 | 0-140 | abc | a laptop | {said} | 3.00 |" in text


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ((0.9919, 0.9914, 0.9925), "0.992 [0.991, 0.993]"),
        ((0.99983, 0.99976, 0.9999), "0.9998 [0.9998, 0.9999]"),
        ((1, 1, 1), "1.00 [1.00, 1.00]"),
        ((0.5, float("nan"), float("nan")), "0.50"),
        ((0.1, -0.0007, 0.19), "0.10 [0.00, 0.19]"),
    ],
)
def test_a_narrow_interval_has_more_decimals(interval, said):
    text = page(dict(zip(("measured", "low", "high"), interval, strict=True)))
    assert f"| 0.56 | {said} |" in text
