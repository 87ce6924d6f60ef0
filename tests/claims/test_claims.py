"""Claims are measured from score tables, and judged by the rule that stands beside them."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr, spearmanr, ttest_1samp
from sklearn.metrics import roc_auc_score

from learning_order.claims import measures
from learning_order.claims.measures import FUNCTIONS, NotMeasurable, measure
from learning_order.claims.page import page
from learning_order.claims.shapes import Interval, Shape
from learning_order.claims.verdicts import COLUMNS, RULES, ordered, row
from learning_order.config.catalogue import MEASURES
from learning_order.scores import reliability_of
from learning_order.tables.build import collection_tables
from learning_order.tables.collection import Collection

EXTENTS = [0, 2, 9]


def learned(name, *, seed=0, models=12, examples=300, shared_order=True, noise=0.1):
    """A collection whose models learn in one order, up to noise, or each in its own."""
    rng = np.random.default_rng(seed)
    difficulty = np.random.default_rng(7).random(examples)
    labels = np.random.default_rng(8).integers(0, 4, examples)
    predictions = np.empty((len(EXTENTS), models, examples), int)
    for place, progress in enumerate((0.25, 0.5, 0.7)):
        for model in range(models):
            own = difficulty + noise * rng.normal(size=examples)
            right = own < progress if shared_order and place else rng.random(examples) < progress
            wrong = (labels + rng.integers(1, 4, examples)) % 4
            predictions[place, model] = np.where(right, labels, wrong)
    splits = {"train": predictions, "test": predictions[:, :, :200]}
    both = {"train": labels, "test": labels[:200]}
    tables = collection_tables(splits, both, EXTENTS, range(models), resamples=50)
    return Collection(name, "shapes", "net", "independent", tables)


ORDERED, UNORDERED = learned("ordered"), learned("unordered", shared_order=False)
OTHER = learned("other", seed=1, models=9, noise=0.2)
SINGLE = learned("single", models=1)


def compared(collection, values, split="train", name="marks"):
    """The collection with a reference that has these values."""
    rows = {"split": split, "example": np.arange(len(values), dtype=np.int32), "value": values}
    return replace(collection, references={name: pd.DataFrame(rows)})


MARKED = compared(ORDERED, (np.random.default_rng(7).random(300) > 0.9).astype(float))


def accessibility_by_hand(collection, split):
    """From the tables of single examples, with pandas, as anyone would."""
    rows = collection.tables["examples"].query("split == @split")
    # Rounded: sums of the same shares in another order would not tie.
    return rows.groupby("example")["tp_agreement"].mean().to_numpy().round(9)


def test_correlation_is_that_of_scipy_and_lies_in_its_interval():
    found = measure("accessibility-correlation", [ORDERED, OTHER], "train")
    expected = pearsonr(*(accessibility_by_hand(each, "train") for each in (ORDERED, OTHER)))
    assert found.value == pytest.approx(expected.statistic)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-3)
    assert found.low < found.value < found.high
    assert found.high - found.low < 0.1


def test_correlation_of_many_is_the_mean_of_all_pairs():
    sources = [ORDERED, OTHER, SINGLE]
    found = measure("accessibility-correlation", sources, "test")
    by_hand = [accessibility_by_hand(each, "test") for each in sources]
    pairs = [pearsonr(by_hand[a], by_hand[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert found.value == pytest.approx(np.mean([pair.statistic for pair in pairs]))
    assert found.p == pytest.approx(max(pair.pvalue for pair in pairs), rel=1e-3)
    assert found.remark == "mean of 3 pairs"


@pytest.mark.slow
def test_of_few_models_the_correlation_at_100_is_that_of_a_hundred():
    """Not of the few, whose orders are noisy."""
    noisy = {"noise": 0.3, "examples": 300}
    many = [learned(str(seed), seed=seed, models=100, **noisy) for seed in (1, 2)]
    expected = measure("accessibility-correlation", many, "train").value
    raw, found = [], []
    for seed in range(3, 15, 2):
        few = [learned(str(each), seed=each, models=4, **noisy) for each in (seed, seed + 1)]
        raw.append(measure("accessibility-correlation", few, "train"))
        found.append(measure("accessibility-correlation-at-100", few, "train"))
    assert np.mean([each.value for each in found]) == pytest.approx(expected, abs=0.03)
    assert np.mean([each.value for each in raw]) < expected - 0.1
    assert all(each.low < each.value < each.high for each in found)
    assert [each.p for each in found] == [each.p for each in raw]


def test_the_correlation_at_100_is_spearman_brown_s():
    found = measure("accessibility-correlation-at-100", [ORDERED, OTHER], "train")
    r = measure("accessibility-correlation", [ORDERED, OTHER], "train").value
    rows = [each.tables["reliability"].query("split == 'train'") for each in (ORDERED, OTHER)]
    alphas = [row["alpha"].item() for row in rows]
    at_100 = [float(reliability_of(row["r1"].item(), 100)) for row in rows]
    assert found.value == pytest.approx(r * np.sqrt(np.prod(at_100) / np.prod(alphas)))
    assert found.raw == pytest.approx(r)


def memorised(handful=3, examples=1000):
    """Four networks that are right about a half, and then twice about all but a few."""
    labels = np.random.default_rng(1).integers(0, 4, examples)
    right = np.random.default_rng(0).random((3, 4, examples)) < 0.5
    right[1:] = np.arange(examples) >= handful
    predictions = np.where(right, labels, (labels + 1) % 4)
    tables = collection_tables(
        {"train": predictions}, {"train": labels}, [1, 2, 3], range(4), resamples=20
    )
    return Collection("memorised", "shapes", "net", "independent", tables)


def test_extents_that_a_handful_decides_are_left_out():
    """At the others the models are independent, whatever those few examples say."""
    found = measure("smallest-bimodality", [memorised()], "train")
    without = "without extent 2, 3, which a handful of examples would decide"
    assert found.value > 1
    assert found.remark == f"at extent 1; {without}"
    found = measure("not-bimodal", [memorised()], "train")
    assert found.holds
    assert found.remark.endswith(without)
    more = memorised(handful=10)
    assert measure("smallest-bimodality", [more], "train").value == pytest.approx(0, abs=1e-6)
    assert measure("not-bimodal", [more], "train").holds is False


def test_the_noise_of_a_single_model_is_not_known():
    with pytest.raises(NotMeasurable, match="single is a single model, whose noise cannot be"):
        measure("accessibility-correlation-at-100", [ORDERED, SINGLE], "test")


def test_the_interval_covers_what_other_models_give():
    """Correlations of new models with one fixed collection fall into the interval mostly."""
    found = measure("accessibility-correlation", [ORDERED, OTHER], "train")
    again = [
        pearsonr(
            accessibility_by_hand(ORDERED, "train"),
            accessibility_by_hand(learned("again", seed=seed, models=9, noise=0.2), "train"),
        ).statistic
        for seed in range(2, 12)
    ]
    inside = [found.low - 0.01 <= each <= found.high + 0.01 for each in again]
    assert np.mean(inside) >= 0.8


def test_accuracy_and_error_are_those_of_the_last_extent():
    last = ORDERED.tables["models"].query("split == 'test' and extent == 9")["accuracy"]
    found = measure("accuracy", [ORDERED], "test")
    assert found.value == pytest.approx(last.mean())
    expected = ttest_1samp(last, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx(tuple(expected), rel=1e-4)
    wrong = measure("error", [ORDERED], "test")
    assert (wrong.value, wrong.low, wrong.high) == pytest.approx(
        (1 - found.value, 1 - found.high, 1 - found.low)
    )


def test_extreme_bimodalities_leave_out_untrained_networks():
    summary = ORDERED.tables["summary"].query("split == 'test'").set_index("extent")["bimodality"]
    assert summary.idxmax() == 0
    assert measure("largest-bimodality", [ORDERED], "test").value == max(summary[2], summary[9])
    assert measure("smallest-bimodality", [ORDERED], "test").value == min(summary[2], summary[9])


def test_what_is_bimodal_and_what_is_not():
    for collection, name, expected in [
        (ORDERED, "bimodal", True),
        (ORDERED, "not-bimodal", False),
        (UNORDERED, "bimodal", False),
        (UNORDERED, "not-bimodal", True),
    ]:
        found = measure(name, [collection], "train")
        assert found.holds == expected, (collection.name, name)
    remark = measure("bimodal", [UNORDERED], "train").remark
    assert remark.startswith("no two peaks at extent 2, 9; κ at extent ")
    assert re.search(
        r", of 2 extents \(accuracy 0\.\d\d\), where two peaks begin at 0\.\d\d, and", remark
    )


def test_the_number_beside_a_verdict_is_of_an_extent_that_decides_it(monkeypatch):
    """κ is smallest where nothing is decided, and the verdict follows from another extent."""

    def shape(extent, kappa, low, high):
        return Shape(extent, 6, 0.9, Interval(kappa, low, high), Interval(0.9, 0.89, 0.91), True)

    open_one, against = shape(9, 0.3, -0.2, 0.6), shape(2, 0.35, 0.2, 0.4)  # two peaks: 0.47
    peaks = shape(5, 0.8, 0.7, 0.9)
    for shapes, holds, extent in (
        ([against, peaks, open_one], False, 2),
        ([peaks, open_one], None, 9),
        ([peaks], True, 5),
    ):
        monkeypatch.setattr(measures, "_shapes", lambda *_, found=shapes: found)
        found = measures.bimodal([ORDERED], "test")
        assert found.holds is holds
        assert f"κ at extent {extent}" in found.remark
        opposite = measures.not_bimodal([ORDERED], "test")
        assert opposite.holds is False
        assert "κ at extent 5" in opposite.remark


def test_what_has_no_peak_at_an_end_is_open_and_says_why(monkeypatch):
    above = Interval(0.9, 0.8, 0.95)
    for peaks, holds in ((True, True), (False, None)):
        shapes = [Shape(1, 6, 0.5, above, above, peaks)]
        monkeypatch.setattr(measures, "_shapes", lambda *_, found=shapes: found)
        found = measures.bimodal([ORDERED], "test")
        assert found.holds is holds
        said = "within 0.1 of an end (they begin at 29\u00a0%), with no peak at one of the ends"
        assert (said in found.remark) is not peaks


def claim(**entry):
    defaults = {"statement": "They learn.", "source": "Fig 1", "split": "test", "tolerance": 0}
    return {**defaults, **entry}


def verdict_on(collections, entry, remarks=()):
    names = ["net"] if collections is None else [each.name for each in collections]
    about = {name: {"dataset": "shapes", "architecture": name} for name in names}
    return row("it", claim(**entry), collections, about, remarks)


def test_verdicts_follow_the_rule():
    value = measure("accuracy", [ORDERED], "test").value
    near = {"measure": "accuracy", "value": value, "tolerance": 0.05}
    far = {"measure": "accuracy", "value": 0.1, "tolerance": 0.05}
    assert verdict_on([ORDERED], near)["verdict"] == "reproduced"
    assert verdict_on([ORDERED], far)["verdict"] == "not reproduced"
    assert verdict_on([ORDERED], {**far, "tolerance": 0.9})["verdict"] == "reproduced"
    assert verdict_on(None, near)["verdict"] == "not run"
    standing_in = verdict_on([ORDERED], near, ["net stands in for another"])
    assert (standing_in["verdict"], standing_in["holds"]) == ("stand-in", True)
    bounds = [("at_least", value - 0.1, True), ("at_least", value + 0.1, False)]
    bounds += [("at_most", value + 0.1, True), ("at_most", value - 0.1, False)]
    bounds += [("at_least", value, None), ("at_most", value, None)]
    for key, bound, holds in bounds:
        assert verdict_on([ORDERED], {"measure": "accuracy", key: bound})["holds"] is holds


def test_a_wide_interval_decides_nothing():
    found = measure("accuracy", [ORDERED], "test")
    inside = {"measure": "accuracy", "value": found.value, "tolerance": 0.9}
    partly = {"measure": "accuracy", "value": found.high + 0.001, "tolerance": 0.002}
    outside = {"measure": "accuracy", "value": found.high + 0.1, "tolerance": 0.01}
    verdicts = [verdict_on([ORDERED], entry)["verdict"] for entry in (inside, partly, outside)]
    assert verdicts == ["reproduced", "inconclusive", "not reproduced"]


def test_a_correlation_needs_its_p():
    entry = {"measure": "accessibility-correlation", "value": 0.9, "tolerance": 1, "most_p": 1e-20}
    assert verdict_on([ORDERED, OTHER], entry)["verdict"] == "reproduced"
    assert verdict_on([ORDERED, UNORDERED], entry)["verdict"] == "inconclusive"


@pytest.mark.parametrize("models", [1, 3])
def test_few_models_decide_nothing(models):
    few = learned("few", models=models)
    entries = [{"measure": "accuracy", "value": 0.9, "tolerance": 1}, {"measure": "bimodal"}]
    for entry in entries[: min(models, 2)]:
        found = verdict_on([few], entry)
        assert found["verdict"] == "inconclusive"
        assert found["remark"].startswith("a verdict takes 4 models; ")


def test_few_models_beside_many_decide_nothing_but_for_boosting():
    entry = {"measure": "accessibility-correlation", "value": 0.9, "tolerance": 1}
    one = learned("one", models=1)
    found = verdict_on([ORDERED, one], entry)
    assert found["verdict"] == "inconclusive"
    assert found["remark"].startswith("a verdict takes 4 models")
    boosted = replace(one, protocol="boosted")
    assert verdict_on([ORDERED, boosted], entry)["verdict"] == "reproduced"
    assert (
        verdict_on([boosted], {"measure": "accuracy", "at_least": 0})["verdict"] == "inconclusive"
    )


def test_a_last_extent_that_a_handful_decides_has_no_kappa(monkeypatch):
    """The κ of an extent before is no substitute."""
    early = [each for each in measures._shapes(ORDERED, "test") if each.extent == 2]
    monkeypatch.setattr(measures, "_shapes", lambda *_: early)
    with pytest.raises(NotMeasurable, match="handful of test examples would decide κ at extent 9"):
        measure("kappa", [ORDERED], "test")


def test_verdicts_say_how_much_was_run():
    entry = {"measure": "bimodal"}
    about = {"ordered": {"dataset": "shapes", "architecture": "net"}}
    for full, scale in [
        ({"ordered": (100, 140)}, "12 of 100 models, to 9 of 140"),
        ({"ordered": (12, 9)}, "all models and extents"),
        ({}, ""),
    ]:
        found = row("it", claim(**entry), [ORDERED], about, [], full)
        assert found["scale"] == scale
        assert "12 of 100" not in page(pd.DataFrame([found], columns=COLUMNS)) or scale


def test_training_that_was_not_finished_decides_nothing_about_its_end():
    about = {"ordered": {"dataset": "shapes", "architecture": "net"}}

    def found(last, **entry):
        return row("it", claim(**entry), [ORDERED], about, [], {"ordered": (12, last)})

    reached = {"measure": "accuracy", "value": 0.7, "tolerance": 0.3}
    for entry in (
        *(reached, {**reached, "measure": "error", "value": 0.3}),
        *({"measure": "kappa", "at_least": 0.1}, {"measure": "bimodal", "stage": "end"}),
    ):
        assert found(9, **entry)["verdict"] == "reproduced"
        early = found(10, **entry)
        assert early["verdict"] == "inconclusive"
        assert early["remark"].startswith("training was not finished; ")
    assert found(10, measure="bimodal")["verdict"] == "reproduced"
    assert [found(last, measure="bimodal")["finished"] for last in (9, 10)] == [True, False]


def test_verdicts_name_collections_of_different_scales():
    entry = {"measure": "accessibility-correlation", "value": 0.9, "tolerance": 1}
    full = {ORDERED.name: (12, 9), OTHER.name: (100, 9)}
    said = f"{ORDERED.name}: all models and extents; {OTHER.name}: 9 of 100 models, to 9 of 9"
    assert row("it", claim(**entry), [ORDERED, OTHER], {}, [], full)["scale"] == said
    alike = {ORDERED.name: (12, 9), OTHER.name: (9, 9)}
    assert (
        row("it", claim(**entry), [ORDERED, OTHER], {}, [], alike)["scale"]
        == "all models and extents"
    )


def test_networks_that_fall_back_have_learned_before():
    split = ORDERED.tables["summary"]["split"] == "train"
    falling = ORDERED.tables["summary"].copy()
    for extent, accuracy in zip(EXTENTS, (0.2, 0.9, 0.7), strict=True):
        falling.loc[split & (falling["extent"] == extent), "accuracy"] = accuracy
    source = replace(ORDERED, tables={**ORDERED.tables, "summary": falling})
    found = measure("accuracy", [source], "train", stage="learning")
    assert (found.value, found.remark) == (0.2, "at extent 0")


def test_a_split_without_labels_is_not_measured():
    unlabelled = ORDERED.tables["summary"].assign(accuracy=np.nan)
    source = replace(ORDERED, tables={**ORDERED.tables, "summary": unlabelled})
    for name in ("accuracy", "error", "accessibility-correlation", "bimodal"):
        with pytest.raises(NotMeasurable, match="the test split of collection ordered has no lab"):
            measure(name, [source, OTHER], "test")


def test_rows_are_sorted_by_verdict():
    names = ["not run", "inconclusive", "reproduced", "not reproduced", "reproduced"]
    rows = ordered({"claim": number, "verdict": name} for number, name in enumerate(names))
    assert [row["claim"] for row in rows] == [2, 4, 3, 1, 0]


def test_a_stage_chooses_extents_by_the_accuracy_of_the_split():
    accuracy = ORDERED.tables["summary"].query("split == 'test'").set_index("extent")["accuracy"]
    assert accuracy[2] < accuracy[9] - 0.05
    learning = measure("bimodal", [ORDERED], "test", stage="learning")
    assert "at extent 2 " in learning.remark
    assert measure("kappa", [ORDERED], "test", stage="end").remark == "at extent 9"
    late = replace(ORDERED, tables=at_extents(ORDERED, [9]))
    for measured in ("accuracy", "accessibility-correlation", "independent-errors", "bimodal"):
        with pytest.raises(NotMeasurable, match="below its last accuracy on test: record earlier"):
            measure(measured, [late, OTHER], "test", stage="learning")
    with pytest.raises(NotMeasurable, match="record more extents"):
        measure("bimodal", [replace(ORDERED, tables=at_extents(ORDERED, [0]))], "test")


def at_extents(collection, extents):
    tables = {name: rows for name, rows in collection.tables.items() if "extent" in rows}
    return {name: rows[rows["extent"].isin(extents)] for name, rows in tables.items()}


def test_rows_say_what_was_really_used():
    entry = {
        "measure": "accessibility-correlation",
        "value": 0.9,
        "most_p": 1e-20,
        "split": "train",
    }
    found = verdict_on([ORDERED, OTHER], entry)
    assert found["models"] == "12, 9"
    assert found["examples"] == "300"
    assert found["last_extent"] == "9"
    assert found["paper"] == "0.9, p ≤ 1e-20"
    assert found["rule"] == (
        "all of the interval is within 0 of the claimed value, and p at most 1e-20"
    )
    assert found.keys() <= set(COLUMNS)


def test_what_cannot_be_measured_says_why():
    entry = {"measure": "accuracy", "value": 0.9, "split": "noise"}
    found = verdict_on([ORDERED], entry)
    assert found["verdict"] == "not run"
    assert found["remark"] == "collection ordered has no noise split, only train, test"
    fewer = learned("fewer", examples=250)
    with pytest.raises(NotMeasurable, match="number of train examples: ordered 300, fewer 250"):
        measure("accessibility-correlation", [ORDERED, fewer], "train")
    flat = learned("flat", noise=0, models=1)
    flat.tables["correct"]["bits"] = flat.tables["correct"]["bits"].map(
        lambda bits: bytes(len(bits))
    )
    with pytest.raises(NotMeasurable, match="equally accessible to collection flat"):
        measure("accessibility-correlation", [ORDERED, flat], "train")
    constant = learned("constant")
    constant.tables["summary"]["bimodality"] = np.nan
    with pytest.raises(NotMeasurable, match="record more extents"):
        measure("largest-bimodality", [constant], "test")


def test_the_page_shows_every_row():
    rows = [
        verdict_on([ORDERED], {"measure": "accuracy", "value": 0.7, "statement": "a < b & c"}),
        verdict_on(None, {"measure": "bimodal"}),
        verdict_on(
            [ORDERED, OTHER],
            {"measure": "accessibility-correlation", "value": 0.9},
            ["net stands in for another"],
        ),
        verdict_on([ORDERED], {"measure": "not-bimodal"}, ["net stands in for another"]),
    ]
    html = page(pd.DataFrame(rows, columns=COLUMNS))
    assert "a &lt; b &amp; c" in html
    assert html.count("<tr data-verdict=") == 4
    assert '<input type="checkbox" value="not run" checked>' in html
    assert "4 claims: " in html
    assert "undecided" in html
    assert "rule not met" in html
    assert "http" not in html


def test_the_catalogue_names_what_is_measured_and_what_has_a_rule_of_its_own():
    assert FUNCTIONS.keys() == MEASURES.keys()
    assert RULES.keys() == {name for name, measure in MEASURES.items() if measure.qualitative}


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_a_function(name):
    sources = [MARKED, OTHER][: MEASURES[name].least]
    reference = "marks" if MEASURES[name].reference else None
    assert np.isfinite(measure(name, sources, "train", reference).value)


# κ, independence, and what others know of the examples


def test_the_bimodality_at_100_is_judged_where_something_is_shared():
    summary = ORDERED.tables["summary"].query("split == 'train' and extent > 0")
    found = measure("largest-bimodality-at-100", [ORDERED], "train")
    assert found.value == summary["bimodality_at_100"].max()
    assert measure("smallest-bimodality-at-100", [ORDERED], "train").value <= found.value
    assert found.raw == summary.set_index("bimodality_at_100").loc[found.value, "bimodality"]


def test_where_nothing_is_shared_the_bimodality_at_100_is_open():
    found = measure("largest-bimodality-at-100", [UNORDERED], "train")
    assert np.isnan([found.value, found.low, found.high]).all()
    assert found.raw == measure("largest-bimodality", [UNORDERED], "train").value
    assert found.remark.startswith("κ may be 0 at each extent that decides; raw at extent ")
    entry = {"measure": "largest-bimodality-at-100", "value": 1, "tolerance": 0.1, "split": "train"}
    row = verdict_on([UNORDERED], entry)
    assert row["verdict"] == "inconclusive"
    assert f"– for 100 models, {found.raw:.2f} for these" in page(
        pd.DataFrame([row], columns=COLUMNS)
    )


def test_errors_are_shared_or_not():
    for collection, shared in ((ORDERED, True), (UNORDERED, False)):
        assert measure("shared-errors", [collection], "train").holds == shared
        assert measure("no-shared-errors", [collection], "train").holds != shared
    kappa = ORDERED.tables["summary"].query("split == 'train' and extent > 0")["kappa"]
    least, most = (measure(f"{no}shared-errors", [ORDERED], "train") for no in ("", "no-"))
    assert (least.value, most.value) == pytest.approx((kappa.min(), kappa.max()))


def test_the_interval_of_shared_errors_covers_models_and_examples():
    found = measure("shared-errors", [ORDERED], "train")
    rows = ORDERED.tables["summary"].query("split == 'train' and extent > 0")
    row = rows.loc[rows["kappa"].idxmin()]
    of_either = [row[f"kappa{what}_high"] - row[f"kappa{what}_low"] for what in ("", "_examples")]
    assert max(of_either) < found.high - found.low < sum(of_either)
    assert found.remark == f"κ at extent {row['extent']}, of 2 extents"


def test_a_single_model_shares_no_errors_with_others():
    with pytest.raises(NotMeasurable, match="is a single model"):
        measure("shared-errors", [SINGLE], "train")


def test_independent_errors_spread_as_much_as_expected():
    found = measure("independent-errors", [UNORDERED], "train")
    last = UNORDERED.tables["summary"].query("split == 'train' and extent == 9").iloc[0]
    assert found.value == pytest.approx((last["accuracy_sd"] / last["predicted_accuracy_sd"]) ** 2)
    assert found.low < 1 < found.high


def test_the_correlation_with_a_reference_is_spearmans_over_what_it_knows():
    values = -np.random.default_rng(7).random(300)
    values[::3] = np.nan
    found = measure("reference-correlation", [compared(ORDERED, values)], "train", "marks")
    known = ~np.isnan(values)
    expected = spearmanr(accessibility_by_hand(ORDERED, "train")[known], values[known])
    assert found.value == pytest.approx(expected.statistic)
    assert found.p == pytest.approx(expected.pvalue)
    assert found.low < found.value < found.high
    assert found.remark == "200 examples"


def test_the_auroc_is_that_of_low_accessibility():
    marks = MARKED.references["marks"]["value"]
    found = measure("reference-auroc", [MARKED], "train", "marks")
    expected = roc_auc_score(marks, -accessibility_by_hand(ORDERED, "train"))
    assert found.value == pytest.approx(expected)
    assert found.low <= found.value <= found.high
    assert found.remark.startswith(f"{int(marks.sum())} of 300 examples; over examples [")


def test_what_a_reference_lacks_is_not_measured():
    absent = pd.DataFrame({"split": [], "example": [], "value": []})
    absent.attrs["problem"] = "put it there"
    for collection, message in (
        (ORDERED, "nothing was joined to shapes"),
        (replace(ORDERED, references={"marks": absent}), "marks: put it there"),
        (compared(ORDERED, np.ones(300)), "says the same of all train examples"),
        (compared(ORDERED, np.ones(300), split="test"), "has no values of train"),
        (compared(ORDERED, np.ones(301)), "was it made from another version"),
    ):
        source = replace(collection, dataset="shapes")
        with pytest.raises(NotMeasurable, match=message):
            measure("reference-auroc", [source], "train", "marks")
