"""The first page of a report: what was drawn, in the paper's order, each with a sentence."""

import re
from types import SimpleNamespace

import jinja2
import pytest
from docutils.core import publish_parts
from PIL import Image
from support.configurations import changed
from support.workdir import ROOT

from learning_order.config import resolve
from learning_order.jobs.report import category, report_facts

FIGURE = {"kind": "histograms", "collections": ["a"]}
CAPTION = "What *our* networks_ |learn| of <b>, r = 0.5. More of it."


@pytest.fixture
def page(tmp_path):
    """The HTML for the figures drawn among those of a configuration."""

    def rendered(figures: dict, drawn: list[str]) -> str:
        config = changed("figures", {name: {**FIGURE, **more} for name, more in figures.items()})
        config = resolve({**config, "results": str(tmp_path)})
        folder = tmp_path / "figures"
        folder.mkdir(exist_ok=True)
        for name in drawn:
            Image.effect_noise((1200, 900), 80).save(folder / f"{name}.png")
        facts = report_facts(config, ["config.yaml"], {})
        template = jinja2.Template((ROOT / "workflow/report/workflow.rst").read_text())
        source = template.render(
            snakemake=SimpleNamespace(config={"report": facts}),
            files=[SimpleNamespace(path=f"{folder}/{name}.png") for name in drawn],
        )
        settings = {"halt_level": 2}  # a warning of docutils is an error
        return publish_parts(source, writer_name="html", settings_overrides=settings)["html_body"]

    return rendered


def test_sections_come_in_the_order_of_the_paper(page):
    sections = ["Beyond the paper", "Suppl C. Datasets", "5. Not", "3.1 Same", "Demonstration"]
    figures = {f"f{n}": {"section": section} for n, section in enumerate(sections)}
    html = page(figures, list(figures))
    assert re.findall('class="rubric">(.*?)<', html)[:-1] == sections[::-1]
    assert re.findall(r"<strong>(f\d)</strong>", html) == ["f4", "f3", "f2", "f1", "f0"]


def test_a_figure_has_a_small_picture_and_the_first_sentence_as_it_is_written(page):
    html = page({"f": {"caption": CAPTION}}, ["f"])
    picture = re.search('src="data:image/jpeg;base64,([^"]+)"', html)
    assert 1000 < len(picture[1]) < 100_000
    assert 'alt="f"' in html
    said = re.sub("<[^>]*>", "", html)
    assert "What *our* networks_ |learn| of &lt;b&gt;, r = 0.5." in said
    assert "More of it" not in said


def test_own_figures_alone_say_nothing_of_those_of_the_paper(page):
    figures = {"fig1": {"section": "1. Introduction"}, "birds": {}, "worms": {}}
    html = page(figures, ["birds"])
    assert "Drawn: 1 of 2 figures." in html
    assert "fig1" not in html
    assert "A reproduction of" not in html
    assert "Drawn: 2 of 3 figures." in (html := page(figures, ["birds", "fig1"]))
    assert "A reproduction of" in html


def test_the_menu_which_is_sorted_by_characters_has_the_order_of_the_paper():
    sections = ["Demonstration", "3.1 Same", "6. AdaBoost", "Suppl C. Datasets", "Beyond the paper"]
    categories = [category(section) for section in sections]
    assert sorted(["Claims", "Examples", *categories]) == [*categories, "Claims", "Examples"]
    assert [each.strip() for each in categories] == sections
