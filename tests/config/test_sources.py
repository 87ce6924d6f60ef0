"""Collections from files and from training, and what they inherit from each other."""

from support.configurations import changed, problems_of

from learning_order.config import resolve


def test_predictions_made_elsewhere_inherit_from_nothing_trained():
    config = changed("collections.own", {"inherits": "a", "predictions": "a.csv"})
    (line,) = problems_of(config)
    assert line.startswith("0.yaml: collections.own.inherits: predictions made elsewhere")
    config["collections"]["a"] |= {"protocol": "snapshots", "parts_per_epoch": 2}
    (line,) = problems_of(config)
    assert line.startswith("0.yaml: collections.own.inherits: predictions made elsewhere")


def test_what_inherits_predictions_is_not_trained():
    config = changed("collections.own", {"predictions": "a.csv", "dataset": "digits"})
    config["collections"]["ours"] = {"inherits": "own", "predictions": "b.csv"}
    resolve(config)
    config["collections"]["ours"] = {"inherits": "own", "architecture": "net", "models": 2}
    (line,) = problems_of(config)
    assert line.startswith("0.yaml: collections.ours.architecture: 'net' would not be trained")
