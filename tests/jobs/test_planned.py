"""Methods of jobs as Snakemake calls them."""

import inspect
from dataclasses import dataclass

from learning_order.jobs.planned import Planned


@dataclass(frozen=True)
class Job:
    base: int

    @property
    def code(self) -> str:
        return f"code-{self.base}"

    def memory(self, wildcards: object, attempt: int) -> int:
        """Megabytes."""
        return self.base * attempt


def test_a_planned_job_is_called_as_the_job_itself():
    job = Job(100)
    planned = Planned(job)
    assert planned.code == "code-100"
    assert planned.memory(None, attempt=3) == 300
    assert planned.memory.__doc__ == "Megabytes."
    assert inspect.signature(planned.memory) == inspect.signature(job.memory)
    memory = planned.memory
    assert inspect.signature(memory) is memory.__signature__, "worked out anew"
