"""What is refused in a configuration, and how it is said."""

import re

import pytest
import yaml
from support.configurations import SMALL, changed, problems_of

from learning_order.config import ConfigError, merge_layers, resolve


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("colections", {}, "top level: unknown key 'colections'; did you mean 'collections'?"),
        ("architectures.net.learning_rat", 1, "'learning_rat'; did you mean 'learning_rate'?"),
        ("architectures.net.optimizer", {"name": "sdg"}, "'sdg' is not valid; did you mean 'sgd'?"),
        (
            "architectures.net.optimizer",
            {"name": "sgd", "rho": 0.5},
            "'rho' is not an option of sgd",
        ),
        ("architectures.net.optimizer", {"name": "sgd", "nesterov": True}, "needs a `momentum`"),
        ("architectures.net.schedule", {"name": "step", "every": 2}, "step needs factor"),
        ("architectures.net.schedule", {"name": "cosine", "every": 2}, "not an option of cosine"),
        ("architectures.net.learning_rate", 0, "learning_rate: 0"),
        ("architectures.net.learning_rate", "fast", "'fast' should be a number"),
        ("architectures.net.batch_size", "16", "'16' should be a whole number; leave out the quot"),
        ("figures.fig.options", {"extents": 5}, "5 should be a list"),
        ("architectures.net.network", "linear-st-vgg", "set `activation: linear`"),
        ("architectures.net.inherits", "nett", "'nett' is not one of the architectures; did you"),
        ("architectures.net.inherits", "net", "inherits from itself: net → net"),
        ("architectures.net", {"network": "st-vgg"}, "'optimizer', 'learning_rate', 'epochs' miss"),
        ("datasets.digits.loader", "digit", "'digit' is unknown; did you mean 'digits'?"),
        ("datasets.digits.partition", {"parts": 4, "part": 4}, "4 is too large: the 4 parts"),
        ("datasets.digits.grey", True, "'grey' is not an option of loader 'digits'; choose among"),
        ("datasets.digits.classes", ["1", "1"], "names something twice"),
        ("datasets", {"my digits": {"loader": "digits"}}, "'my digits' is not a valid name"),
        ("collections.a.models", 0, "collections.a.models: 0 is below 1"),
        ("collections.a.models", "ten", "collections.a.models: 'ten' should be a whole number"),
        ("collections.a.extents", [-1, 2], "collections.a.extents.0: -1 is below 0"),
        ("collections.a.extents", [2, 1], "[2, 1] should ascend: [1, 2]"),
        ("collections.a.extents", [1, 1], "[1, 1] names an extent twice"),
        ("collections.a.extents", [0, 11], "11 is beyond the 10 epochs of 'net'"),
        ("collections.a.dataset", "digit", "'digit' is not one of the datasets; did you mean 'dig"),
        (
            "collections.a.architecture",
            "nat",
            "is not one of the architectures; did you mean 'net'",
        ),
        ("figures.fig.collections", ["b"], "'b' is not one of the collections; choose among a"),
        ("figures.fig.collections", ["a", "a"], "names something twice"),
        ("figures.fig.datasets", ["digits"], "a figure of kind 'histograms' draws no datasets"),
        ("figures.fig", {"kind": "heatmaps"}, "a figure of kind 'heatmaps' needs `collections`"),
        ("figures.fig.kind", "heatmap", "'heatmap' is not valid; did you mean 'heatmaps'?"),
        ("figures.fig.options", {"bims": 3}, "unknown key 'bims'; did you mean 'bins'?"),
        ("figures.fig.options", {"bins": 0}, "figures.fig.options.bins: 0 is below 1"),
        ("figures.fig.options", {"extents": [7]}, "7 is not recorded by 'a'"),
        (
            "figures.fig",
            {"kind": "out-of-sample", "collections": ["a"], "options": {"extent": 7}},
            "figures.fig.options.extent: 7 is not recorded by 'a'",
        ),
        ("figures.fig.options", {"splits": ["tets"]}, "'tets' is not a split of 'a'; did you mean"),
        (
            "figures.fig",
            {"kind": "sweep", "collections": ["a"], "options": {"split": "noise"}},
            "options.split: 'noise' is not a split of 'a'; choose among test, train",
        ),
        (
            "collections.a",
            {"predictions": "a.csv", "protocol": "snapshots"},
            "elsewhere have no protocol",
        ),
        ("collections.a", {"predictions": []}, "collections.a.predictions: []"),
        ("collections.a", {"predictions": "a.csv", "first_seed": 1}, "no effect without `models`"),
        (
            "collections.a",
            {"predictions": "a.csv", "without_seeds": [1]},
            "without_seeds: has no effect without `models`",
        ),
        ("collections.a.without_seeds", [1, 1], "without_seeds: [1, 1] names something twice"),
        ("collections.a", {"dataset": "digits"}, "'models', 'extents' missing; or `predictions:`"),
        ("figures.fig.options", {"extents": [0, 1, 0]}, "options.extents: [0, 1, 0] names an ext"),
        ("scale", {"extents": [2, 1]}, "scale.extents: [2, 1] should ascend"),
        ("scale", {"inherits": "a"}, "scale: unknown key 'inherits'; choose among"),
    ],
)
def test_refuses(path, value, message):
    with pytest.raises(ConfigError) as error:
        resolve(changed(path, value))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("collection", "out_of_sample"),
    [({"predictions": "a.csv"}, []), ({}, ["noise"])],
)
def test_a_figure_may_draw_splits_besides_train_and_test(collection, out_of_sample):
    options = {"splits": ["test", "noise"], "score": "agreement"}
    config = changed("figures.fig.options", options)
    config["datasets"]["noise"] = {"loader": "noise", "size": 8}
    config["datasets"]["digits"]["out_of_sample"] = out_of_sample
    config["collections"]["a"] = collection or config["collections"]["a"]
    resolve(config)


def refused(kind, collections=("a",), **options):
    """What is said of a figure of collections of images, one of two datasets."""
    config = changed("figures.fig", {"kind": kind, "collections": list(collections), **options})
    config["datasets"]["digits"] |= {"size": 8, "out_of_sample": ["noise"]}
    config["datasets"] |= {"noise": {"loader": "noise", "size": 8}, "others": {"loader": "cifar10"}}
    config["collections"]["b"] = {**config["collections"]["a"], "dataset": "others"}
    if not collections:
        del config["figures"]["fig"]["collections"]
    with pytest.raises(ConfigError) as error:
        resolve(config)
    return str(error.value)


@pytest.mark.parametrize("kind", ["histograms", "heatmaps", "accuracy", "difficulty", "overview"])
def test_sets_without_labels_are_refused_where_labels_are_needed(kind):
    said = refused(kind, options={"splits": ["test", "noise"]})
    assert f"'noise' has no labels, which {kind} needs" in said


def test_kinds_that_compare_say_how_many_of_what_they_take():
    assert "compares 2 to 12 collections, not 1" in refused("architecture-sensitivity")
    said = refused("architecture-sensitivity", ("a", "b"))
    assert "architecture-sensitivity is of one dataset, these are of digits, others" in said
    assert "difficulty-matrix compares 1 to 1 collections, not 2" in refused(
        "difficulty-matrix", ("a", "b")
    )
    assert "'noise' has no labels: images are shown by their classes" in refused(
        "dataset-samples", (), datasets=["digits", "noise"]
    )


MANY = list(range(12))

ROOM = {
    "histograms": (
        {"kind": "histograms", "options": {"extents": MANY}},
        MANY,
        "options.extents: 12 histograms do not fit a row: choose at most 11 of 0, 1",
    ),
    "some": ({"kind": "overview", "options": {"extents": MANY[:6]}}, MANY, "at most 5 of 0, 1, 2"),
    "labels": ({"kind": "overview", "options": {"labels": ["x", "y"]}}, [0], "2 labels for 1 coll"),
}


@pytest.mark.parametrize(("figure", "extents", "message"), ROOM.values(), ids=ROOM)
def test_what_does_not_fit_a_figure_is_refused(figure, extents, message):
    config = changed("collections.a.extents", extents)
    config["architectures"]["net"]["epochs"] = 20
    config["figures"]["fig"] = {"collections": ["a"], **figure}
    with pytest.raises(ConfigError, match=re.escape(message)):
        resolve(config)


def test_a_figure_called_like_a_step_of_the_workflow_is_refused():
    config = changed("figures.train", SMALL["figures"]["fig"])
    resolve(config)
    with pytest.raises(ConfigError, match=r"figures\.train: 'train' is a step of the workflow"):
        resolve(config, taken=["train", "figures"])


def test_what_fits_a_figure_in_the_end_is_not_refused():
    config = changed("collections.a.extents", MANY)
    config["architectures"]["net"]["epochs"] = 20
    config["figures"]["fig"] = {"kind": "overview", "collections": ["a"]}
    resolve(config)
    config["figures"]["fig"] = {"kind": "histograms", "collections": ["a"]}
    resolve(config)
    config["figures"]["fig"]["options"] = {"extents": MANY}
    config["scale"] = {"extents": [0, 3]}
    resolve(config)


def test_heat_maps_of_more_parts_than_fit_are_refused():
    config = changed("datasets.digits.partition", {"parts": 5})
    config["figures"]["fig"]["kind"] = "heatmaps"
    resolve(config)
    config = changed("datasets.digits.partition", {"parts": 10})
    config["figures"]["fig"]["kind"] = "heatmaps"
    with pytest.raises(ConfigError, match=r"figures\.fig\.collections: 10 heat maps do not fit"):
        resolve(config)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": [0, 1], "correct": [[1, 0], [1]]}, "options.correct.1: 1 entries, expected 2"),
        ({"labels": [0, 1]}, "`labels` and `correct` describe each other: write both"),
        ({"labels": [], "correct": [[]]}, "options.labels: [] is empty"),
    ],
)
def test_an_illustration_whose_rows_do_not_fit_is_refused(options, message):
    figure = {"kind": "score-illustration", "options": options}
    with pytest.raises(ConfigError, match=re.escape(message)):
        resolve(changed("figures.fig", figure))


@pytest.mark.parametrize(
    ("overlay", "start"),
    [
        ({"collections": {"a": {"models": 0}}}, "1.yaml: collections.a.models: 0 is below"),
        ({"collections": {"b": {"inherits": "a", "models": 0}}}, "1.yaml: collections.b.models: "),
        ({"colections": {}}, "1.yaml: top level: unknown key 'colections'; did you mean"),
        ({"collections": {"a": {"model": 3}}}, "1.yaml: collections.a: unknown key 'model'; did"),
        ({"figures": {"fig": {"options": {"bims": 3}}}}, "1.yaml: figures.fig.options: unknown"),
    ],
)
def test_error_names_the_file_that_says_it(overlay, start):
    (line,) = problems_of(SMALL, overlay)
    assert line.startswith(start)
    (line,) = problems_of(merge_layers([SMALL, overlay]), {"results": "elsewhere"})
    assert line.startswith(start.replace("1.yaml", "0.yaml"))


@pytest.mark.parametrize(
    ("path", "value", "start"),
    [
        ("collections.a.models", 0, "0.yaml: collections.a.models: 0 is below 1"),
        ("collections.a.dataset", "digit", "0.yaml: collections.a.dataset: 'digit' is not one"),
        ("collections.a.modles", 3, "0.yaml: collections.a: unknown key 'modles'"),
        ("collections.a", {"models": 3}, "0.yaml: collections.a: 'dataset', 'architecture', 'ex"),
    ],
)
def test_an_inherited_error_is_reported_once_where_it_is_said(path, value, start):
    heirs = {"b": {"inherits": "a", "models": 4}, "c": {"inherits": "b"}}
    if path.endswith("models"):
        heirs["b"] = {"inherits": "a"}
    (line,) = problems_of(changed(path, value), {"collections": heirs})
    assert line.startswith(start)


def test_an_error_that_an_heir_makes_of_what_it_inherits_is_its_own():
    config = changed("collections.b", {"inherits": "a", "architecture": "short"})
    config["architectures"]["short"] = {"inherits": "net", "epochs": 1}
    config["collections"]["a"]["extents"] = [0, 5]
    (line,) = problems_of(config)
    assert line.startswith("0.yaml: collections.b.extents: 5 is beyond the 1 epochs of 'short'")


def test_all_problems_are_reported_at_once():
    config = changed("collections.a.dataset", "x")
    config["figures"]["fig"]["collections"] = ["y"]
    with pytest.raises(ConfigError) as error:
        resolve(config)
    assert "'x' is not" in str(error.value)
    assert "'y' is not" in str(error.value)


@pytest.mark.parametrize("loader", ["image-folder", "npz"])
def test_loaders_of_one_s_own_files_need_their_root(loader):
    config = changed("datasets.birds", {"loader": loader})
    config["datasets"]["jays"] = {"inherits": "birds"}
    (line,) = problems_of(config)
    assert line == f"0.yaml: datasets.birds: loader '{loader}' needs `root`"
    config["datasets"]["birds"]["root"] = "birds"
    resolve(config)


@pytest.mark.parametrize("text", ["1e-3", "1E5", "2.5e3", "-1e-07"])
def test_a_number_that_yaml_takes_for_a_text_is_explained(text):
    assert yaml.safe_load(text) == text
    with pytest.raises(ConfigError) as error:
        resolve(changed("architectures.net.learning_rate", text))
    first, second = re.search(r"write (\S+) or (\S+)", str(error.value)).groups()
    assert yaml.safe_load(first) == yaml.safe_load(second) == float(text)
