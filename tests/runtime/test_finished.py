"""A finished output outlives the job that wrote it, until it is forgotten."""

import os

import pandas as pd
import pytest

from learning_order.runtime import finished
from learning_order.runtime.seal import sealed_aside


@pytest.fixture
def output(tmp_path):
    path = tmp_path / "digits/net/extent-all/seeds-0-1.parquet"
    with sealed_aside(path) as aside:
        pd.DataFrame({"a": range(1000)}).to_parquet(aside)
    return path


def test_what_was_deleted_is_taken_back_as_it_was(output):
    content = output.read_bytes()
    finished.keep(output, "recipe")
    output.unlink()
    assert finished.take_back(output, "recipe")
    assert output.read_bytes() == content
    assert os.listdir(output.parent) == [output.name]


def test_a_file_system_without_hard_links_has_a_copy(output, monkeypatch):
    def refused(*_):
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    test_what_was_deleted_is_taken_back_as_it_was(output)


def test_what_was_made_of_something_else_is_not(output):
    finished.keep(output, "recipe")
    output.unlink()
    assert not finished.take_back(output, "another recipe")
    assert not output.exists()


def test_what_is_damaged_is_not(output):
    finished.keep(output, "recipe")
    with output.open("r+b") as file:  # of both names
        file.seek(100)
        file.write(b"damaged")
    output.unlink()
    assert not finished.take_back(output, "recipe")
    assert not output.exists()


def test_only_what_is_still_there_is_forgotten(output, tmp_path):
    finished.keep(output, "recipe")
    finished.forget(tmp_path)
    assert os.listdir(output.parent) == [output.name]
    finished.keep(output, "recipe")
    output.unlink()
    finished.forget(tmp_path)
    assert finished.take_back(output, "recipe")
