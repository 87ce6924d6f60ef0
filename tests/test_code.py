"""Which files a job is made of: the reason to rerun it, and not to rerun the others."""

from pathlib import Path

from learning_order.code import files_of


def names(*modules):
    return {"/".join(Path(path).parts[-2:]) for path in files_of(*modules)}


def test_training_knows_no_figures_and_only_its_own_network():
    files = names("learning_order.training.trainer", "learning_order.networks.mnist_net")
    assert {"training/trainer.py", "training/recipe.py", "networks/mnist_net.py"} <= files
    assert {"networks/layers.py", "networks/initialise.py", "datasets/prepared.py"} <= files
    assert not any(path.startswith(("figures/", "scores/", "config/")) for path in files)
    assert "networks/st_vgg.py" not in files


def test_figures_know_no_training():
    files = names("learning_order.figures.histograms")
    assert "figures/style.py" in files
    assert not any(path.startswith(("training/", "networks/", "datasets/")) for path in files)


def test_packages_of_others_are_not_listed():
    assert all("learning_order" in path for path in files_of("learning_order.tables", "numpy"))
