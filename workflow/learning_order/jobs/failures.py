"""What failed in a run of Snakemake, why, and what to do: the last thing a user sees.

Snakemake's own log says all of it, but between the lines of everything that went well.
"""

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

LINES_OF_A_LOG = 12
ENDED = re.compile(r"slurmstepd\S*: error:")
# What follows a job in the log; within the message of a job there is no such line.
NEXT = re.compile(
    r"\[|Trying to restart|Removing output|Finished jobid|Error in rule|Logfile|Exiting"
)


@dataclass(frozen=True)
class Failure:
    """A job that was given up, after its last attempt."""

    rule: str
    outputs: tuple[str, ...]
    logs: tuple[str, ...]  # the job's own, then that of the cluster, if any
    message: str  # the executor's; empty where it has none


def failures(log: str) -> list[Failure]:
    """The jobs that were given up, from the text of Snakemake's log."""
    given_up: dict[str, Failure] = {}
    lines = _own_lines(log)
    for number, line in enumerate(lines):
        if match := re.match(r"Error in rule (\S+):", line):
            fields = _fields(lines[number + 1 :])
            given_up[fields.get("jobid", "")] = Failure(
                match[1],
                _names(fields.get("output", "")),
                _names(fields.get("log", "").partition(" (check log")[0]),
                _reason(fields.get("message", "")),
            )
        elif match := re.match(r"(?:Trying to restart job|Finished jobid:) (\d+)", line):
            given_up.pop(match[1], None)
    return list(given_up.values())


def summary_of_run(log_files: Iterable[str], command: Sequence[str]) -> str:
    """The summary of the run that Snakemake logged to these files."""
    texts = (Path(file).read_text(errors="replace") for file in log_files)
    return summary("\n".join(texts), command)


def summary(log: str, command: Sequence[str]) -> str:
    """What failed and why, where its log is, and the command that resumes.

    log: text of Snakemake's log; command: the words that Snakemake was called with. Empty where
    no job failed.
    """
    found = failures(log)
    if not found:
        return ""
    jobs = "1 job" if len(found) == 1 else f"{len(found)} jobs"
    parts = [f"{jobs} failed; what does not need them is done or was left as it was."]
    parts += [_described(failure) for failure in found]
    again = shlex.join(["snakemake", *command])
    parts.append("Nothing that was finished is lost. After fixing the cause, resume with:")
    parts[-1] += f"\n    {again}"
    return "\n\n".join(parts)


def _described(failure: Failure) -> str:
    lines = [f"{failure.rule}: {', '.join(failure.outputs)}"]
    if failure.message:
        lines.append(f"    {failure.message}")
    lines += [f"    | {line}" for line in _said(failure.logs)]
    lines += [f"    log: {path}" for path in failure.logs]
    return "\n".join(lines)


def _said(logs: Sequence[str]) -> list[str]:
    """The end of a job's own log, its error or how far it came; and why a cluster ended it."""
    own = _lines(logs[0]) if logs else []
    ended = [line for path in logs[1:] for line in _lines(path) if ENDED.match(line)]
    return [*own[-LINES_OF_A_LOG:], *dict.fromkeys(ended)]


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(errors="replace").rstrip().replace("\r", "\n").splitlines()
    except OSError:
        return []


def _own_lines(log: str) -> list[str]:
    """The log without what it quotes of the logs of jobs, between two rows of `=`."""
    own, quoted = [], False
    for line in log.splitlines():
        if re.fullmatch("={60,}", line):
            quoted = not quoted
        elif not quoted:
            own.append(line)
    return own


def _fields(lines: Sequence[str]) -> dict[str, str]:
    """The `key: value` lines of a job, indented by four; a value may go on below, as it likes.

    The message of a cluster that refuses a job does: what it says ends with the next key.
    """
    fields: dict[str, str] = {}
    key = ""
    for line in lines:
        if match := re.match(r"    (\w+): (.*)", line):
            key = match[1]
            fields[key] = match[2]
        elif key == "message" and not NEXT.match(line):
            fields[key] += f"\n{line.strip()}"
        else:
            break
    return fields


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name for name in listed.split(", ") if name)


def _reason(message: str) -> str:
    """What the executor says of a failed job, in a line; of a refused one, why it was refused."""
    if refused := re.search(r"The error message was '(.*?)'\.\n", message, re.S):
        return f"refused by the cluster: {' '.join(refused[1].split())}"
    return "" if message == "None" else message.partition(". ")[0].rstrip(".")
