"""Configuration files: as Snakemake reads them, and named where they cannot be read."""

import pytest

from learning_order.config import ConfigError
from learning_order.config.files import read_layers


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


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yaml"):
        read_layers([tmp_path / "none.yaml"])
