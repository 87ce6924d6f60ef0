"""Prepared datasets that are damaged: said with the file and what to do, whoever reads them."""

import json
from contextlib import suppress

import numpy as np
import pytest
from support.loading import load

from learning_order.datasets import prepared
from learning_order.datasets.examples import DatasetError
from learning_order.jobs.train import facts_of
from learning_order.runtime.seal import Damaged


@pytest.fixture
def folder(tmp_path):
    examples = load("digits", {"loader": "digits", "limit": {"train": 40, "test": 20}}, tmp_path)
    prepared.write(examples, tmp_path / "digits", "digits")
    return tmp_path / "digits"


def read_all(folder):
    """As training and figures read a dataset."""
    dataset = prepared.read(folder)
    dataset.verify()
    return dataset, dataset.sources("train"), dataset.normalised("train")


FILES = ["dataset.json", "train.npy", "test.npy", "extras.npz", "examples.parquet"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
@pytest.mark.parametrize("name", FILES)
def test_what_is_cut_off_is_named(folder, name, share):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(share * len(content))])
    with pytest.raises((DatasetError, Damaged), match="delete the folder, and the data"):
        read_all(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_noticed_or_harmless(folder, name):
    content = (folder / name).read_bytes()
    whole = read_all(folder)
    rng = np.random.default_rng(0)
    for byte in rng.choice(len(content), min(len(content), 150), replace=False):
        flipped = bytearray(content)
        flipped[byte] ^= 1 << int(rng.integers(8))
        (folder / name).write_bytes(flipped)
        with suppress(DatasetError, Damaged):
            found = read_all(folder)
            assert found[0] == whole[0]
            assert all(np.array_equal(*pair) for pair in zip(found[1:], whole[1:], strict=True))


@pytest.mark.parametrize("key", ["mean", "deviation", "shape", "origin", "classes"])
def test_facts_that_the_content_hash_leaves_out_have_a_digest(folder, key):
    path = folder / "dataset.json"
    facts = json.loads(path.read_text())
    facts[key] = "other" if key == "origin" else [2, *facts[key][1:]]
    path.write_text(json.dumps(facts))
    with pytest.raises(DatasetError, match=r"dataset\.json differs from its digest"):
        prepared.read(folder)


def test_facts_of_earlier_versions_have_none(folder):
    path = folder / "dataset.json"
    facts = json.loads(path.read_text())
    del facts["digest"]
    path.write_text(json.dumps(facts))
    read_all(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"shape": [1]}', "\xff"])
def test_damaged_facts_do_not_end_the_run_of_others(tmp_path, text):
    path = tmp_path / "dataset.json"
    path.write_text(text, "latin-1")
    assert facts_of(str(path)).train == 1
