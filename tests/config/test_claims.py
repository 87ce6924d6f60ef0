"""Claims, names for several figures, and stand-ins in the configuration."""

import pytest
from support.configurations import changed, configured

from learning_order.config import ConfigError, resolve
from learning_order.config.entries import collections_of

CLAIM = {"statement": "They learn.", "measure": "accuracy", "collections": ["a"], "value": 0.5}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"collections": ["b"]}, "claims.it.collections: 'b' is not one of the collections"),
        ({"measure": "acuracy"}, "'acuracy' is not valid; did you mean 'accuracy'?"),
        ({"measure": "bimodal"}, "claims.it.value: bimodal has a rule of its own and takes no"),
        ({"measure": "accessibility-correlation"}, "compares at least 2 collections, not 1"),
        ({"most_p": 0.1}, "claims.it.most_p: accuracy has no p-value"),
        ({"split": "noise"}, "claims.it.split: 'noise' is not a split of 'a'; choose among"),
        ({"values": 1}, "unknown key 'values'; did you mean 'value'?"),
    ],
)
def test_refuses_claims(change, message):
    with pytest.raises(ConfigError) as error:
        resolve(changed("claims", {"it": CLAIM | change}))
    assert message in str(error.value)


def test_a_claim_without_a_number_is_refused():
    claim = {key: value for key, value in CLAIM.items() if key != "value"}
    with pytest.raises(ConfigError, match="takes a number: `value`, `at_least` or `at_most`"):
        resolve(changed("claims", {"it": claim}))


def test_a_claim_about_several_collections_is_one_about_each():
    config = changed("claims", {"it": CLAIM | {"collections": ["a", "b"]}})
    config["collections"]["b"] = {"inherits": "a", "models": 2}
    claims = resolve(config).claims
    assert [claim["collections"] for claim in claims.values()] == [["a"], ["b"]]
    assert list(claims) == ["it-a", "it-b"]


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ({"all": ["fig", "figg"]}, "targets.all: 'figg' is not one of the figures; did you mean"),
        ({"fig": ["fig"]}, "targets.fig: 'fig' is a figure itself"),
        ({"train": ["fig"]}, "targets.train: 'train' is a step of the workflow"),
    ],
)
def test_refuses_targets(targets, message):
    with pytest.raises(ConfigError) as error:
        resolve(changed("targets", targets), taken=["train"])
    assert message in str(error.value)


BROUGHT = {"imagenet", "tiny-imagenet", "vggface2-subset", "stack-overflow", "unlabelled-images"}


def test_stand_ins_need_nothing_that_has_to_be_brought_and_say_what_they_replace():
    before, after = configured(), configured(scale="stand-ins")
    for figure in after.figures.values():
        for name in collections_of(figure):
            entry = after.collections[name]
            dataset = after.datasets[entry["dataset"]]
            shown = [dataset, *(after.datasets[each] for each in dataset.get("out_of_sample", []))]
            assert BROUGHT.isdisjoint(each["loader"] for each in shown), name
            sources = ("dataset", "architecture")
            replaced = any(entry[key] != before.collections[name][key] for key in sources)
            assert replaced == ("stand_in_for" in entry), name


TABLE = {"format": "table", "file": "values.csv", "value": "v"}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"format": "table"}, "format 'table' needs `file`"),
        ({"format": "table", "file": "a.csv"}, "format 'table' needs `value`"),
        ({"format": "c-scores-mnist"}, "cannot be fetched: name its `file`"),
        ({"format": "cifar-10h", "key": "k"}, "says this itself: leave it out"),
        ({"format": "cifar-10h", "split": "train"}, "cifar-10h speaks of test examples"),
        ({"format": "c-scores"}, "'c-scores' is not valid; did you mean 'c-scores-"),
    ],
)
def test_refuses_references(entry, message):
    with pytest.raises(ConfigError) as error:
        resolve(changed("references", {"it": entry}))
    assert message in str(error.value)


def test_a_table_is_joined_by_content_unless_it_says_otherwise():
    tables = {"a": TABLE, "b": TABLE | {"by": "source"}, "c": TABLE | {"key": "source"}}
    found = resolve(changed("references", tables)).references
    assert [(each["by"], each["key"]) for each in found.values()] == [
        *[("content", "pixels_sha256"), ("source", "source"), ("source", "source")],
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "claims.it: reference-auroc needs a `reference`"),
        ({"reference": "its"}, "'its' is not one of the references; did you mean 'it'?"),
        ({"measure": "accuracy", "reference": "it"}, "accuracy compares with no reference"),
        ({"reference": "it", "collections": ["own"]}, "the examples of 'own', of 'own', are"),
        ({"reference": "it", "collections": ["words"]}, "'text', of 'words', holds texts: set"),
    ],
)
def test_refuses_comparisons_with_references(change, message):
    config = changed("claims", {"it": CLAIM | {"measure": "reference-auroc"} | change})
    config["references"] = {"it": TABLE}
    config["collections"]["own"] = {"predictions": "runs/*.parquet"}
    config["datasets"]["text"] = {"loader": "text-csv", "root": "t.csv"}
    config["architectures"]["lstm"] = {
        **config["architectures"]["net"],
        "network": "bilstm-attention",
    }
    config["collections"]["words"] = {
        **{"dataset": "text", "architecture": "lstm", "models": 2, "extents": [1]},
    }
    with pytest.raises(ConfigError) as error:
        resolve(config)
    assert message in str(error.value)


def test_some_claims_can_be_had_alone():
    config = changed("claims", {"it": CLAIM, "mine": CLAIM})
    assert list(resolve(config | {"only_claims": ["mine"]}).claims) == ["mine"]
    with pytest.raises(ConfigError, match="only_claims: 'mein' is not one of the claims; did you"):
        resolve(config | {"only_claims": ["mein"]})
