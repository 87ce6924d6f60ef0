"""What the documents point to exists: relative links, their anchors, and paths in code font."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "workflow/learning_order"
DOCUMENTS = sorted({*ROOT.glob("*.md"), *ROOT.glob("*/*.md")})
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`|^ {4}(.+)$", re.MULTILINE)  # in a sentence, or a line of its own
PLACE = re.compile(r"[\w.-]+(/[\w.-]+)*/?")  # nothing with a placeholder or a pattern
ROOMS = {folder.name for place in (ROOT, PACKAGE) for folder in place.iterdir() if folder.is_dir()}
MADE = {"data", "results", ".venv"}  # what only runs create


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_to_exists(document):
    text = FENCED.sub("", document.read_text())
    words = [word for code in CODE.findall(text) for word in "".join(code).split()]
    broken = [link for link in LINK.findall(text) if is_broken(link, document)]
    stale = [word for word in words if is_ours(word) and not exists(word)]
    assert broken + stale == []


def is_broken(link: str, document: Path) -> bool:
    if "://" in link:
        return False
    path, _, anchor = link.partition("#")
    target = document.parent / path if path else document
    return not target.exists() or (anchor != "" and anchor not in anchors(target))


def anchors(document: Path) -> set[str]:
    """Of the headings, as GitHub writes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_ours(word: str) -> bool:
    """Whether it should be a path in this repository, or in the package."""
    first, slash, _ = word.partition("/")
    return bool(slash and PLACE.fullmatch(word)) and first in ROOMS - MADE


def exists(place: str) -> bool:
    return (ROOT / place).exists() or (PACKAGE / place).exists()


def test_a_link_to_nothing_and_a_path_to_nothing_are_found(tmp_path):
    document = tmp_path / "page.md"
    document.write_text("# One heading: here\n")
    assert not is_broken("page.md#one-heading-here", document)
    assert is_broken("page.md#another", document)
    assert is_broken("pages.md", document)
    assert is_ours("training/together.py")
    assert not exists("training/together.py")
    assert exists("training/trainer.py")
    assert not is_ours("results/{dataset}")
    assert not is_ours("snakemake -n fig15")
