"""The page of a ranking in a browser: what a person does with it, and hostile names in it."""

import re
import time

import numpy as np
import pandas as pd
import pytest
from support.browser import chromium

from learning_order.datasets.split_pictures import SplitPictures
from learning_order.predictions.reading import Predictions
from learning_order.ranking import page_data
from learning_order.ranking.page import page
from learning_order.ranking.page_wall import AT_ONCE
from learning_order.ranking.table import ranking

pytestmark = pytest.mark.slow

EXTENTS = [0, 1, 5]
HOSTILE = ["<script>window.hacked=1</script>", "=1+1", '"><img src=x onerror=window.hacked=1>']
NAMES = [*HOSTILE, "{{7*7}} <%= window.hacked=1 %>", "plain"]
MANY = 20_000


def collection(seed: int, examples: int) -> Predictions:
    rng = np.random.default_rng(seed)
    labels = (np.arange(examples) % len(NAMES)).astype(np.int16)
    predictions = np.stack(
        [
            np.where(
                rng.random((6, examples)) < share, labels, rng.integers(0, 5, (6, examples))
            ).astype(np.int16)
            for share in (0, 0.5, 0.8)
        ]
    )
    return Predictions(list(range(6)), EXTENTS, {"train": predictions}, {"train": labels})


def pictures(examples: int) -> dict:
    rng = np.random.default_rng(0)
    colours = rng.integers(0, 215, (examples, 1, 1, 3))
    arrays = (colours + rng.integers(0, 40, (examples, 32, 32, 3))).astype(np.uint8)
    return {"train": SplitPictures(arrays, [None] * examples)}


def examples_of(examples: int) -> pd.DataFrame:
    sources = [f"dir/{i}<img src=x onerror=window.hacked=1>.png" for i in range(examples)]
    return pd.DataFrame({"split": "train", "example": range(examples), "source": sources})


@pytest.fixture(scope="module")
def table():
    found = {"first": collection(0, 500), "second": collection(1, 500)}
    return found, ranking(found, examples_of(500), NAMES)


@pytest.fixture(scope="module")
def path(table, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page("<b>mine</b>", table[1], table[0], NAMES, pictures(500)))
    return path


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(downloads):
    with chromium(downloads) as driver:
        yield driver


@pytest.fixture
def wall(browser, path):
    browser.get(path.as_uri())
    waited(browser, lambda: thumbnails(browser))
    return browser


@pytest.fixture
def opened(wall):
    """The table."""
    press(wall, "Table")
    waited(wall, lambda: cells(wall, "rank"))
    return wall


def press(browser, text):
    next(each for each in deep(browser, "button") if each.text == text).click()


def thumbnails(browser):
    """The labels below the thumbnails that are shown, in their order."""
    return browser.execute_script(
        f"const each = (() => {{{DEEP}}})(arguments[0]); return each.map(e => e.textContent)",
        "button[data-row] > span:first-of-type",
    )


DEEP = """
const found = [];
const visit = root => {
  found.push(...root.querySelectorAll(arguments[0]));
  root.querySelectorAll('*').forEach(each => each.shadowRoot && visit(each.shadowRoot));
};
visit(document);
return found;
"""
MODEL = "const model = Bokeh.documents[0].get_model_by_name(arguments[0]);"


def deep(browser, selector):
    """Elements, also those inside Bokeh's shadow roots."""
    return browser.execute_script(DEEP, selector)


def waited(browser, found):
    from selenium.webdriver.support.wait import WebDriverWait

    return WebDriverWait(browser, 60, poll_frequency=0.05).until(lambda _: found())


def cells(browser, title):
    """The texts of a column in the rows that are drawn, from the top."""
    titles = [each.text for each in deep(browser, ".slick-header-column")]
    if title not in titles:
        return []
    rows = browser.execute_script(
        f"const rows = (() => {{{DEEP}}})('.slick-row');"
        "return rows.map(row => [parseFloat(row.style.top) || "
        "new DOMMatrix(getComputedStyle(row).transform).f,"
        "[...row.querySelectorAll('.slick-cell')].map(cell => cell.textContent)]);",
        ".slick-row",
    )
    return [row[titles.index(title)] for _, row in sorted(rows)]


def shown(browser):
    return browser.execute_script(MODEL + "return model.text", "count")


def choose(browser, name, value):
    from selenium.webdriver.support.select import Select

    titles = {"label_name": "Label", "category": "Category", "predicted_name": "Networks say"}
    for group in deep(browser, ".bk-input-group"):
        if titles[name] in group.text:
            Select(group.find_element("css selector", "select")).select_by_visible_text(value)
            return
    raise AssertionError(f"no filter {name}")


def selected_rows(browser):
    return browser.execute_script(MODEL + "return model.source.selected.indices", "grid")


def errors(browser):
    return [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


def test_pictures_stand_side_by_side_in_the_chosen_order(wall, table):
    from selenium.webdriver.support.select import Select

    names = table[1]["label_name"]
    assert thumbnails(wall) == names.head(AT_ONCE).tolist()
    places = [each.rect for each in deep(wall, "button[data-row]")[:20]]
    assert len({place["y"] for place in places}) < 5 < len({place["x"] for place in places})
    press(wall, "▶")
    waited(wall, lambda: thumbnails(wall) == names[AT_ONCE:].tolist())
    accessibility = table[1]["accessibility"].round(5)  # as the page has it
    learned_first = names[accessibility.sort_values(kind="stable", ascending=False).index]
    select = next(each for each in deep(wall, "select") if "learned first" in each.text)
    Select(select).select_by_visible_text("learned first")
    waited(wall, lambda: thumbnails(wall) == learned_first.head(AT_ONCE).tolist())
    choose(wall, "label_name", "plain")
    waited(wall, lambda: thumbnails(wall) == ["plain"] * 100)
    assert wall.execute_script("return window.hacked") is None
    assert errors(wall) == []


def test_a_click_or_the_keyboard_selects_a_picture(wall):
    from selenium.webdriver.common.keys import Keys

    deep(wall, "button[data-row]")[3].click()
    waited(wall, lambda: selected_rows(wall) == [3])
    wall.switch_to.active_element.send_keys(Keys.RIGHT, Keys.RIGHT, Keys.LEFT, Keys.ENTER)
    waited(wall, lambda: selected_rows(wall) == [4])


def test_the_head_of_the_ranking_is_shown_first(opened, table):
    assert cells(opened, "rank")[:5] == ["1", "2", "3", "4", "5"]
    assert cells(opened, "label")[:5] == table[1]["label_name"].head(5).tolist()
    assert errors(opened) == []


def test_a_click_on_a_title_sorts(opened, table):
    header = next(e for e in deep(opened, ".slick-header-column") if e.text == "Accessibility")
    header.click()
    waited(
        opened, lambda: cells(opened, "Accessibility")[0] == f"{table[1].accessibility.min():.3f}"
    )
    header.click()
    waited(
        opened, lambda: cells(opened, "Accessibility")[0] == f"{table[1].accessibility.max():.3f}"
    )


def test_filters_and_search_narrow_what_is_shown(opened, table):
    wanted = table[1]["label_name"] == "plain"
    choose(opened, "label_name", "plain")
    waited(opened, lambda: shown(opened) == f"{wanted.sum()} of 500 shown")
    assert set(cells(opened, "label")) == {"plain"}
    box = next(e for e in deep(opened, "input") if e.get_attribute("placeholder"))
    box.send_keys("dir/14\n")
    both = wanted & table[1]["source"].str.contains("dir/14")
    waited(opened, lambda: shown(opened) == f"{both.sum()} of 500 shown")
    press(opened, "Show all")
    waited(opened, lambda: shown(opened) == "500 of 500 shown")


def test_the_legend_names_the_categories_that_are_shown(opened, table):
    items = "model.above[0].items.filter(item => item.visible)"
    visible = MODEL + f"return {items}.map(item => item.renderers[0].name)"
    categories = table[1]["category"]
    assert set(opened.execute_script(visible, "scatter")) == set(categories)
    wanted = categories.iloc[0]
    choose(opened, "category", wanted)
    waited(opened, lambda: opened.execute_script(visible, "scatter") == [wanted])
    press(opened, "Show all")
    waited(opened, lambda: set(opened.execute_script(visible, "scatter")) == set(categories))


def test_a_click_on_a_row_shows_the_example_large_with_its_votes(opened, table):
    found, ranked = table
    deep(opened, ".slick-row .slick-cell")[1].click()
    text = waited(opened, lambda: opened.execute_script(MODEL + "return model.text", "large"))
    waited(opened, lambda: "label" in opened.execute_script(MODEL + "return model.text", "large"))
    text = opened.execute_script(MODEL + "return model.text", "large")
    row = ranked.iloc[0]
    assert "data:image/webp" in text
    assert f"dir/{row.example}" in text
    drawn = opened.execute_script(
        MODEL + "return model.renderers.map(each => Array.from(each.data_source.data.y))", "curves"
    )
    votes = found["first"].predictions["train"][:, :, row.example]
    assert np.allclose(drawn[0], (votes == row.label).mean(axis=1))
    of_class = found["first"].labels["train"] == row.label
    usual = (found["first"].predictions["train"][..., of_class] == row.label).mean(axis=(1, 2))
    assert np.allclose(drawn[1], usual, atol=1e-4)
    squares = opened.execute_script(
        MODEL + "const d = model.renderers[0].data_source.data; return [d.x, d.y, d.share]", "votes"
    )
    last = {
        y: share for x, y, share in zip(*squares, strict=True) if x == ["second", str(EXTENTS[-1])]
    }
    votes = found["second"].predictions["train"][-1, :, row.example]
    assert last == {NAMES[c]: pytest.approx((votes == c).mean()) for c in np.unique(votes)}
    assert errors(opened) == []


def test_a_brush_over_the_scatter_selects_the_examples(opened):
    from selenium.webdriver import ActionChains

    canvas = waited(opened, lambda: deep(opened, ".bk-events"))[-1]  # the scatter comes last
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
    actions = ActionChains(opened)
    actions.move_to_element(canvas).click_and_hold().move_by_offset(60, -60).release().perform()
    waited(opened, lambda: shown(opened) != "500 of 500 shown")
    kept = int(shown(opened).split()[0])
    assert 0 < kept == len(selected_rows(opened)) < 500


def test_what_is_shown_is_saved_as_csv_that_no_spreadsheet_runs(opened, table, downloads):
    choose(opened, "label_name", "=1+1")
    waited(opened, lambda: shown(opened) == "100 of 500 shown")
    press(opened, "Save as CSV")
    saved = waited(opened, lambda: next(iter(downloads.glob("selection*.csv")), None))
    read = pd.read_csv(saved)
    wanted = table[1].query("label_name == '=1+1'")
    assert read["example"].tolist() == wanted["example"].tolist()
    assert set(read["label_name"]) == {"'=1+1"}
    assert read["source"].tolist() == wanted["source"].tolist()
    assert list(read) == list(table[1])


def test_the_keyboard_moves_and_reloading_starts_anew(opened):
    from selenium.webdriver.common.keys import Keys

    cell = deep(opened, ".slick-row .slick-cell")[1]
    cell.click()
    opened.switch_to.active_element.send_keys(Keys.DOWN, Keys.PAGE_DOWN)
    top = "return arguments[0].scrollTop"
    (port,) = [e for e in deep(opened, ".slick-viewport") if e.size["height"] > 100][:1]
    waited(opened, lambda: opened.execute_script(top, port) > 0)
    choose(opened, "label_name", "plain")
    opened.refresh()
    waited(opened, lambda: thumbnails(opened))
    assert shown(opened) == "500 of 500 shown"


def test_names_from_data_are_text(opened):
    for name in HOSTILE:
        choose(opened, "label_name", name)
        waited(opened, lambda: shown(opened) == "100 of 500 shown")
        deep(opened, ".slick-row .slick-cell")[1].click()
        waited(
            opened, lambda: "label" in opened.execute_script(MODEL + "return model.text", "large")
        )
    assert opened.execute_script("return window.hacked") is None
    assert "<b>mine</b>" in opened.title
    assert errors(opened) == []


def test_nothing_outside_the_file_is_loaded(path):
    tags = r"<(?:script|link|img|iframe)\b[^>]*?"
    text = re.sub("(<script[^>]*>).*?</script>", r"\1", path.read_text(), flags=re.DOTALL)
    assert re.findall(tags + r'(?:src|href)="(?!data:)([^"#]+)"', text) == []


def test_many_examples_open_quickly(browser, tmp_path):
    found = {"mine": collection(0, MANY)}
    table = ranking(found, examples_of(MANY), NAMES)
    path = tmp_path / "many.html"
    path.write_text(page("many", table, found, NAMES, pictures(MANY)))
    assert path.stat().st_size < 25e6
    start = time.monotonic()
    browser.get(path.as_uri())
    waited(browser, lambda: thumbnails(browser))
    assert time.monotonic() - start < 12  # 3 s on an idle machine
    assert shown(browser) == "10,000 of 10,000 shown"
    assert "The page shows 10,000 of them: the 5,000 whose labels" in path.read_text()


def test_extremes_and_an_even_sample_are_chosen():
    rows = page_data.chosen_rows(pd.DataFrame({"rank": range(1, 101)}), most=20)["rank"]
    assert rows[:10].tolist() == list(range(1, 11))
    assert rows.iloc[-1] == 100
    assert np.diff(rows[10:]).max() - np.diff(rows[10:]).min() <= 1


def test_many_extents_are_thinned_and_the_page_says_so(monkeypatch):
    labels = (np.arange(60) % 5).astype(np.int16)
    predictions = np.random.default_rng(0).integers(0, 5, (101, 8, 60)).astype(np.int16)
    found = {
        "mine": Predictions([*range(8)], [*range(101)], {"train": predictions}, {"train": labels})
    }
    table = ranking(found, None, NAMES)
    everything = page_data.shown_extents(found, table)
    assert everything == {"mine": [*range(101)]}
    monkeypatch.setattr(page_data, "VOTES_BUDGET", 60 * 500)
    few = page_data.shown_extents(found, table)["mine"]
    assert (few[0], few[-1]) == (0, 100)
    assert 2 < len(few) < 101
    assert np.diff(few).max() - np.diff(few).min() <= 1
    votes = page_data.votes_over_extents(found, {"mine": few}, table)
    assert sum(map(len, votes)) < 1.1 * 60 * 500
    said = f"mine: the curves and votes show {len(few)} of 101 extents."
    assert said in page("mine", table, found, NAMES)


def test_texts_and_arrays_are_shown_too(browser, tmp_path):
    found = {"mine": collection(0, 40)}
    table = ranking(found, None, NAMES)
    texts = {"train": [f"text <i>{i}</i> window.hacked" for i in range(40)]}
    (tmp_path / "texts.html").write_text(page("texts", table, found, NAMES, texts=texts))
    browser.get((tmp_path / "texts.html").as_uri())
    waited(browser, lambda: cells(browser, "text"))
    assert cells(browser, "text")[0] == texts["train"][table["example"][0]]
    for shape in ((40, 3, 4, 1), (40, 1, 1, 7)):
        values = np.random.default_rng(0).normal(size=shape)
        plots = {"train": page_data.ValuePlots(values)}
        assert "image/webp" in page("arrays", table, found, NAMES, plots)
