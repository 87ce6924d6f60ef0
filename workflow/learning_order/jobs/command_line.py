"""What is wrong with the words that Snakemake was called with.

Snakemake reads the files of --configfile before any Snakefile, and shows its own code where it
cannot; profiles/default has them checked before that.
"""

import sys
from argparse import Namespace
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from learning_order.config.files import read_layers
from learning_order.runtime.errors import ExplainedError

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class NotUnderstood(ExplainedError, ValueError):
    """Words that Snakemake would take for something else."""


def explained(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The function, whose explained errors end Snakemake with their sentence alone.

    Snakemake shows other exceptions with the rule, the wildcards and lines of the workflow's code.
    """

    @wraps(function)
    def answer(*arguments: Given.args, **keywords: Given.kwargs) -> Answer:
        try:
            return function(*arguments, **keywords)
        except ExplainedError as error:
            sys.exit(str(error))

    return answer


@explained
def check(given: Namespace) -> None:
    """End Snakemake where a file or value of the configuration is none. given: its arguments."""
    for word in given.config or []:
        if "=" not in word:
            raise NotUnderstood(f"--config {word}: write {word}=VALUE")
    files = given.configfile or []
    options = [word for word in sys.argv if word.split("=")[0] in ("--configfile", "--configfiles")]
    if len(options) > 1:  # of which Snakemake takes the last
        raise NotUnderstood(
            f"{options[0]} stands there {len(options)} times, and only the last counts: write all "
            "files after one, --configfile first.yaml second.yaml"
        )
    for position, file in enumerate(files):
        if position and not Path(file).exists() and not Path(file).suffix:
            raise NotUnderstood(
                f"--configfile takes every word after it for a file, and there is no file {file}. "
                f"If it is a target, write it first: snakemake {file} --configfile {files[0]}"
            )
    base = Path(given.directory or ".", "config.yaml")
    read_layers([*([base] if base.exists() else []), *files])


def replaces_ours(base: Path, ours: Path) -> str:
    """What to say of a config.yaml of the user's own that lacks what every configuration needs."""
    if base.resolve() == ours.resolve():
        return ""
    return (
        f"\n{base} takes the place of the workflow's own config.yaml, with all that is in it. To "
        "add to that one, give the file another name: snakemake TARGET --configfile mine.yaml"
    )
