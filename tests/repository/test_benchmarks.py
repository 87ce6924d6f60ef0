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
def test_the_first_run_on_a_gpu_is_tried_without_one(tmp_path):
    """All that it measures but compiled steps; without jsonschema, which may be missing."""
    code = (
        "import sys; sys.modules['jsonschema'] = None; sys.path.insert(0, 'benchmarks')\n"
        "import first_gpu_run as run\n"
        "for part in ('blocks', 'speed', 'figure15', 'table'):\n"
        f"    sys.argv[1:] = [part, {str(tmp_path)!r}]; run.main()\n"
    )
    quick = {"FIRST_GPU_RUN_DEVICE": "cpu", "FIRST_GPU_RUN_QUICK": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, **quick},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "first_gpu_run.json").read_text())
    assert "error" not in str(found)
    assert set(found["same predictions"].values()) == {True}
    table = (tmp_path / "table.md").read_text()
    rows = ("float32, 5 together | True", "fully-connected, float32, 2", "fully-connected, vmap")
    for row in (*rows, "peak", "figure 15, minutes"):
        assert f"| {row} |" in table, row


@pytest.mark.slow
def test_a_part_of_the_first_run_that_fails_leaves_the_others_alone(tmp_path):
    """Here every part fails, as there is no Python to run it."""
    script = ROOT / "benchmarks/first_gpu_run.sh"
    done = subprocess.run(
        ["bash", script, "--device", "cpu", "--quick", tmp_path],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHON": "false"},
    )
    assert done.returncode == 1
    parts = ["test_gpu", "blocks", "speed", "figure15", "compiled", "table"]
    failed = [line.partition(" failed")[0] for line in done.stdout.splitlines() if "failed" in line]
    assert failed == parts
    assert {path.stem for path in tmp_path.glob("*.log")} == {"machine", *parts}


def test_a_first_run_says_what_failed_and_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("FIRST_GPU_RUN_DEVICE", "cpu")
    import first_gpu_run as run

    results = run.Results(tmp_path)
    results.put("speed", "st-vgg, float32, 1", {"error": "the GPU caught fire"})
    run.attempt(results, "peak", "float32", lambda: 1 / 0)
    run.attempt(results, "peak", "bfloat16", lambda: 3.0)
    table = run.table(run.Results(tmp_path))
    assert "| st-vgg, float32, 1 | the GPU caught fire |" in table
    assert "ZeroDivisionError: division by zero" in table
    assert "| bfloat16 | 3.0 |" in table
