"""The report of a whole run, opened in a browser from disk, with no network."""

import html
import re
import shutil
from types import SimpleNamespace

import jinja2
import pytest
import yaml
from docutils.core import publish_parts
from support.workdir import ROOT

pytestmark = pytest.mark.slow

NEEDED = ("chromium", "chromedriver")
MISSING = [program for program in NEEDED if shutil.which(program) is None]
OPTIONS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    "--window-size=1400,1000",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # whatever is asked of a network fails
]


@pytest.fixture(scope="module")
def report(complete):
    path = complete.path / "report.html"
    complete.snakemake("--report", str(path), "--", "built")
    return path


@pytest.fixture(scope="module")
def browser(report):
    if MISSING:
        pytest.skip(f"{' and '.join(MISSING)} missing: apt-get install chromium chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for option in OPTIONS:
        options.add_argument(option)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


def opened(browser, report, section):
    """Open a section from the front page; the signs that show its figures."""
    browser.get(report.as_uri())
    return gone_to(browser, section)


def gone_to(browser, section):
    """The same from the menu; the front page has the sections as headings as well."""
    link = f"//*[normalize-space(text())='{section}' and not(self::p)]"
    click(browser, waited(browser, lambda: browser.find_elements("xpath", link))[-1])
    return waited(browser, lambda: browser.find_elements("css selector", "tbody a[iconname=eye]"))


def click(browser, element):
    """Wherever the element is just moving to while the page is laid out."""
    browser.execute_script("arguments[0].click()", element)


def waited(browser, found):
    from selenium.webdriver.support.wait import WebDriverWait

    return WebDriverWait(browser, 10).until(lambda _: found())


def sections():
    """Section → its figures, as config.yaml has them."""
    figures = yaml.safe_load((ROOT / "config.yaml").read_text())["figures"]
    found = {}
    for name, figure in figures.items():
        found.setdefault(figure["section"], []).append(name)
    return found


def test_every_figure_is_found_with_its_caption(browser, report, complete):
    for section, figures in sections().items():
        eyes = opened(browser, report, section)
        rows = browser.find_elements("xpath", "//tbody/tr[.//a[@iconname='eye']]")
        labels = [row.text.split()[0] for row in rows]
        padded = [label_of(name) for name in figures]
        assert sorted(labels) == sorted(padded)
        for position, label in enumerate(labels):
            name = figures[padded.index(label)]
            click(browser, eyes[position])
            waited(browser, lambda name=name: width_of(browser, name) > 500)
            caption = (complete.path / f"results/smoke/figures/{name}.txt").read_text()
            assert caption_of(browser, position) == " ".join(caption.split())
            eyes = gone_to(browser, section)
    assert_no_errors(browser)


def label_of(figure) -> str:
    """Figure 3a is listed as fig03a."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(2), figure, count=1)


def width_of(browser, figure) -> int:
    """Of its picture in the main part of the page, once that is decoded; 0 before."""
    script = """
        const images = [...document.querySelectorAll('img')];
        const shown = images.find(image => image.src.includes(`;filename=${arguments[0]}.png;`));
        return shown ? shown.naturalWidth : 0;
    """
    return browser.execute_script(script, figure)


def caption_of(browser, position) -> str:
    buttons = browser.find_elements("css selector", "a[iconname=information-circle]")
    click(browser, buttons[position])
    heading = waited(browser, lambda: browser.find_elements("xpath", "//*[text()='Description']"))
    return " ".join(heading[0].find_element("xpath", "following::*[1]").text.split())


def assert_no_errors(browser):
    errors = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert errors == []


def test_the_claims_are_a_page_of_it(browser, report):
    eyes = opened(browser, report, "Claims")
    assert "what the paper states, measured" in browser.find_element("tag name", "body").text
    click(browser, eyes[0])
    frame = waited(browser, lambda: browser.find_elements("css selector", "iframe"))[0]
    browser.switch_to.frame(frame)
    text = waited(browser, lambda: browser.find_element("tag name", "body").text)
    browser.switch_to.default_content()
    assert "What the paper states, and what was measured" in text
    assert "stand-in" in text
    assert_no_errors(browser)


def test_the_front_page_says_what_it_is_of_and_statistics_show_run_times(browser, report):
    import torch

    browser.get(report.as_uri())
    said = waited(browser, lambda: browser.find_element("tag name", "body").text)
    assert f"torch {torch.__version__.partition('+')[0]}" in said
    every = sum(map(len, sections().values()))
    assert f"Drawn: {every} of {every} figures." in said
    assert "Configuration: config.yaml, smoke.yaml." in said
    assert "Every picture says: miniature data at smoke scale" in said
    click(browser, browser.find_elements("xpath", "//*[text()='Statistics']")[-1])
    waited(browser, lambda: "runtime [s]" in browser.page_source)
    assert_no_errors(browser)


def test_a_report_of_one_figure_says_what_is_not_drawn(complete):
    overlay = {"results": "results/one-drawn"}
    complete.snakemake("--", "fig2", overlay=overlay)
    path = complete.path / "one.html"
    complete.snakemake("--report", str(path), "--", "built", overlay=overlay)
    text = path.read_text()
    assert f"Drawn: 1 of {sum(map(len, sections().values()))} figures." in text
    missing = re.search(r"Not drawn: (.*?)</p>", text)[1]
    assert ">fig1<" in missing
    assert ">fig2<" not in missing


@pytest.mark.parametrize(
    "caption",
    ["Where B < 0.5 & r > 0.3.", "a <b>tag</b> & an entity &amp;", "*x* `y_ |z| .. w:: {{ 1 }}"],
)
def test_a_caption_is_shown_as_it_is_written(caption, tmp_path):
    (tmp_path / "fig.txt").write_text(caption + "\n")
    output = SimpleNamespace(png=str(tmp_path / "fig.png"))
    template = jinja2.Template((ROOT / "workflow/report/figure.rst").read_text())
    source = template.render(snakemake=SimpleNamespace(output=output))
    shown = re.sub("<[^>]*>", "", publish_parts(source, writer="html")["body"])
    assert html.unescape(shown).strip() == caption


def test_nothing_outside_the_file_is_loaded(report):
    text = report.read_text()
    tags = r"<(?:script|link|img|iframe)\b[^>]*?"
    assert re.findall(tags + r'(?:src|href)="(?!data:)([^"#]+)"', text) == []
    assert report.stat().st_size < 30e6


def test_a_report_of_nothing_says_what_to_do(complete):
    overlay = {"results": "results/nothing-drawn"}
    done = complete.snakemake("--report", "none.html", "--", "built", overlay=overlay, check=False)
    assert done.returncode != 0
    assert "There is no figure in results/nothing-drawn/figures" in done.stdout + done.stderr
