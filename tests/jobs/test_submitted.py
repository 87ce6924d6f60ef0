"""A job that finds another configuration than that of its submission does not run."""

import pytest
from support.configurations import SMALL, changed
from support.wildcards import wildcards

from learning_order.config import resolve
from learning_order.jobs import submitted
from learning_order.jobs.prepare_dataset import PrepareDataset
from learning_order.jobs.train import Train


@pytest.fixture
def handed(monkeypatch):
    """Hand a configuration over, as the process that submits does."""
    monkeypatch.setenv(submitted.VARIABLE, "")  # to be as before afterwards
    return lambda config: submitted.hand_over(resolve(config))


def check(config: dict) -> None:
    """As the jobs of collection `a` do, which read this configuration."""
    config = resolve(config)
    train = Train(config)
    block = wildcards(dataset="digits", architecture="net", extent="all", first=0, last=2)
    submitted.check("dataset", "digits", PrepareDataset(config).entry(block))
    submitted.check("architecture", "net", [train.recipe(block), train.builder(block)])


def test_the_same_configuration_passes(handed):
    handed(SMALL)
    check(SMALL)
    check(changed("architectures.net.images_per_second", 5))  # no result depends on it
    check(changed("figures", {}))


@pytest.mark.parametrize(
    ("path", "value"),
    [("architectures.net.learning_rate", 0.2), ("datasets.digits.limit", {"train": 50})],
)
def test_an_edited_one_is_refused(handed, path, value):
    handed(SMALL)
    name = path.split(".")[1]
    with pytest.raises(submitted.Changed, match=f"'{name}' is another now. Put it back"):
        check(changed(path, value))


def test_nothing_is_checked_where_nothing_was_handed_over(monkeypatch):
    monkeypatch.delenv(submitted.VARIABLE, raising=False)
    check(SMALL)


def test_the_extents_of_snapshots_are_checked(handed):
    snapshots = {**SMALL["collections"]["a"], "protocol": "snapshots"}
    handed(changed("collections.a", snapshots))
    submitted.check("extents", "net on digits", [0, 1])
    with pytest.raises(submitted.Changed):
        submitted.check("extents", "net on digits", [0, 1, 2])


def test_parts_of_epochs_are_checked_by_themselves(handed):
    parts = {**SMALL["collections"]["a"], "protocol": "snapshots", "parts_per_epoch": 5}
    handed({**changed("collections.a", parts), "figures": {}})
    assert submitted.run_name("digits", "net", "all-5-per-epoch") == (
        "net on digits, 5 parts per epoch"
    )
    submitted.check("extents", "net on digits, 5 parts per epoch", [0, 1])
    with pytest.raises(submitted.Changed):
        submitted.check("extents", submitted.run_name("digits", "net", "all"), [0, 1])


def test_a_family_of_thousands_has_room_in_an_environment(handed, monkeypatch):
    config = changed("datasets.digits.partition", {"parts": 5000})
    handed(config)
    assert len(submitted.os.environ[submitted.VARIABLE]) < 1000
    part = PrepareDataset(resolve(config)).made_of("digits-4999")
    submitted.check("dataset", "digits-4999", part)


def test_another_folder_of_data_is_another_parameter():
    config = changed("datasets", {"mnist": {"loader": "mnist"}, "digits": {"loader": "digits"}})
    job = PrepareDataset(resolve({**config, "data": "elsewhere"}))
    assert job.root(wildcards(dataset="mnist")) == "elsewhere"
    assert job.root(wildcards(dataset="digits")) is None
