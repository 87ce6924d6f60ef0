"""Methods of jobs as Snakemake calls them: some thousand times, and it looks at each first."""

import inspect
from collections.abc import Callable
from functools import wraps


class Planned:
    """The attributes of a job's object, its methods with their signature at hand.

    Snakemake asks for the signature of every function several times per job, and Python works out
    that of a bound method anew each time, which was a tenth of what planning took.
    """

    def __init__(self, job: object):
        self._job = job

    def __getattr__(self, name: str) -> object:
        value = getattr(self._job, name)
        return with_signature(value) if inspect.ismethod(value) else value


def with_signature(method: Callable) -> Callable:
    """The method as a function that remembers its signature."""

    @wraps(method)
    def function(*arguments: object, **keywords: object) -> object:
        return method(*arguments, **keywords)

    vars(function)["__signature__"] = inspect.signature(method)
    return function
