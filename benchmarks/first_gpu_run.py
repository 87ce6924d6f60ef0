"""The parts of first_gpu_run.sh that measure; see there.

    python benchmarks/first_gpu_run.py blocks|speed|figure15|compiled|table FOLDER

Each part adds what it found to FOLDER/first_gpu_run.json as soon as it is known, so that one that
is ended for its time leaves what it had.
"""

import dataclasses
import importlib.util
import json
import os
import platform
import sys
import time
import types
from pathlib import Path


def without_jsonschema() -> None:
    """Let the package be imported where jsonschema is missing; config.yaml is then not checked."""

    class Validator:
        def __init__(self, schema):
            self.schema = schema

        def iter_errors(self, config):
            return iter(())

    whole, errors = types.ModuleType("jsonschema"), types.ModuleType("jsonschema.exceptions")
    whole.Draft202012Validator = Validator
    errors.ValidationError = errors.SchemaError = type("ValidationError", (Exception,), {})
    whole.exceptions, whole.ValidationError = errors, errors.ValidationError
    sys.modules.update({"jsonschema": whole, "jsonschema.exceptions": errors})


if importlib.util.find_spec("jsonschema") is None:
    without_jsonschema()

import numpy as np
import torch
import training as bench  # puts the package on the path

from learning_order.networks.device import choose_device, describe, keep_freed_memory
from learning_order.training.execution import Execution
from learning_order.training.trainer import train_block
from learning_order.training.try_compiling import compiled_or_not

DEVICE = os.environ.get("FIRST_GPU_RUN_DEVICE", "cuda")
ON_CPU, QUICK = DEVICE == "cpu", bool(os.environ.get("FIRST_GPU_RUN_QUICK"))  # to try the script
PRECISIONS = ["float32"] if ON_CPU else ["float32", "tensorfloat32", "bfloat16"]
NETWORKS = ["fully-connected"] if QUICK else list(bench.SHAPES)
TOGETHER, BLOCK = ([1, 2], 2) if QUICK else ([1, 4, 16, 64], 16)
IMAGES, STEPS = (300, 4) if QUICK else (2500, 40)  # steps of each model that are timed
OTHERS = {"dataloader": bench.dataloader, "vmap": bench.vmapped}
AIRBENCH = 112e12  # FLOP/s, on an A100
SEEDS, EXTENT = (2, 1) if QUICK else (50, 14)  # of figure 15: 700 models, extents of 450 together
ROW = 100 * sum([0, 10, 30, 60, 90, 120, 140])  # network-epochs


class Results:
    """The JSON that all parts write."""

    def __init__(self, folder: Path):
        self.file = folder / "first_gpu_run.json"
        self.all = json.loads(self.file.read_text()) if self.file.is_file() else {}

    def put(self, part: str, name: str, value) -> None:
        self.all.setdefault(part, {})[name] = value
        aside = self.file.with_suffix(".new")  # a part may be ended at any time
        aside.write_text(json.dumps(self.all, indent=2))
        aside.replace(self.file)
        print(part, name, value)


def graphs(together: int) -> Execution:
    return Execution() if ON_CPU else Execution(together, graph=True)


def rate(
    name: str, precision: str, together: int, device: torch.device, compile: bool = False
) -> dict:
    """Images a second of models side by side, and the most memory that was taken."""
    recipe, builder = bench.recipe_of(name)
    recipe = dataclasses.replace(recipe, precision=precision, compile=compile)
    data = bench.random_data(name, IMAGES, device)
    start = time.perf_counter()
    _, why_not = compiled_or_not(recipe, builder, data, say=lambda text: None)
    if why_not:
        return {"error": why_not}
    compiled_in = {"compiled_in_seconds": time.perf_counter() - start} if compile else {}
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    steps = IMAGES // recipe.batch_size
    epochs = -(-(STEPS + bench.WARM_UP) // steps)
    clock = bench.Clock(device, bench.WARM_UP * together, epochs * steps * together)
    options = {"progress": clock, "execution": graphs(together)}
    for _ in train_block(recipe, builder, data, range(together), [epochs], **options):
        pass
    memory = torch.cuda.max_memory_reserved() / 2**30 if device.type == "cuda" else None
    images = recipe.batch_size * clock.steps_a_second
    return {
        "images_per_second": images,
        "TFLOP_per_second": images * bench.arithmetic(name, device) / 1e12,
        "GiB": memory,
        **compiled_in,
    }


def attempt(results: Results, part: str, name: str, work) -> None:
    """What `work` returns, or the error in its place: one that fails leaves the others alone."""
    try:
        results.put(part, name, work())
    except Exception as error:
        results.put(part, name, {"error": f"{type(error).__name__}: {error}".partition("\n")[0]})


def speed(results: Results, device: torch.device) -> None:
    for precision in PRECISIONS:
        attempt(results, "peak", precision, lambda p=precision: bench.peak(device, p) / 1e12)
    for name in NETWORKS:
        for label, make in OTHERS.items():
            for lower in (False,) if ON_CPU else (False, True):  # torch's own choice is float32
                attempt(
                    results,
                    "others",
                    f"{name}, {label}{', tensorfloat32' if lower else ''}",
                    lambda n=name, m=make, low=lower: other(m, n, low, device),
                )
        for precision in PRECISIONS:
            for together in TOGETHER:
                attempt(
                    results,
                    "speed",
                    f"{name}, {precision}, {together}",
                    lambda n=name, p=precision, t=together: rate(n, p, t, device),
                )


def other(make, name: str, lower: bool, device: torch.device) -> float:
    with bench.tensorfloat32(lower):
        run = make(name, IMAGES, device)
        run()
        return run()


def blocks(results: Results, device: torch.device) -> None:
    for precision in PRECISIONS:
        compare_predictions(results, device, precision)


def compare_predictions(
    results: Results, device: torch.device, precision: str, compile: bool = False
) -> None:
    """Whether predictions are those of one model after another, for each number at a time."""
    recipe, builder = bench.recipe_of("fully-connected" if QUICK else "small-st-vgg")
    wanted = dataclasses.replace(recipe, precision=precision, compile=compile)
    data = bench.random_data(recipe.network, 330, device, tested=100)  # not whole batches
    alone: list[np.ndarray] = []

    def predicted(execution: Execution) -> list[np.ndarray]:
        records = train_block(wanted, builder, data, range(5), [2], execution=execution)
        return [np.concatenate(list(record.margin.values())) for record in records]

    def same(execution: Execution) -> bool:
        if not alone:
            alone.extend(predicted(Execution()))
        return all(map(np.array_equal, alone, predicted(execution)))

    title = f"{precision}, compiled" if compile else precision
    attempt(results, "same predictions", f"{title}, again", lambda: same(Execution()))
    for count in (1, 2, 3, 5):
        label = f"{title}, {count} together"
        attempt(results, "same predictions", label, lambda n=count: same(graphs(n)))


def compiled(results: Results, device: torch.device) -> None:
    """Speed and predictions of steps that torch.compile fuses, for as many as the time allows."""
    for precision in reversed(PRECISIONS):  # the fastest first
        for name in NETWORKS:
            attempt(
                results,
                "speed",
                f"{name}, {precision}, {BLOCK}, compiled",
                lambda n=name, p=precision: rate(n, p, BLOCK, device, compile=True),
            )
        compare_predictions(results, device, precision, compile=True)


def figure15(results: Results, device: torch.device) -> None:
    """Minutes of the row of small mammals, from SEEDS models of EXTENT epochs."""
    recipe, builder = bench.recipe_of("fully-connected" if QUICK else "st-vgg")
    for precision in PRECISIONS:
        wanted = dataclasses.replace(recipe, precision=precision)
        data = bench.random_data(recipe.network, IMAGES, device, tested=min(500, IMAGES))

        def minutes(wanted=wanted, data=data):
            start = time.perf_counter()
            for _ in train_block(
                wanted, builder, data, range(SEEDS), [EXTENT], execution=graphs(BLOCK)
            ):
                pass
            return (time.perf_counter() - start) / 60 * ROW / (SEEDS * EXTENT)

        attempt(results, "figure 15, minutes", precision, minutes)


def table(results: Results) -> str:
    """All of it in Markdown."""
    facts = results.all.get("machine", {})
    lines = [", ".join(str(value) for value in facts.values()), ""]
    lines += ["| | images/s | of a DataLoader | of vmap | TFLOP/s | of the peak | GiB |"]
    lines += ["|---|---|---|---|---|---|---|"]
    others = results.all.get("others", {})
    for case, found in results.all.get("speed", {}).items():
        if "error" in found:
            lines.append(f"| {case} | {found['error']} |")
            continue
        name, precision, *_ = case.split(", ")
        images, work = found["images_per_second"], found["TFLOP_per_second"]
        ratios = [ratio(images, others.get(f"{name}, {label}")) for label in OTHERS]
        share = ratio(work, results.all.get("peak", {}).get(precision))
        memory = "" if found["GiB"] is None else f"{found['GiB']:.1f}"
        lines.append(
            f"| {case} | {images:,.0f} | {' | '.join(ratios)} | {work:.2f} | {share} | {memory} |"
        )
    for part in ("others", "peak", "same predictions", "figure 15, minutes"):
        lines += ["", f"| {part} | |", "|---|---|"]
        lines += [f"| {name} | {value} |" for name, value in results.all.get(part, {}).items()]
    lines += ["", f"airbench on an A100: {AIRBENCH / 1e12:.0f} TFLOP/s"]
    return "\n".join(lines) + "\n"


def ratio(value: float, other) -> str:
    return f"{value / other:.2f}" if isinstance(other, float) else "–"


def main() -> None:
    part, folder = sys.argv[1], Path(sys.argv[2])
    results = Results(folder)
    if part == "table":
        (folder / "table.md").write_text(table(results))
        print((folder / "table.md").read_text())
        return
    device = choose_device(DEVICE)
    keep_freed_memory()
    results.put("machine", "device", describe(device))
    results.put("machine", "torch", torch.__version__)
    results.put("machine", "python", platform.python_version())
    parts = {"blocks": blocks, "speed": speed, "figure15": figure15, "compiled": compiled}
    parts[part](results, device)


if __name__ == "__main__":
    main()
