"""Errors that explain themselves."""


class ExplainedError(Exception):
    """An error whose message says what is wrong and what to do; a traceback would only hide it."""
