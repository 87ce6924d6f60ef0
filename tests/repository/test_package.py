"""`pip install .` gives the package without the workflow."""

import subprocess
import sys
import sysconfig
import tomllib
import venv

import pytest
import yaml
from support.workdir import ROOT

RECORD = """
import numpy as np
from learning_order import Recorder
from learning_order.predictions.reading import read
from learning_order.ranking.table import ranking
from learning_order.scores import tp_agreement
from learning_order.tables.build import collection_tables

with Recorder("run.parquet", seed=2) as recorder:
    recorder.add(extent=1, split="test", examples=[0, 1], labels=[0, 1], logits=np.eye(2))
found = read(["run.parquet"])
print(tp_agreement(found.predictions["test"][0], found.labels["test"]).tolist())
print((ranking({"mine": found})["label_quality"] > 0.5).tolist())
import sys
print("snakemake" in sys.modules, "torch" in sys.modules)
"""


@pytest.mark.slow
def test_the_wheel_records_and_scores_in_a_fresh_environment(tmp_path):
    pip = [sys.executable, "-m", "pip"]
    wheel = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*wheel, "--wheel-dir", str(tmp_path), str(ROOT)], check=True)
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv/bin/python"
    (built,) = tmp_path.glob("learning_order-*.whl")
    install = ["install", "--quiet", "--no-deps", "--no-index", str(built)]
    subprocess.run([*pip, "--python", str(python), *install], check=True)
    # Its dependencies are those of this environment, which takes seconds less.
    (packages,) = (tmp_path / "venv/lib").glob("python*/site-packages")
    (packages / "shared.pth").write_text(sysconfig.get_path("purelib"))
    done = subprocess.run(
        [python, "-c", RECORD], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["[1.0, 1.0]", "[True, True]", "False False"]


def test_the_package_has_the_version_of_the_citation():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] >= yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"]
