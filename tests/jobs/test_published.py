"""What is drawn of published predictions, and for want of what a figure is left out."""

import pytest
from support.configurations import SMALL

from learning_order.config import resolve
from learning_order.jobs.published import NotPublished, drawable, facts, files_of, missing

RUNS = "file,dataset,architecture,protocol,seeds,extents\nx.parquet,cifar10,net,snapshots,0-2,{}\n"
FIGURES = {
    "curves": {"kind": "example-curves", "collections": ["a"]},
    "difficulties": {
        "kind": "difficulty-matrix",
        "collections": ["a"],
        "options": {"references": ["scores"]},
    },
    "histograms": {"kind": "histograms", "collections": ["a"]},
    "others": {"kind": "histograms", "collections": ["b"]},
    "strips": {"kind": "image-strips", "collections": ["a"]},
}


@pytest.fixture
def published(tmp_path):
    """The configuration where three models of `a`, and nothing of `b`, are published."""

    def with_extents(extents: str):
        (tmp_path / "runs.csv").write_text(RUNS.format(extents))
        a = {"dataset": "cifar10", "architecture": "net", "models": 3, "extents": [0, 1, 2, 5]}
        return resolve(
            {
                **{"results": f"{tmp_path}/results", "published": str(tmp_path)},
                "datasets": {"cifar10": {"loader": "cifar10"}},
                "architectures": {**SMALL["architectures"], "other": {"inherits": "net"}},
                "collections": {"a": a, "b": {"inherits": "a", "architecture": "other"}},
                "references": {"scores": {"format": "c-scores-cifar10"}},
                "figures": FIGURES,
            }
        )

    return with_extents


def test_what_a_figure_lacks_is_said(published):
    config = published("0 1")
    assert {name: missing(config, name) for name in FIGURES} == {
        "curves": "more extents than are published",
        "difficulties": "references",
        "histograms": None,
        "others": "predictions that are not published",
        "strips": "images",
    }
    assert drawable(config) == ["histograms"]


def test_what_is_there_is_drawn(published, tmp_path):
    config = published("0 1 2 5")
    for file in ("datasets/cifar10/dataset.json", "references/scores/cifar10.parquet"):
        path = tmp_path / "results" / file
        path.parent.mkdir(parents=True)
        path.touch()
    assert drawable(config) == ["curves", "difficulties", "histograms", "strips"]


def test_facts_are_the_published_ones_whatever_is_prepared(published, tmp_path):
    config = published("0 1")
    here = tmp_path / "results/datasets/cifar10/dataset.json"
    known = tmp_path / "datasets/cifar10/dataset.json"
    assert facts(config, "cifar10") == str(here), "neither is there"
    for path in (known, here):
        path.parent.mkdir(parents=True)
        path.touch()
        assert facts(config, "cifar10") == str(known)


def test_a_collection_that_would_be_trained_is_refused(published, tmp_path):
    config = published("0 1")
    assert files_of(config, "a") == [f"{tmp_path}/x.parquet"]
    with pytest.raises(NotPublished, match=r"collection 'b' is not in .*leave the overlay"):
        files_of(config, "b")
