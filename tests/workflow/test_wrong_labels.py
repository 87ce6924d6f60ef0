"""`make wrong-labels`: one command from a folder of images to those whose labels are wrong."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from support.workdir import ROOT

COLOURS = {"blue": (40, 60, 200), "green": (40, 200, 60), "red": (200, 60, 40)}


@pytest.mark.slow
def test_one_command_finds_the_planted_images(tmp_path):
    folder = tmp_path / 'it\'s a "folder" of im\\ages'
    rng = np.random.default_rng(0)
    for name, colour in COLOURS.items():
        for number in range(40):
            write(folder / name / f"{number}.png", colour, rng)
    planted = {"blue/planted.png", "red/planted.png"}
    for path in planted:
        write(folder / path, COLOURS["green"], rng)
    make(tmp_path, f"IMAGES={folder}")
    ranking = tmp_path / "results/images/ranking"
    table = pd.read_csv(ranking / "images.csv")
    assert len(table) == 122
    assert {"/".join(source.split("/")[-2:]) for source in table["source"][:2]} == planted
    page = (ranking / "images.html").read_text()
    assert "planted.png" in page

    assert "Nothing to be done" in make(tmp_path, f"IMAGES={folder}").stderr
    for path in planted:
        (folder / path).rename(folder / "green" / path.replace("/", "-"))
    make(tmp_path, f"IMAGES={folder}")
    labels = pd.read_csv(ranking / "images.csv").set_index("source")["label_name"]
    found = {source: label for source, label in labels.items() if "planted" in source}
    assert found == {"green/blue-planted.png": "green", "green/red-planted.png": "green"}


def test_a_folder_that_is_not_there_is_said(tmp_path):
    done = make(tmp_path, "IMAGES=nowhere", check=False)
    assert done.returncode
    assert "Say which folder holds a folder of images for each class" in done.stdout


def write(path, colour, rng):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = rng.normal(colour, 30, (32, 32, 3)).clip(0, 255)
    Image.fromarray(pixels.astype(np.uint8)).save(path)


def make(tmp_path, *words, check=True):
    """The target of the Makefile in this environment, its results below a folder of the test."""
    snakemake = [
        *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")),
        *("--directory", str(tmp_path), "--workflow-profile", str(ROOT / "profiles/default")),
    ]
    command = ["make", "wrong-labels", *words, "--assume-old=.venv/run.stamp"]
    done = subprocess.run(
        [*command, f"SNAKEMAKE={' '.join(snakemake)}"], cwd=ROOT, capture_output=True, text=True
    )
    if check and done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return done
