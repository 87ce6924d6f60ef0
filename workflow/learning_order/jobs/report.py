"""What the first page of the report says of the run: its template sees nothing else.

The page is an index of what was drawn, in the paper's order: a small picture of each figure and the
first sentence of its caption.
"""

import base64
import io
import platform
import re
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from learning_order.config import Config
from learning_order.config.entries import Figure
from learning_order.jobs.paths import Paths

SOFTWARE = (
    *("snakemake", "torch", "torchvision", "numpy", "scipy", "scikit-learn", "pandas"),
    *("pyarrow", "matplotlib", "seaborn"),
)
DEMONSTRATION, BEYOND = "Demonstration", "Beyond the paper"
LAST = 4  # the place of what stands in no section: claims and rankings
LARGEST = (360, 240)  # pixels of a small picture
LINE = 5000  # characters; docutils refuses lines of 10,000


def report_facts(config: Config, files: Iterable[str], values: Mapping[str, object]) -> dict:
    """files: of the configuration, base first; values: those of `--config`.

    A report of own figures alone says nothing of those of the paper.
    """
    drawn = index(config)
    of_paper = any(is_of_workflow(section["title"]) for section in drawn)
    figures = [
        name
        for name, figure in config.figures.items()
        if of_paper or not is_of_workflow(figure["section"])
    ]
    return {
        "software": {
            "Python": platform.python_version(),
            **{name: _version(name) for name in SOFTWARE},
        },
        "settings": [
            *(Path(file).name for file in files),
            *(f"{key}={value}" for key, value in values.items()),
        ],
        "stamp": config.stamp,
        "folder": Paths(config.results).figures,
        "figures": figures,
        "index": drawn,
        "of_paper": of_paper,
    }


def index(config: Config) -> list[dict]:
    """The sections with the figures that were drawn: name, picture and sentence of each."""
    paths = Paths(config.results)
    sections: dict[str, list[dict]] = {}
    for name, figure in config.figures.items():
        if Path(paths.figure(name, "png")).exists():
            about = {"name": name, "picture": small_picture(paths.figure(name, "png"))}
            about["sentence"] = _rst(_sentence(figure))
            sections.setdefault(figure["section"], []).append(about)
    return [{"title": title, "figures": sections[title]} for title in sorted(sections, key=_place)]


def is_of_workflow(section: str) -> bool:
    """Whether the figures of this section come with the workflow: the paper's, and further ones."""
    return section in (DEMONSTRATION, BEYOND) or bool(re.match(r"\d|Suppl ", section))


def small_picture(png: str) -> str:
    """The picture as a data URI in lines; empty where nothing here can make it small."""
    try:
        from PIL import Image
    except ImportError:  # with matplotlib, in the jobs' own environment
        return ""
    with Image.open(png) as image:
        small = image.convert("RGB")
    small.thumbnail(LARGEST)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=80)
    uri = f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
    return "\n".join(uri[at : at + LINE] for at in range(0, len(uri), LINE))


def _place(section: str) -> tuple[int, str]:
    """Own figures and the demonstration first, then the paper's order, then what goes beyond it."""
    if section == BEYOND:
        return 3, section
    if section == DEMONSTRATION or not is_of_workflow(section):
        return 0, section
    return (1 if section[0].isdigit() else 2), section


def category(section: str) -> str:
    """What the menu of the report shows as the section: it sorts by characters.

    Spaces come first there, and a browser shows none at the beginning of a text.
    """
    return " " * (LAST - _place(section)[0]) + section


def _sentence(figure: Figure) -> str:
    """The first sentence of the caption, or what kind of figure it is."""
    caption = " ".join(figure["caption"].split())
    # A sentence ends before a capital: not within `e.g.` or `r = 0.9`.
    return re.split(r"(?<=[.!?]) (?=[A-Z])", caption)[0] or f"Kind: {figure['kind']}."


def _rst(text: str) -> str:
    """Plain text in reStructuredText: each sign that could mean something stands for itself."""
    return re.sub(r"([^\w\s.,;()=%]|_)", r"\\\1", text)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "in the jobs' own environment"
