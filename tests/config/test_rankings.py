"""Rankings and planted errors in the configuration."""

from support.configurations import SMALL, problems_of

from learning_order.config import merge_layers, resolve
from learning_order.config.check_rankings import rankings_of


def refused(**sections) -> str:
    return " ".join(problems_of(SMALL, sections))


def test_every_collection_has_a_ranking_and_several_can_be_pooled():
    (name, entry), *_ = SMALL["collections"].items()
    config = resolve(
        merge_layers(
            [SMALL, {"collections": {"twin": entry}, "rankings": {"both": [name, "twin"]}}]
        )
    )
    assert rankings_of(config)[name] == [name]
    assert rankings_of(config)["both"] == [name, "twin"]


def test_a_ranking_of_nothing_or_of_two_datasets_is_refused():
    (name, _), *_ = SMALL["collections"].items()
    assert "'twin' is not one of the collections" in refused(rankings={"both": [name, "twin"]})
    other = {"collections": {"other": {"predictions": "x.parquet", "dataset": "elsewhere"}}}
    said = refused(**other, rankings={"both": [name, "other"]})
    assert "collections of different datasets cannot be ranked together" in said


def test_names_that_rankings_use_are_taken():
    (name, _), *_ = SMALL["collections"].items()
    figure = {"kind": "histograms", "collections": [name]}
    assert "is what a page is called" in refused(figures={f"{name}-page": figure})
    assert "has a ranking of this name" in refused(rankings={name: [name]})


def test_planted_errors_have_a_share_and_a_kind():
    noisy = {"loader": "digits", "label_noise": {"share": 0.1}}
    config = resolve(merge_layers([SMALL, {"datasets": {"noisy": noisy}}]))
    filled = {"share": 0.1, "kind": "symmetric", "seed": 0}
    assert config.datasets["noisy"]["label_noise"] == filled
    none = refused(datasets={"noisy": {"loader": "digits", "label_noise": {"kind": "pairs"}}})
    assert "label_noise" in none
    assert "share" in none
    streamed = {"loader": "image-folder", "root": "x", "size": 32, "stream": True}
    pairs = {**streamed, "label_noise": {"share": 0.1, "kind": "pairs"}}
    assert "use `symmetric`" in refused(datasets={"noisy": pairs})


def test_a_ranking_names_parts_of_one_dataset_not_the_family():
    (_, entry), *_ = SMALL["collections"].items()
    parted = {"loader": "digits", "partition": {"parts": 2}}
    more = {"datasets": {"parted": parted}, "collections": {"of": {**entry, "dataset": "parted"}}}
    assert "'of' is one collection per part" in refused(**more, rankings={"both": ["of"]})
    said = refused(**more, rankings={"both": ["of-0", "of-1"]})
    assert "collections of different datasets cannot be ranked together" in said
    resolve(merge_layers([SMALL, more, {"rankings": {"one": ["of-0"]}}]))


def test_a_collection_is_not_called_like_a_column():
    (name, entry), *_ = SMALL["collections"].items()
    said = refused(collections={"se": entry}, rankings={"both": [name, "se"]})
    assert "the column `accessibility_se` is another" in said
