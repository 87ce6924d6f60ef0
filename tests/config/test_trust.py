"""Configurations that read well and would end badly: refused before anything runs."""

import re
import time
from copy import deepcopy

import pytest
from support.configurations import SMALL, changed, problems_of

from learning_order.config import ConfigError, resolve
from learning_order.config.files import read_layers


def written(tmp_path, text) -> str:
    """What is said of a file with this content."""
    path = tmp_path / "mine.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as error:
        read_layers([path])
    return str(error.value)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

FILES = {
    "a doubled section": ("figures: {}\nfigures: {}\n", "line 2: 'figures' is written twice"),
    "a doubled key": ("a:\n  b: {c: 1,\n   c: 2}\n", "line 3: 'c' is written twice"),
    "a doubled key in JSON": ('{"a": {"b": 1, "b": 2}}', "'b' is written twice"),
    "broken": ("a: [1,\nb: 2\n", "line 3: not readable as YAML"),
    "a tab": ("a:\n\tb: 1\n", "line 2: not readable as YAML: .*no tabs"),
    "nothing": ("", "nothing in it; expected `key: value`"),
    "a comment": ("# nothing yet\n", "nothing in it; expected `key: value`"),
    "a word": ("figures", "expected `key: value` lines at the top"),
    "Latin-1": ("# caf\xe9\na: 1\n".encode("latin-1"), "line 1: byte 0xe9 is not UTF-8"),
    "UTF-16": ("a: 1\n".encode("utf-16"), "byte 0xff is not UTF-8"),
    "an anchor that holds itself": ("a: &a [*a]\n", "line 1: an anchor that holds itself"),
    "a bomb": (BOMB, "above 1000000 values"),
    "no": (
        "figures:\n  no: {}\n",
        "line 2: YAML reads the key 'no' as true or false: write",
    ),
    "a number": ("figures:\n  1: {}\n", "YAML reads the key '1' as a number: write \"1\""),
    "a date": ("figures: {2024-01-01: {}}", 'as a date: write "2024-01-01"'),
    "a list": ("? [a, b]\n: 1\n", "YAML reads the key"),
    "octal": ("models: 010\n", "YAML reads 010 in base 8: write the number in base 10"),
    "base 60": ("models: 1:30\n", "YAML reads 1:30 in base 60"),
    "two documents": ("a: 1\n---\nb: 2\n", "line 2: not readable as YAML: .*document"),
    "a tag": ("a: !!python/object/apply:os.system [x]\n", "line 1: not readable as YAML"),
    "no anchor": ("a: *b\n", "line 1: not readable as YAML: .*undefined alias"),
    "no text": ("a: \x00\n", "not readable as YAML"),
    "a template": ("__use_yte__: true\na: ?1 / 0\n", "not a template that can be filled in"),
}


@pytest.mark.parametrize(("text", "message"), FILES.values(), ids=FILES)
def test_a_file_is_refused_with_its_name_and_line(tmp_path, text, message):
    said = written(tmp_path, text)
    assert said.startswith(f"{tmp_path}/mine.yaml")
    assert re.search(message, said), said


def test_a_merged_key_may_be_written_again(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("a: &a {b: 1, c: 2}\nd: {<<: *a, b: 3}\n")
    assert read_layers([path])[str(path)]["d"] == {"b": 3, "c": 2}


NET = "architectures.net"
CASES = [
    (f"{NET}.learning_rate", float("nan"), "nan is not a finite number"),
    (f"{NET}.l2", float("inf"), "inf is not a finite number"),
    (f"{NET}.learning_rate", 1e39, "1e+39 is beyond 3.4e+38, the largest number of single"),
    ("checkpoint_minutes", 10**400, "is beyond 3.4e+38"),
    ("checkpoint_minutes", float("nan"), "checkpoint_minutes: nan is not a finite"),
    (f"{NET}.inherits", ["net"], f"{NET}.inherits: ['net'] should be a name"),
    (f"{NET}.schedule", {"name": "multi-step", "factor": 2, "at": [5, 3]}, "should ascend: [3, 5]"),
    (f"{NET}.schedule", {"name": "multi-step", "factor": 2, "at": [3, 3]}, "an epoch twice"),
    (f"{NET}.schedule", {"name": "cosine", "epochs": 5}, "0 after 5 epochs, but the recipe has 10"),
    ("collections.a.models", 10**9, "collections.a.models: 1000000000 is above 100000"),
    ("collections.a.extents", {"from": 0, "to": 10**9}, "extents.to: 1000000000 is above 1000000"),
    ("datasets.digits.partition", {"parts": 10**6}, "partition.parts: 1000000 is above 10000"),
    ("collections.a.first_seed", 2**31, "first_seed: 2147483648 is above 2000000000"),
    ("datasets", {"a\n": {"loader": "digits"}}, "'a\\n' is not a valid name"),
    ("datasets", {"n" * 101: {"loader": "digits"}}, "has 101 characters: at most 100"),
    ("datasets", {"n" * 50: {"loader": "digits"}}, "without twenty repetitions"),
    ("results", "", "results: '' is empty"),
    ("results", " ", "results: ' ' names no folder"),
    ("results", "{x}", "'{x}' has braces"),
    ("results", "/dev/null", "results: '/dev/null' should be a folder, but /dev/null is a file"),
    ("data", f"{__file__}/x", "test_trust.py is a file"),
    ("scale", {"extents": [0, 500]}, "scale.extents: 500 is beyond the 10 epochs of 'net'"),
    ("stamp", ["word"] * 10**4, "should be a string"),
    ("datasets.digits.classes", [False, "1"], "False should be a string; YAML reads yes, no, on"),
    ("datasets.digits.classes", [0, "1"], "0 should be a string; put it in quotes"),
    ("collections.a", {"predictions": []}, "[] should be a string or a list that is not empty"),
    ("collections.a", {"predictions": 5}, "5 should be a string or a list that is not empty"),
    ("collections.a", {"predictions": ""}, "predictions: '' should be a string or a list"),
    ("collections.a", {"predictions": "."}, "'.' is a folder: name the files in it"),
    ("collections.a", {"predictions": "a.txt"}, "'a.txt' should end with .parquet, .csv, .csv.gz"),
    ("collections.a", {"predictions": "a.csv", "dataset": "nope/x"}, "'nope/x' is a path: write"),
    (f"{NET}.network", "./my_nets.py:tiny", "write my_nets:tiny"),
    (f"{NET}.network", "torchvision:fasterrcnn_resnet50_fpn", "torchvision has no classifier"),
    (
        "datasets.digits",
        {"loader": "image-folder", "root": "x", "stream": True},
        "streamed images need a `size`",
    ),
]


@pytest.mark.parametrize(("path", "value", "message"), CASES)
def test_a_value_is_refused(path, value, message):
    with pytest.raises(ConfigError) as error:
        resolve(changed(path, value))
    assert message in str(error.value)
    assert len(str(error.value)) < 500


def test_a_long_value_is_not_printed_whole():
    said = problems_of(changed("stamp", {"x": ["y" * 1000] * 1000}))
    assert len(said[0]) < 300


def test_the_folder_of_results_may_be_below_one_s_home(monkeypatch):
    monkeypatch.setenv("HOME", "/somewhere")
    assert resolve(changed("results", "~/x/")).results == "/somewhere/x"


# What a kind of figure needs


def figure(kind, collections=None, **options) -> dict:
    """SMALL with this figure, of collections that differ in what figures need."""
    config = changed(
        "figures.fig", {"kind": kind, "collections": collections or ["a"], "options": options}
    )
    config["datasets"]["other"] = {"loader": "gabor"}
    base = config["collections"]["a"]
    config["collections"] |= {
        "again": dict(base),
        "later": {**base, "first_seed": 3},
        "elsewhere": {**base, "dataset": "other"},
        "longer": {**base, "first_seed": 3, "extents": [0, 1, 2, 4]},
        "run": {**base, "extents": [0, 1, 2, 4], "protocol": "snapshots"},
        **{f"a{k}": {**base, "first_seed": 10 + 3 * k} for k in range(9)},
    }
    return config


KINDS = [
    ("learned-epochs", ["a"], "set `protocol: snapshots` in collections.a"),
    ("example-curves", ["a"], "at least 3 extents after 0, but 'a' has 0, 1"),
    ("agreement-matrix", ["a"], "compares 2 to 12 collections, not 1"),
    ("agreement-matrix", ["a", "elsewhere"], "is of one dataset, these are of digits, other"),
    ("consistency-matrix", ["a", "elsewhere"], "is of one dataset, these are of digits, other"),
    ("consistency-matrix", ["a", "again"], "the same models: both hold the seeds 0 to 2"),
    ("partitions", ["a"], "compares at least 2 collections, not 1"),
    ("partitions", ["a", "longer"], "have other extents: choose common ones"),
    ("out-of-sample", ["a"], "'a' has no out-of-sample set"),
    ("accuracy", [f"a{k}" for k in range(9)], "accuracy compares 1 to 8 collections, not 9"),
]


@pytest.mark.parametrize(("kind", "collections", "message"), KINDS)
def test_what_a_kind_cannot_draw_is_refused(kind, collections, message):
    with pytest.raises(ConfigError, match=re.escape("figures.fig.collections: ")) as error:
        resolve(figure(kind, collections))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("kind", "collections"),
    [
        ("learned-epochs", ["run"]),
        ("example-curves", ["run"]),
        ("agreement-matrix", ["a", "later"]),
        ("consistency-matrix", ["a", "run"]),
        ("partitions", ["a", "later"]),
    ],
)
def test_what_a_kind_can_draw_is_not_refused(kind, collections):
    resolve(figure(kind, collections))


def test_what_a_scale_alone_makes_impossible_is_left_to_the_figure():
    config = figure("example-curves", ["run"])
    config["scale"] = {"extents": [0, 1]}
    resolve(config)


# The same models under two names


def twins(**second) -> dict:
    config = changed("figures.fig", {"kind": "accessibility-scatter", "pairs": [["a", "b"]]})
    config["architectures"]["twin"] = {"inherits": "net", "epochs": 20}
    config["datasets"]["copy"] = {"loader": "digits"}
    config["collections"]["b"] = {**config["collections"]["a"], **second}
    return config


@pytest.mark.parametrize("second", [{}, {"architecture": "twin"}, {"first_seed": 2}])
def test_a_pair_of_the_same_models_is_refused(second):
    with pytest.raises(ConfigError, match="'a' and 'b' are the same models: both hold the seeds"):
        resolve(twins(**second))
    config = twins(**second)
    config["figures"]["fig"] = SMALL["figures"]["fig"]
    resolve(config)


def test_a_copy_of_a_dataset_holds_the_same_models():
    config = twins(dataset="copy")
    config["figures"]["fig"]["options"] = {"same_examples": True}
    with pytest.raises(ConfigError, match="are the same models"):
        resolve(config)


@pytest.mark.parametrize(
    "second", [{"first_seed": 3}, {"without_seeds": [0, 1, 2]}, {"protocol": "snapshots"}]
)
def test_a_pair_of_other_models_is_not_refused(second):
    resolve(twins(**second))


def test_a_pair_of_the_same_files_is_refused():
    config = twins()
    config["collections"] = {
        name: {"predictions": "own.csv", "dataset": "digits"} for name in ("a", "b")
    }
    with pytest.raises(ConfigError, match=r"are the same models: both hold own\.csv"):
        resolve(config)
    for name, first in (("a", 0), ("b", 4)):
        config["collections"][name] |= {"models": 4, "first_seed": first}
    resolve(config)


# Claims


def claim(**entry) -> dict:
    config = twins(first_seed=3)
    config["collections"]["c"] = {**config["collections"]["a"], "dataset": "copy", "first_seed": 6}
    measure = {"statement": "", "measure": "accuracy", "collections": ["a"], **entry}
    return {**config, "claims": {"one": measure}}


CORRELATION = {"measure": "accessibility-correlation", "collections": ["a", "b"]}
CLAIMS = [
    ({"at_least": 0.9, "at_most": 0.1}, "claims.one: at_least 0.9 is above at_most 0.1"),
    ({"value": 0.5, "at_least": 0.1}, "claims.one.value: states the number, and at_least a bound"),
    ({"value": 70}, "value: 70 cannot be: accuracy is a number from 0 to 1: write 0.7"),
    ({"value": float("nan")}, "claims.one.value: nan is not a finite number"),
    ({**CORRELATION, "value": 0.5, "most_p": 2}, "most_p: 2 is above 1"),
    (
        {**CORRELATION, "at_least": -1, "collections": ["a", "c"]},
        "claims.one.collections: these are of different datasets, digits and copy",
    ),
]


@pytest.mark.parametrize(("entry", "message"), CLAIMS)
def test_a_claim_that_says_nothing_is_refused(entry, message):
    with pytest.raises(ConfigError) as error:
        resolve(claim(**entry))
    assert message in str(error.value)


def test_a_claim_may_compare_datasets_of_the_same_examples():
    entry = {**CORRELATION, "at_least": -1, "collections": ["a", "c"], "same_examples": True}
    resolve(claim(**entry))


def test_a_claim_may_compare_parts_of_a_dataset_on_the_test_split():
    config = claim(**CORRELATION, at_least=0)
    config["datasets"]["parts"] = {"loader": "digits", "partition": {"parts": 3}}
    config["collections"]["family"] = {**config["collections"]["a"], "dataset": "parts"}
    config["claims"]["one"]["collections"] = ["family"]
    resolve(deepcopy(config))
    config["claims"]["one"]["split"] = "train"
    with pytest.raises(ConfigError, match="different datasets, parts-0 and parts-1 and parts-2"):
        resolve(config)


def test_more_jobs_than_can_be_planned_are_refused():
    config = changed("collections.a.extents", {"from": 0, "to": 500})
    config["architectures"]["net"]["epochs"] = 500
    config["collections"]["a"]["models"] = 100000
    with pytest.raises(ConfigError, match="are 1002000 training jobs: at most 100000"):
        resolve(config)
    config["collections"]["a"]["protocol"] = "snapshots"
    resolve(config)


def test_a_family_of_thousands_is_compared_in_no_time():
    config = claim(**CORRELATION, at_least=0)
    config["datasets"]["parts"] = {"loader": "digits", "partition": {"parts": 3000}}
    config["collections"]["family"] = {**config["collections"]["a"], "dataset": "parts"}
    config["claims"]["one"]["collections"] = ["family"]
    started = time.process_time()
    resolve(config)
    assert time.process_time() - started < 20  # pair by pair it would be minutes
