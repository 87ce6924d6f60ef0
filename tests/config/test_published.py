"""A configuration of published predictions is what these hold of it."""

import re

import pytest
from support.configurations import changed

from learning_order.config import ConfigError, resolve
from learning_order.config.published import is_published, listed, numbers

HEAD = "file,dataset,architecture,protocol,seeds,extents"


def published(folder, *lines, **more):
    """The resolved configuration: `b` has the same models as `a`, `c` those of another network."""
    (folder / "runs.csv").write_text("\n".join([HEAD, *lines]) + "\n")
    config = changed("published", str(folder))
    config["collections"]["a"] |= {"models": 9, "extents": [0, 1, 5, 9]}
    config["collections"]["b"] = {"inherits": "a", "models": 2, "extents": [5]}
    config["architectures"]["other"] = {"inherits": "net", "learning_rate": 0.2}
    config["collections"]["c"] = {"inherits": "a", "architecture": "other"}
    config["figures"]["fig"]["collections"] = ["c", "a"]
    return resolve(config | more)


@pytest.mark.parametrize("values", [[], [4], [0, 1, 2, 3, 10], [2, 3, 5, 7, 8]])
def test_numbers_are_written_as_ranges_and_read_again(values):
    assert numbers(listed(values)) == values


def test_collections_are_what_is_published_of_them(tmp_path):
    config = published(
        tmp_path,
        "x.parquet,digits,net,snapshots,0-2,0 1 5",
        "y.parquet,digits,net,snapshots,3,0-9",
        "z.parquet,digits,net,snapshots,7,0-9",
    )
    a, b = config.collections["a"], config.collections["b"]
    assert (a["seeds"], a["models"], a["extents"]) == ([0, 1, 2, 3, 7], 5, [0, 1, 5])
    assert a["protocol"] == "snapshots"
    assert a["published"] == [f"{tmp_path}/{name}.parquet" for name in "xyz"]
    assert (b["seeds"], b["models"], b["extents"]) == ([0, 1], 2, [5])
    assert "published" not in config.collections["c"]


@pytest.mark.parametrize("of_last", ["0", "0 1"])
def test_a_model_that_is_published_in_part_is_left_out(tmp_path, of_last):
    config = published(
        tmp_path,
        "x.parquet,digits,net,snapshots,0-3,0 1 5 9",
        f"y.parquet,digits,net,snapshots,4,{of_last}",
    )
    a = config.collections["a"]
    assert (a["seeds"], a["extents"]) == ([0, 1, 2, 3], [0, 1, 5, 9])
    assert a["published"] == [f"{tmp_path}/x.parquet"]


@pytest.mark.parametrize(
    ("others", "seeds", "extents"),
    [
        (("1", "5", "9"), [0, 1, 2], [0, 2]),
        (("1 5", "5 9", "1 9"), [0, 1], [0, 2, 5]),
        (("5 9", "5 9", "1"), [0, 1], [0, 2, 5, 9]),
    ],
)
def test_extents_that_models_share_are_published(tmp_path, others, seeds, extents):
    lines = [f"{n}.parquet,digits,net,snapshots,{n},0 2 {more}" for n, more in enumerate(others)]
    a = {"dataset": "digits", "architecture": "net", "models": 3, "extents": [0, 1, 2, 5, 9]}
    found = published(tmp_path, *lines, collections={"a": a, "b": a, "c": a}).collections["a"]
    assert (found["seeds"], found["extents"]) == (seeds, extents)


def test_two_models_are_preferred_to_one_with_more_extents(tmp_path):
    config = published(
        tmp_path,
        "x.parquet,digits,net,snapshots,0,0 1 5 9",
        "y.parquet,digits,net,snapshots,4,0 1",
    )
    a = config.collections["a"]
    assert (a["seeds"], a["extents"]) == ([0, 4], [0, 1])


def test_the_folder_may_be_below_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    published(tmp_path, "x.parquet,digits,net,snapshots,0-2,0 1 5")
    assert resolve(changed("published", "~")).published == str(tmp_path)


def test_parts_of_epochs_are_not_taken_for_epochs(tmp_path):
    (tmp_path / "runs.csv").write_text(
        f"{HEAD},parts_per_epoch\nx.parquet,digits,net,snapshots,0-8,0-9,10\n"
    )
    config = resolve(changed("published", str(tmp_path)))
    assert "published" not in config.collections["a"]


def test_models_trained_per_extent_have_a_file_for_each(tmp_path):
    config = published(
        tmp_path,
        "x.parquet,digits,net,independent,0-1,1",
        "y.parquet,digits,net,independent,0-1,5",
    )
    assert config.collections["a"]["extents"] == [1, 5]
    assert len(config.collections["a"]["published"]) == 2


def test_one_model_of_several_is_no_collection(tmp_path):
    config = published(tmp_path, "x.parquet,digits,net,snapshots,4,0-9")
    assert "published" not in config.collections["a"]


def test_untrained_networks_alone_are_no_collection(tmp_path):
    config = published(tmp_path, "x.parquet,digits,net,snapshots,0-8,0")
    assert "published" not in config.collections["a"]


def test_figures_shrink_to_what_is_published_and_say_so(tmp_path):
    config = published(tmp_path, "x.parquet,digits,net,snapshots,0-8,0-9")
    figure = config.figures["fig"]
    assert figure["collections"] == ["a"]
    assert figure["caption"].endswith("1 of the collections of this figure is not published.")
    assert is_published(figure, config)


def test_figures_of_nothing_published_stay_as_they_are(tmp_path):
    config = published(tmp_path)
    assert config.figures["fig"]["collections"] == ["c", "a"]
    assert not is_published(config.figures["fig"], config)


def test_pairs_are_published_where_both_are(tmp_path):
    pairs = {"kind": "accessibility-scatter", "pairs": [["a", "c"], ["c", "b"]]}
    lines = [f"{name}.parquet,digits,{name},snapshots,0-8,0 1" for name in ("net", "other")]
    config = published(tmp_path, *lines, figures={"fig": pairs})
    assert config.figures["fig"]["pairs"] == [["a", "c"]]  # b has extent 5 alone


def test_figures_choose_among_the_published_extents(tmp_path):
    figure = {"kind": "histograms", "collections": ["a"], "options": {"extents": [1, 9]}}
    line = "x.parquet,digits,net,snapshots,0-8,0 1 5"
    assert published(tmp_path, line, figures={"fig": figure}).figures["fig"]["options"] == {
        "extents": [1]
    }


@pytest.mark.parametrize(
    "content", [None, "file,seeds\nx,1\n", f"{HEAD}\nx,d,n,p,one,0\n", f"{HEAD}\nx,d,n\n"]
)
def test_a_folder_without_a_proper_index_is_refused(tmp_path, content):
    if content:
        (tmp_path / "runs.csv").write_text(content)
    with pytest.raises(ConfigError, match=re.escape("holds no runs.csv that can be read")):
        resolve(changed("published", str(tmp_path)))
