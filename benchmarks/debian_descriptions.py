"""Write descriptions.csv: Debian's package descriptions, each with its section.

    sudo apt-get -o Acquire::Languages=en update; python benchmarks/debian_descriptions.py

Some 30,000 real texts of 20 classes, from what apt keeps on any Debian: sections are those of
Packages, long descriptions those of Translation-en. The 20 largest sections are kept, with at most
2000 texts each; sections that do not tell a package's topic, and duplicates, are left out.
"""

import csv
import random
import re
import subprocess
from collections import defaultdict
from pathlib import Path

LISTS = Path("/var/lib/apt/lists")
NO_TOPIC = {"debug", "doc", "libdevel", "libs", "localization", "metapackages", "misc", "oldlibs"}
SECTIONS, MOST = 20, 2000


def entries(kind: str) -> list[str]:
    """The paragraphs of all lists of one kind in the main archive; the files may be compressed."""
    files = [path for path in sorted(LISTS.glob(f"*_{kind}*")) if is_main_archive(path)]
    command = ["/usr/lib/apt/apt-helper", "cat-file", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n\n")


def is_main_archive(path: Path) -> bool:
    return "security" not in path.name and "updates" not in path.name


def field(entry: str, name: str) -> str:
    """A field with its continuation lines; empty if the entry lacks it."""
    found = re.search(rf"^{name}: (.*(?:\n .*)*)", entry, re.MULTILINE)
    return re.sub(r"\n (\.\n)?", "\n", found[1]).strip() if found else ""


def main() -> None:
    section_of = {
        field(entry, "Package"): field(entry, "Section").rpartition("/")[2]
        for entry in entries("Packages")
    }
    texts = defaultdict(dict)
    for entry in entries("Translation-en"):
        section, text = section_of.get(field(entry, "Package")), field(entry, "Description-en")
        if section and section not in NO_TOPIC and text:
            texts[section].setdefault(text.lower(), text)
    rng = random.Random(0)
    rows = []
    for section in sorted(texts, key=lambda name: -len(texts[name]))[:SECTIONS]:
        chosen = rng.sample(list(texts[section].values()), min(MOST, len(texts[section])))
        rows += [(text, section) for text in chosen]
    rng.shuffle(rows)
    with open("descriptions.csv", "w", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    print(f"descriptions.csv: {len(rows)} texts")


if __name__ == "__main__":
    main()
