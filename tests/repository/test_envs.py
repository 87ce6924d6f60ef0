"""Pins stand in one place."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
ONLY_PIP = {"snakemake", "snakemake-executor-plugin-slurm", "pygments"}  # Snakemake's own side


def pins(lines) -> dict[str, str]:
    return dict(line.split("==") for line in lines if re.match(r"[A-Za-z0-9-]+==", line))


def test_conda_and_pip_pin_the_same_versions():
    requirements = (ROOT / "envs/requirements.txt").read_text().splitlines()
    conda = yaml.safe_load((ROOT / "envs/learning-order.yaml").read_text())["dependencies"]
    by_pip = next(entry["pip"] for entry in conda if isinstance(entry, dict))
    wanted = {name: pin for name, pin in pins(requirements).items() if name not in ONLY_PIP}
    assert pins(by_pip) == wanted


def test_every_requirement_is_pinned():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / "envs" / name).read_text().splitlines()
        wanted = [line for line in lines if line and not line.startswith(("#", "-r"))]
        assert len(pins(wanted)) == len(wanted)
