"""What the paper states, measured on the collections at hand and judged by a stated rule.

measures.py   how each number is measured, with its interval; compare_references.py: those that
              compare with values of others
shapes.py     whether the TP-agreement has two peaks
verdicts.py   judges a claim by its numbers; one row per claim
page.py       the rows as a page for reading

A new measure is one function in ``measures.py`` and its line in ``FUNCTIONS`` there, one line in
``config/catalogue.py``, and its name in the schema; a qualitative one has its rule in
``verdicts.py``.
"""
