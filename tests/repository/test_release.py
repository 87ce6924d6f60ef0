"""What other programs read of this repository: how to cite it, and its configuration."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def test_the_citation_is_of_the_newest_version_in_the_changelog():
    newest = re.search(r"^## (\d+\.\d+\.\d+) ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == newest[1]


def test_modules_name_the_newest_version():
    """The documents show how a release is used from GitHub."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    for name in ("config/README.md", "docs/extending.md"):
        tags = re.findall(r'tag="v(.+?)"', (ROOT / name).read_text())
        assert set(tags) == {citation["version"]}, name


def test_the_folder_that_snakedeploy_copies_holds_the_configuration():
    assert (ROOT / "config/config.yaml").read_text() == (ROOT / "config.yaml").read_text()
