"""Chromium without a window and without a network."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MISSING = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
OPTIONS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    "--window-size=1400,1000",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # whatever is asked of a network fails
]


@contextmanager
def chromium(downloads: Path) -> Iterator:
    """A driver of selenium; files that a page saves come into `downloads`."""
    if MISSING:
        pytest.skip(f"{' and '.join(MISSING)} missing: apt-get install chromium chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    for option in OPTIONS:
        options.add_argument(option)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()
