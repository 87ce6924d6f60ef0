"""The frame of every script: a log, and errors a person can act on."""

import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from learning_order.runtime.errors import ExplainedError


@contextmanager
def job_log(path: Path | str, attempt: int = 1) -> Iterator[TextIO]:
    """The open log of a job; an error is written to it and ends the process.

    The summary of a run quotes the logs of failed jobs, so an explained error is logged without a
    traceback. A cluster warns a job by a signal before it ends it: it leaves nothing half-written.

    attempt: how often Snakemake has started this job in its present run. Most explained errors are
    such that a further attempt would meet them again, so that attempt says it at once.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal, as a cluster does"))
    said = path.with_suffix(".explained")
    if attempt == 1:
        said.unlink(missing_ok=True)
    with open(path, "w") as log:
        try:
            if said.exists():
                raise ExplainedError(said.read_text())
            yield log
        except ExplainedError as error:
            print(error, file=log)
            if not error.passes:
                said.write_text(str(error))
            sys.exit(1)
        except Exception:
            traceback.print_exc(file=log)
            raise


def source_revision() -> str:
    """The git commit of this source, marked when files differ from it; "unknown" without git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    folder = Path(__file__).parent
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()
