"""Configuration files: as Snakemake reads them, and named where they cannot be read."""

import pytest
import yaml
from snakemake.cli import parse_config

from learning_order.config import ConfigError
from learning_order.config.files import read_layers, typed


def layer(tmp_path, text: str) -> dict:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    return read_layers([path])[str(path)]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("figures:\n  a: {kind: b}\n", {"figures": {"a": {"kind": "b"}}}),
        ('{\n\t"stamp": "x"\n}', {"stamp": "x"}),
        ("__use_yte__: true\n?if True:\n  stamp: x\n", {"stamp": "x"}),
    ],
)
def test_yaml_json_and_templates_are_read(tmp_path, text, content):
    assert layer(tmp_path, text) == content


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: [", "mine.yaml"), ("- a\n- b\n", "expected `key: value` lines"), ("\x00", "mine.yaml")],
)
def test_what_is_no_configuration_is_named(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message):
        layer(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "{a: {models: 4, extents: [0, 10], rate: 0.05}}",
        "{a: {stream: false, labels: [true, null], classes: [cat, dog]}}",
        "false",
        "2",
        "cpu",
        "/data/birds",
    ],
)
def test_values_of_the_command_line_are_what_they_are_in_a_file(text):
    assert typed(parse_config([f"key={text}"])) == {"key": yaml.safe_load(text)}


def test_numbers_of_the_command_line_in_another_base_stay_text():
    assert typed({"digits": ["010", "1:30", "2026-11-29"]}) == {
        "digits": ["010", "1:30", "2026-11-29"]
    }


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yaml"):
        read_layers([tmp_path / "none.yaml"])
