"""What jobs were submitted with, for those that start when the configuration is another.

A job of a cluster reads the configuration when it starts, but what Snakemake records of it is that
of its submission. So the process that submits hands digests over in the environment, which jobs
inherit, and each job compares what it found.
"""

import hashlib
import json
import os
from typing import Any

from learning_order.config import Config
from learning_order.jobs.blocks import Extent, parts_per_epoch, snapshot_extents
from learning_order.jobs.prepare_dataset import PrepareDataset
from learning_order.jobs.train import Train
from learning_order.runtime.errors import ExplainedError

VARIABLE = "LEARNING_ORDER_SUBMITTED"
DIGITS = 12  # of a digest: there are some hundred, and an environment has little room


class Changed(ExplainedError, RuntimeError):
    """A configuration that was edited between the submission and the start of a job."""


def hand_over(config: Config) -> None:
    """Have all jobs that this process starts know what the configuration says now."""
    train, prepare = Train(config), PrepareDataset(config)
    digests = {_digest("dataset", name, prepare.made_of(name)) for name in config.datasets}
    digests |= {_digest("architecture", name, train.made_of(name)) for name in config.architectures}
    digests |= {_digest("boosting", name, entry) for name, entry in config.boosting.items()}
    for run, extents in snapshot_extents(config.collections.values()).items():
        digests.add(_digest("extents", run_name(*run), extents))
    os.environ[VARIABLE] = " ".join(sorted(digests))


def run_name(dataset: str, learner: str, files: Extent) -> str:
    """What to call the snapshots of a learner in files that are called by `files`."""
    parts = parts_per_epoch(files)
    name = f"{learner} on {dataset}"
    return name if parts == 1 else f"{name}, {parts} parts per epoch"


def check(what: str, name: str, content: Any) -> None:
    """Changed where `content` is not what it was when this job was submitted.

    what: dataset, architecture, boosting or extents; nothing is checked where nothing was handed
    over, as by a cluster that does not pass the environment on.
    """
    digests = os.environ.get(VARIABLE, "").split()
    if digests and _digest(what, name, content) not in digests:
        raise Changed(
            f"The configuration was edited after this job was submitted: {what} {name!r} is "
            "another now. Put it back; or stop Snakemake and start it again, which submits jobs of "
            "the new one."
        )


def _digest(what: str, name: str, content: Any) -> str:
    if what == "dataset" and "part" in content.get("partition", {}):
        # One digest for a family, which may have thousands of parts.
        name, content = "", {**content, "partition": {**content["partition"], "part": None}}
    text = json.dumps([what, name, content], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
