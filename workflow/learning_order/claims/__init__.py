"""What the paper states, measured on the collections at hand and judged by a stated rule.

measures.py   how each number is measured, with its interval
verdicts.py   from numbers to verdicts, a row a claim
page.py       the rows as a page for reading

A new measure is one function there, one line in ``config/catalogue.py``, and its name in the
schema.
"""
