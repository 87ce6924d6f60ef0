"""How figures and captions word things: names, letters, counts and numbers.

Captions are written without a plotting library, so none is imported here.
"""

import math
from collections.abc import Iterable, Sequence

import pandas as pd

SMALLEST_P = 1e-50  # smaller ones are not told apart, as in the paper
EPOCHS = "epochs trained"
WITHIN_EPOCHS = "snapshots within epochs"
EXTENT_NAMES = {  # of protocols whose extents are not epochs
    "boosted": "weak classifiers",
    "own": "extent",
    WITHIN_EPOCHS: "parts of epochs",
}
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def title(row: pd.Series, letter: str = "") -> str:
    """How every figure names the collection of a row: 'a) fish, st-vgg, 100 models'."""
    return f"{letter}{row['dataset']}, {row['architecture']}, {count_of_models(row['models'])}"


def class_name(names: Sequence[str] | None, number: int) -> str:
    """'pickup truck' for pickup_truck, or 'class 3' where the names are not known."""
    names = names or ()
    return names[number].replace("_", " ") if number < len(names) else f"class {number}"


def count_of_models(count: int | str) -> str:
    """'1 model', '100 models', '3–5 models'."""
    return f"{count} model" if str(count) == "1" else f"{count} models"


def headings(blocks: Sequence[pd.DataFrame]) -> list[str]:
    """The lettered title of each block of rows, which are of one collection each."""
    return [
        title(block.iloc[0], letter)
        for block, letter in zip(blocks, letters(len(blocks)), strict=True)
    ]


def letters(count: int, first: str = "") -> list[str]:
    """'a) ', 'b) ', … where there are several panels to tell apart, else nothing.

    first: the letter to begin with, which one panel alone has as well.
    """
    start = ord(first) - ord("a") if first else 0
    is_lettered = count > 1 or bool(first)
    return [f"{letter(start + i)}) " if is_lettered else "" for i in range(count)]


def letter(number: int) -> str:
    """a, b, …, z, aa, ab, …: the name of the panel with that number, from 0."""
    before, last = divmod(number, 26)
    return (letter(before - 1) if before else "") + chr(ord("a") + last)


def letter_span(before: int, count: int) -> str:
    """'a–b' for two panels, 'e' for one, after so many others."""
    return span(letter(before), letter(before + count - 1))


def span(low: float | str, high: float | str, form: str = "") -> str:
    """'3–5', or '3' where both ends are written alike; form: a format specification."""
    first, last = format(low, form), format(high, form)
    return first if first == last else f"{first}–{last}"


def extent_name(protocols: Iterable[str], chosen: str | None = None) -> str:
    """What the extents of collections of these protocols count, or the chosen name."""
    names = {EXTENT_NAMES.get(protocol, EPOCHS) for protocol in protocols}
    return chosen or (names.pop() if len(names) == 1 else "extent")


def extent_label(name: str, extent: int | str) -> str:
    """'epoch 10', 'extent 10', '10 weak classifiers', '20k steps'."""
    number = extent if isinstance(extent, str) else extent_number(extent)
    if name in (EPOCHS, "extent"):
        return f"{'epoch' if name == EPOCHS else name} {number}"
    return f"{number} {name}"


def extent_number(extent: float) -> str:
    """'9000', but from 10,000 on three digits, '20k' or '1.54M': steps go to millions."""
    return extent_numbers([extent])[0]


def extent_numbers(extents: Sequence[float]) -> list[str]:
    """Each extent, with as many digits from the third on as tell them apart: '1.54M', '1.544M'."""
    numbers: list[str] = []
    for digits in range(3, 8):
        numbers = [_number(extent, digits) for extent in extents]
        if len(set(numbers)) == len(set(extents)):
            break
    return numbers


def _number(extent: float, digits: int) -> str:
    if extent < 10_000:
        return f"{extent:.0f}"
    in_units = [(extent / 1000**power, unit) for power, unit in enumerate("kMG", start=1)]
    shorts = [(float(f"{value:.{digits}g}"), unit) for value, unit in in_units]
    short, unit = next((each for each in shorts if each[0] < 1000), shorts[-1])
    return f"{short:.12g}{unit}"


def percent(share: float) -> str:
    """'72 %'; only all is 100 %, and only none is 0 %."""
    rounded = f"{100 * share:.0f}"
    if rounded in ("0", "100") and 0 < share < 1:
        rounded = f"{min(max(100 * share, 0.1), 99.9):.1f}"
    return f"{rounded} %"


def bimodality_label(value: float) -> str:
    """'B = 1.23'; a constant score has none."""
    return "B n/a" if math.isnan(value) else f"B = {value:.2f}"


def r_label(r: float) -> str:
    """'r = 0.87'; a constant has none."""
    return "r n/a" if math.isnan(r) else f"r = {round(r, 2) + 0:.2f}".replace("-", "−")


def p_label(p: float) -> str:
    """'p = 0.04', 'p = 3·10⁻⁷', 'p < 10⁻⁵⁰'."""
    if math.isnan(p):
        return "p n/a"
    if p < SMALLEST_P:
        return "p < 10⁻⁵⁰"
    if p >= 0.001:
        return f"p = {p:.1g}"
    digit, exponent = f"{p:.0e}".split("e")
    return f"p = {digit}·10{str(int(exponent)).translate(SUPERSCRIPTS)}"
