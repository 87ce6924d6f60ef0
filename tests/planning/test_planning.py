"""What figures would cost, counted by hand: which models, how many images, what of it is done."""

import json
from pathlib import Path

import pytest
from support.configurations import configured
from support.loading import load

from learning_order.planning import report
from learning_order.planning.estimate import Cost, Estimator
from learning_order.planning.pilot import resized
from learning_order.planning.rates import Device, Rate
from learning_order.planning.sizes import Size, expected_size, size_of
from learning_order.planning.work import (
    UnknownTarget,
    collections_needed,
    needs_of,
    together,
    trained,
)

GPU = Device("cuda", "some GPU")
CPU = Device("cpu", "some CPU")


@pytest.fixture(scope="module")
def paper():
    return configured({"results": "/nowhere"})


def estimator(config, need, rate=1000.0):
    sizes = {dataset: size_of(config, dataset) for dataset in need.datasets}
    pairs = {(model.dataset, model.architecture) for model in need.models}
    return Estimator(config, sizes, dict.fromkeys(pairs, Rate(rate)))


def cost_of(config, *targets) -> dict[str, Cost]:
    """Line → its cost, at a thousand images a second."""
    needs = needs_of(config, targets)
    total = together("total", needs)
    found = estimator(config, total)
    return {each.name: report.line_of(each, set(), found).whole for each in [*needs, total]}


# Which models


def test_a_row_of_figure_15_at_paper_scale(paper):
    """100 models at 7 extents, each from scratch; 0 + 10 + 30 + 60 + 90 + 120 + 140 epochs."""
    row = cost_of(paper, "fig15")["st-vgg-small-mammals"]
    assert (row.models, row.epochs) == (700, 45_000)
    assert row.images == 45_000 * 2500
    recorded = 700 * 3000
    assert row.seconds == pytest.approx((row.images + recorded / 3) / 1000)


def test_one_run_records_all_extents_that_are_asked_for(paper):
    """Figure 30: 100 models, trained to epoch 140 once and recorded 141 times."""
    row = cost_of(paper, "fig30")["total"]
    assert (row.models, row.epochs, row.images) == (100, 14_000, 35_000_000)
    recorded = 100 * 141 * 3000
    assert row.seconds == pytest.approx((35_000_000 + recorded / 3) / 1000)
    assert row.bytes == pytest.approx(5 * recorded, rel=0.3)


def test_what_figures_share_is_counted_once(paper):
    found = cost_of(paper, "fig15", "fig29", "fig9")
    assert list(found) == ["fig15", "fig29", "fig9a", "fig9b", "total"]
    assert [found[name].models for name in ("fig15", "fig29", "fig9a", "fig9b")] == [
        *(2100, 700, 1400, 400),
    ]
    # Figure 29 is of models of figure 15, and so is one of the rows of figure 9a.
    assert found["total"].models == 2100 + 700 + 400


def test_parts_of_epochs_cost_their_part(paper):
    """Figure 9b: one hundred models to epoch 140, and as many to 20 fifths."""
    row = cost_of(paper, "fig9b")["st-vgg-small-mammals-first-epochs"]
    assert (row.models, row.epochs, row.images) == (100, 400, 400 * 2500)
    assert row.bytes == pytest.approx(9 * 100 * 21 * 3000, rel=0.3)


def test_views_of_the_same_models_are_no_further_models(paper):
    """Figure 8b: the halves of 13 are among the 27 of ResNet-50; 22 AlexNets and 6 DenseNets."""
    found = cost_of(paper, "fig8b")
    assert found["resnet50-imagenet-second-half"].models == 13 * 6
    assert found["total"].models == 27 * 6 + 22 * 7 + 6 * 7


def test_the_parts_of_a_dataset_share_a_line(paper):
    found = cost_of(paper, "fig24")
    assert list(found) == ["st-vgg-fashion-mnist-part", "total"]
    assert found["total"].models == 60 * 100 * 7
    assert found["total"].images == 60 * 100 * (0 + 1 + 5 + 10 + 20 + 30 + 40) * 1000


def test_one_part_alone_has_its_own_name(paper):
    found = cost_of(paper, "st-vgg-fashion-mnist-part-07-page")
    assert list(found) == ["st-vgg-fashion-mnist-part-07", "total"]


def test_claims_need_models_only_beside_all_figures(paper):
    [claims] = needs_of(paper, ["claims"])
    assert not claims.models
    both = {need.name: need for need in needs_of(paper, ["claims", "figures"])}
    assert set(both) == {*paper.figures, "claims"}
    whole = {model for model in both["claims"].models if model.architecture == "mnist-net"}
    assert {(model.dataset, model.extent) for model in whole} == {("mnist", 12)}


def test_a_ranking_needs_what_its_collections_train():
    config = configured(
        {"rankings": {"mammals": ["st-vgg-small-mammals", "small-st-vgg-small-mammals"]}}
    )
    found = cost_of(config, "mammals-page")
    assert list(found) == ["st-vgg-small-mammals", "small-st-vgg-small-mammals", "total"]
    assert found["total"].models == 2 * 700
    alone = cost_of(config, "st-vgg-small-mammals-ranking")
    assert alone["st-vgg-small-mammals"] == found["st-vgg-small-mammals"]
    assert collections_needed(config, ["mammals-cleanlab", "fig29", "claims"]) == list(found)[:2]
    both = cost_of(config, "fig29", "mammals-page")
    assert {name: row.models for name, row in both.items()} == {
        **{"fig29": 700, "mammals-page": 1400, "total": 1400},
    }


def test_predictions_made_elsewhere_train_nothing():
    config = configured(
        {
            "collections": {"own": {"predictions": "own.parquet"}},
            "figures": {"mine": {"kind": "histograms", "collections": ["own"]}},
        }
    )
    assert cost_of(config, "mine")["total"] == Cost()


def test_published_predictions_train_nothing():
    config = configured(scale="published")
    assert "published" in config.collections["st-vgg-fish"]
    [need] = needs_of(config, ["fig23"])
    assert not need.models
    assert not resized(config, "st-vgg-fish", 9)
    needs = needs_of(config, ["figures", "claims"])
    assert {"fig15", "claims"} < {need.name for need in needs}
    assert not together("total", needs).models


def test_an_unknown_target_is_said_with_the_nearest_that_there_is(paper):
    with pytest.raises(UnknownTarget, match=r"no target 'fig51'; did you mean 'fig5'\?"):
        needs_of(paper, ["fig15", "fig51"])
    with pytest.raises(UnknownTarget, match=r"did you mean 'st-vgg-fish-page'\?"):
        needs_of(paper, ["st-vgg-fish-pages"])
    with pytest.raises(UnknownTarget) as error:
        needs_of(paper, ["xyz"])
    assert "choose among agreement-curves" in str(error.value)
    assert "cleanlab" not in str(error.value)


def test_boosting_is_counted_apart(paper):
    """100 rounds over CIFAR-10 took 8 minutes where it was measured."""
    row = cost_of(paper, "fig11")["adaboost-cifar10"]
    assert (row.models, row.epochs, row.images, row.seconds) == (1, 0, 0, 0)
    assert row.boosting_seconds == pytest.approx(480)


# What is done


def test_models_whose_predictions_are_there_are_done(tmp_path):
    config = configured({"results": str(tmp_path)})
    for extent, blocks in {"10": ["0-49", "50-99"], "30": ["0-9"], "all": ["0-99"]}.items():
        folder = tmp_path / f"predictions/small-mammals/st-vgg/extent-{extent}"
        folder.mkdir(parents=True)
        for block in blocks:
            (folder / f"seeds-{block}.parquet").touch()
    [need] = needs_of(config, ["fig29"])
    done = trained(config, need.models)
    assert len(done) == 110
    line = report.line_of(need, done, estimator(config, need))
    assert line.left.models == 590
    assert line.left.epochs == 45_000 - 100 * 10 - 10 * 30


# Sizes of datasets


@pytest.mark.parametrize(
    ("dataset", "train", "test", "shape"),
    [
        ("mnist", 60000, 10000, (28, 28, 1)),
        ("cifar100", 50000, 10000, (32, 32, 3)),
        ("small-mammals", 2500, 500, (32, 32, 3)),
        ("small-mammals-random-labels", 2500, 500, (32, 32, 3)),
        ("cats-dogs", 10000, 2000, (32, 32, 3)),
        ("fashion-mnist-part-07", 1000, 10000, (28, 28, 1)),
        ("tiny-imagenet", 100000, 10000, (64, 64, 3)),
        ("stack-overflow", 39000, 1000, (150,)),
        ("imagenet", 1281167, 50000, (224, 224, 3)),
        ("gaussian", 5000, 1000, (32, 32, 3)),
        ("gabor", 1200, 1200, (32, 32, 3)),
        ("noise-224", 0, 1000, (224, 224, 3)),
        ("cifar10-inception-v3", 50000, 10000, (1, 1, 2048)),
    ],
)
def test_sizes_of_the_papers_datasets(paper, dataset, train, test, shape):
    size = expected_size(paper.datasets[dataset])
    assert (size.train, size.test, size.shape) == (train, test, shape)


def test_images_that_stay_in_their_files_take_no_place(paper):
    assert expected_size(paper.datasets["imagenet"]).bytes == 0
    assert expected_size(paper.datasets["gaussian"]).bytes == 6000 * 3072 * 4
    assert expected_size(paper.datasets["cifar10"]).bytes == 60000 * 3072


def test_what_is_not_known_is_named_and_counts_nothing():
    config = configured(
        {
            "datasets": {"birds": {"loader": "image-folder", "root": "birds", "size": 32}},
            "collections": {
                "st-vgg-birds": {
                    **{"dataset": "birds", "architecture": "st-vgg"},
                    **{"models": 2, "extents": [1, 3]},
                }
            },
            "figures": {"birds": {"kind": "histograms", "collections": ["st-vgg-birds"]}},
        }
    )
    found = cost_of(config, "birds")["total"]
    assert found == Cost(models=4, epochs=8, unknown=frozenset({"birds"}))
    line = report.Line("birds", found, found)
    birds = report.table([line, line], CPU).splitlines()[1].split()
    assert birds == ["birds", "4", "0", "8", *["unknown"] * 4]
    said = " ".join(report.notes(config, [line], {}, CPU, ["a.yaml", "b.yaml"]))
    assert "birds: of unknown size" in said
    assert "/datasets/birds/dataset.json --configfile a.yaml b.yaml` prepares it." in said


def test_a_prepared_dataset_says_itself_how_large_it_is(tmp_path):
    config = configured({"results": str(tmp_path)})
    facts = {
        **{"examples": {"train": 7, "test": 3}, "shape": [8, 8, 1]},
        **{"classes": ["a", "b"], "dtype": "float32"},
    }
    path = tmp_path / "datasets/mnist/dataset.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(facts))
    assert size_of(config, "mnist") == Size(7, 3, (8, 8, 1), 2, value_bytes=4)
    assert size_of(config, "mnist").bytes == 10 * 64 * 4
    path.write_text(path.read_text()[:-9])
    assert size_of(config, "mnist") == expected_size(config.datasets["mnist"])


@pytest.mark.parametrize("dataset", ["digits", "gaussian", "gabor", "noise-32"])
def test_loaders_give_what_is_known_of_them(dataset):
    entry = configured(scale="stand-ins").datasets[dataset]
    examples = load(dataset, entry, Path("nowhere"))
    size = expected_size(entry)
    assert size.train == len(examples.train.labels)
    assert size.test == len(examples.test.labels)
    assert size.shape == examples.test.inputs.shape[1:]
    assert size.value_bytes == examples.test.inputs.itemsize
    assert size.classes == len(examples.classes)


# In words


def line(name, **numbers):
    return report.Line(name, Cost(**numbers), Cost())


def test_a_table_has_a_line_a_figure_and_the_total_below():
    lines = [
        line("fig1", models=700, epochs=45_000, images=112_500_000, seconds=7200, bytes=24e6),
        line("total", models=1400, epochs=90_000, images=225_000_000, seconds=14400, bytes=48e6),
    ]
    heading, first, rule, total = report.table(lines, GPU).splitlines()
    assert heading.split() == [
        *("models", "done", "network-epochs", "images", "GPU-hours", "left", "disk"),
    ]
    assert first.split() == ["fig1", "700", "700", "45,000", "112", "M", "2", "0", "24", "MB"]
    assert set(rule) == {"-"}
    assert total.startswith("total")


def test_boosting_is_the_cpus_beside_a_gpu_and_added_without_one():
    both = [line("fig11", seconds=7200, boosting_seconds=3600)] * 2
    assert report.table(both, GPU).splitlines()[1].split()[-5:] == ["2", "0", "1", "0", "B"]
    assert report.table(both, CPU).splitlines()[1].split()[-4:] == ["3", "0", "0", "B"]


def test_notes_say_what_is_shared_and_what_is_a_guess(paper):
    parts = [line("fig15", models=2100), line("fig29", models=700), line("total", models=2100)]
    rates = {
        ("fish", "st-vgg"): Rate(100, "nothing was calibrated"),
        ("insects", "st-vgg"): Rate(100, "nothing was calibrated"),
        ("fish", "linear-st-vgg"): Rate(100),
    }
    said = "\n".join(report.notes(paper, parts, rates, GPU))
    assert "counts once what several lines share" in said
    assert said.count("st-vgg") == 1
    assert "configuration, as nothing was calibrated: st-vgg." in said
    assert "counts once" not in "\n".join(report.notes(paper, parts[::2], {}, GPU))
