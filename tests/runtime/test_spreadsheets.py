"""Words of a user stay words in a spreadsheet."""

import pandas as pd

from learning_order.runtime.spreadsheets import write_csv


def test_a_class_that_looks_like_a_formula_is_quoted(tmp_path):
    words = ["=cmd|'/C calc'!A0", "+1+cmd", "@sum", "-", "cat", "-0.2 to 0.1"]
    table = pd.DataFrame({"class": words, "share": [-0.5] * 6, "none": None})
    write_csv(table, tmp_path / "a.csv")
    found = pd.read_csv(tmp_path / "a.csv")
    assert found["class"].tolist() == [f"'{word}" for word in words[:4]] + words[4:]
    assert found["share"].tolist() == [-0.5] * 6
    assert table["class"].tolist() == words
