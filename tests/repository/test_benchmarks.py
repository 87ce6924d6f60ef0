"""The benchmarks run, and what they compare with does what it says. How fast is not asked here."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn import functional

ROOT = Path(__file__).parents[2]
CPU = torch.device("cpu")


@pytest.fixture(scope="module", autouse=True)
def on_path():
    torch.set_num_threads(1)  # other tests run beside these
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield
    sys.path.remove(str(ROOT / "benchmarks"))


@pytest.mark.parametrize(
    ("kernel", "options"),
    [(3, {"padding": 1}), (2, {}), (5, {"padding": (2, 1), "stride": (2, 1)})],
)
def test_unfolding_is_a_convolution(kernel, options):
    from training import unfolded

    images = torch.randn(4, 3, 11, 9, dtype=torch.float64)
    weight = torch.randn(7, 3, kernel, kernel, dtype=torch.float64)
    bias = torch.randn(7, dtype=torch.float64)
    expected = functional.conv2d(images, weight, bias, **options)
    torch.testing.assert_close(unfolded(images, weight, bias, **options), expected)


def test_vmap_learns_what_a_loop_over_the_models_learns(monkeypatch):
    """The gradients of small-st-vgg, without dropout, by either way of convolution.

    In double precision, as sums of float32 in another order differ by chance.
    """
    import training as bench

    networks = [bench.network_of("small-st-vgg", CPU)[0].eval().double() for _ in range(2)]
    weights, _ = stack_module_state(networks)
    inputs = torch.randn(2, 5, 3, 32, 32, dtype=torch.float64)
    labels = torch.randint(5, (2, 5))

    def loss_of(weights, inputs, labels):
        logits = functional_call(networks[0], weights, (inputs,))
        return functional.cross_entropy(logits, labels)

    for network, *batch in zip(networks, inputs, labels, strict=True):
        functional.cross_entropy(network(batch[0]), batch[1]).backward()
    for convolution in (functional.conv2d, bench.unfolded):
        monkeypatch.setattr(functional, "conv2d", convolution)
        found = vmap(grad(loss_of))(weights, inputs, labels)
        for name, gradients in found.items():
            own = torch.stack([network.get_parameter(name).grad for network in networks])
            torch.testing.assert_close(gradients, own)


@pytest.mark.slow
def test_every_contender_trains():
    import training as bench

    alone = [bench.dataloader, bench.vmapped]
    speeds = [make("fully-connected", 600, CPU)() for make in alone]
    speeds += [bench.train(("fully-connected", 600, "cpu", "bfloat16", 0))]
    speeds += [bench.multiply(("fully-connected", 600, "cpu", "float32", 0))]
    assert min(speeds) > 0


@pytest.mark.slow
def test_figure15_counts_its_work(capsys, monkeypatch):
    import figure15

    options = ["--models", "2", "--extents", "0", "1", "--block", "1"]
    monkeypatch.setattr(sys, "argv", ["figure15.py", *options])
    monkeypatch.setattr(figure15, "TRAIN", 200)
    monkeypatch.setattr(figure15, "TEST", 100)
    figure15.main()
    printed = capsys.readouterr().out
    assert "4 networks, 2 network-epochs, 0.1 TFLOP" in printed


def test_figure15_is_the_work_of_the_paper():
    """45,000 network-epochs of 2500 images, some 31 PFLOP."""
    import figure15

    epochs = figure15.network_epochs(100, figure15.EXTENTS, "independent")
    assert epochs == 45_000
    work = epochs * figure15.TRAIN * figure15.bench.arithmetic("st-vgg", CPU)
    assert work == pytest.approx(31e15, rel=0.03)


def test_precision_compares_models_with_themselves(capsys, tmp_path, monkeypatch):
    import precision

    rng = np.random.default_rng(0)
    correct = rng.random((2, 2, 3, 40)) < 0.6  # extents, splits, seeds, examples
    rows = pd.DataFrame(
        [
            (seed, extent, split, example, correct[extent, s, seed, example])
            for extent in range(2)
            for s, split in enumerate(["train", "test"])
            for seed in range(3)
            for example in range(40)
        ],
        columns=["seed", "extent", "split", "example", "correct"],
    )
    rows.to_parquet(tmp_path / "full.parquet")
    rows.to_parquet(tmp_path / "lower.parquet")
    files = [str(tmp_path / name) for name in ("full.parquet", "lower.parquet")]
    monkeypatch.setattr(sys, "argv", ["precision.py", files[0], "--against", files[1]])
    precision.main()
    printed = capsys.readouterr().out
    assert printed.count("| +0.0000 ± 0.0000 |") == 4
    assert "r = 1.0000" in printed
    assert "equal for 1.000 of a model's own" in printed
    means = [correct[extent, 1].mean() for extent in range(2)]
    places = [printed.rindex(f"| {extent} | {mean:.3f}") for extent, mean in enumerate(means)]
    assert all(first < second for first, second in pairwise(places))


@pytest.mark.slow
def test_the_first_run_on_a_gpu_is_tried_whole_without_one(tmp_path):
    """And without jsonschema, which the machine of a GPU may lack."""
    (tmp_path / "jsonschema.py").write_text("raise ImportError('not here')")
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'jsonschema' else find(name, *rest)\n"
    )
    script = [ROOT / "benchmarks" / "first_gpu_run.sh", "--device", "cpu", "--quick", tmp_path]
    done = subprocess.run(
        ["bash", *map(str, script)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(tmp_path)},
    )
    logs = "".join(path.read_text()[-1000:] for path in tmp_path.glob("*.log"))
    assert done.returncode == 0, done.stdout + logs
    found = json.loads((tmp_path / "first_gpu_run.json").read_text())
    assert set(found["same predictions"].values()) == {True}
    found["others"].pop("fully-connected, compiled")  # needs a compiler
    for part in ("others", "speed", "peak", "figure 15, minutes"):
        assert found[part], part
        assert "error" not in str(found[part])
    table = (tmp_path / "table.md").read_text()
    assert "| float32, 5 together | True |" in table
    assert "| fully-connected, float32, 2 |" in table
