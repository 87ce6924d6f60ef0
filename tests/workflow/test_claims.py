"""The claims of the real workflow, against numbers computed here from the same Parquet files."""

from html import escape

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import pearsonr
from support.workdir import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def claims(complete):
    return pd.read_csv(complete.path / "results/smoke/claims.csv").set_index("claim")


def rows_of(complete, dataset, architecture, split):
    """All predictions of a split after whole epochs, as anyone would read them."""
    folder = complete.path / f"results/smoke/predictions/{dataset}/{architecture}"
    files = [
        path for path in sorted(folder.rglob("seeds-*.parquet")) if "per-epoch" not in str(path)
    ]
    rows = pd.concat(map(pd.read_parquet, files))
    return rows[rows["split"] == split]


def accessibility(rows):
    at_extents = rows.groupby(["extent", "example"])["correct"].mean()
    return at_extents.groupby("example").mean()


def correlation_at_100(first, second):
    """In place of each collection's variance, that which the mean of a hundred models has."""
    models = [rows.pivot_table("correct", "seed", "example").to_numpy() for rows in (first, second)]
    together = np.cov(models[0].mean(axis=0), models[1].mean(axis=0), ddof=0)[0, 1]
    variances = []
    for of in models:
        covariance = np.cov(of, ddof=0)
        own = covariance.diagonal().mean()
        shared = (covariance.sum() - covariance.trace()) / (len(of) * (len(of) - 1))
        variances.append(shared + (own - shared) / 100 if shared > 0 else np.nan)
    return together / np.sqrt(np.prod(variances))


def test_there_is_a_row_for_every_claim_and_collection(claims):
    configured = yaml.safe_load((ROOT / "config.yaml").read_text())["claims"]
    single = [name for name, claim in configured.items() if len(claim["collections"]) == 1]
    assert set(single) <= {*claims.index, "fig24-partitions"}
    for collection in configured["bimodal-test"]["collections"]:
        assert f"bimodal-test-{collection}" in claims.index
    assert claims.index.is_unique


def test_nothing_counts_as_reproduced_on_miniatures(claims):
    assert set(claims["verdict"]) <= {"stand-in", "not run"}
    assert (claims["verdict"] == "stand-in").sum() > 30
    assert claims.loc["st-vgg-accuracy", "remark"].endswith(
        "miniature data at smoke scale, no result"
    )


def test_accuracies_are_those_of_the_predictions(claims, complete):
    rows = rows_of(complete, "small-mammals", "st-vgg", "test")
    rows = rows[rows["extent"] == rows["extent"].max()]
    expected = rows.groupby("seed")["correct"].mean()
    row = claims.loc["st-vgg-accuracy"]
    assert row["measured"] == pytest.approx(expected.mean())
    assert int(row["models"]) == len(expected)
    assert int(row["examples"]) == rows["example"].nunique()


def test_the_correlation_of_two_halves_is_that_of_their_predictions(claims, complete):
    rows = rows_of(complete, "imagenet", "resnet50", "train")
    first, second = (accessibility(half) for _, half in rows.groupby("seed"))
    expected = pearsonr(first, second)
    row = claims.loc["fig8b-resnet50-halves"]
    assert row["measured"] == pytest.approx(expected.statistic)
    assert row["p"] == pytest.approx(expected.pvalue, rel=1e-3)


def test_the_partitions_are_all_compared_as_a_hundred_models_would_be(claims, complete):
    parts = [rows_of(complete, f"fashion-mnist-part-{part}", "st-vgg", "test") for part in range(3)]
    at_100 = [correlation_at_100(parts[a], parts[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    row = claims.loc["fig24-partitions"]
    assert row["measured"] == pytest.approx(np.mean(at_100), nan_ok=True)
    plain = [
        pearsonr(accessibility(parts[a]), accessibility(parts[b])).statistic
        for a, b in ((0, 1), (0, 2), (1, 2))
    ]
    if not np.isnan(row["measured"]):  # of three models on miniatures, it may not be measurable
        assert row["raw"] == pytest.approx(np.mean(plain))


def test_kappas_are_those_of_the_predictions(claims, complete):
    rows = rows_of(complete, "small-mammals", "st-vgg", "test")
    kappas = []
    for _, of_extent in rows[rows["extent"] > 0].groupby("extent"):
        right = of_extent.pivot_table("correct", "example", "seed").to_numpy(float)
        models, sums, p = right.shape[1], right.sum(axis=1), right.mean()
        together = (sums * (sums - 1)).mean() / (models * (models - 1))
        kappas.append((together - p**2) / (p - p**2))
    measured = claims.loc["shared-errors-st-vgg-small-mammals", "measured"]
    assert measured == pytest.approx(np.nanmin(kappas))


def test_what_cannot_be_fetched_is_not_measured(claims):
    row = claims.loc["c-scores-cifar10"]
    assert row["verdict"] == "not run"
    assert "`download` is off: put https://" in row["remark"]


def test_the_page_shows_the_same(claims, complete):
    page = (complete.path / "results/smoke/claims.html").read_text()
    for statement in set(claims["statement"]):
        assert escape(statement) in page


def test_claims_alone_train_nothing(complete):
    overlay = {"results": "results/unrun"}
    assert complete.planned("claims", overlay=overlay) == {"claims": 1}
    complete.snakemake("--", "claims", overlay=overlay)
    table = pd.read_csv(complete.path / "results/unrun/claims.csv")
    assert set(table["verdict"]) == {"not run"}
    planned = complete.planned("claims", "fig23", overlay=overlay)
    assert planned["train"] == 1, "a figure beside the claims is run, and measured with them"
    assert planned["claims"] == 1


def test_another_tolerance_measures_again_and_trains_nothing(complete):
    overlay = {"claims": {"st-vgg-accuracy": {"tolerance": 0.5}}}
    planned = complete.planned("claims", overlay=overlay)
    assert planned["claims"] == 1
    assert planned["train"] == 0
