"""Checks the configuration before anything else and holds what the rules share."""

import os
import sys
from pathlib import Path

WORKFLOW = Path(workflow.current_basedir).parent
# Scripts run in processes of their own and find the package the same way.
sys.path.insert(0, str(WORKFLOW))
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(WORKFLOW), os.environ.get("PYTHONPATH")])
)

from snakemake.exceptions import WorkflowError

from learning_order.blocks import existing_blocks, plan_blocks
from learning_order.code import files_of
from learning_order.config import ConfigError, resolve

try:
    # Snakemake lists overlays before the base that they lie on.
    CONFIG = resolve(config, workflow.configfiles[-1:] + workflow.configfiles[:-1])
except ConfigError as error:
    raise WorkflowError(str(error)) from None

ENVIRONMENT = "../../envs/learning-order.yaml"
RESULTS = CONFIG.results
DATASETS = f"{RESULTS}/datasets"
PREDICTIONS = f"{RESULTS}/predictions"
SCORES = f"{RESULTS}/scores"
FIGURES = f"{RESULTS}/figures"
LOGS = f"{RESULTS}/logs"


wildcard_constraints:
    dataset=r"[^/]+",
    architecture=r"[^/]+",
    collection=r"[^/]+",
    figure=r"[^/]+",
    extent=r"\d+|all",
    first=r"\d+",
    last=r"\d+",


def code_of(*modules):
    """Source files of the named modules and all they import, so that editing them counts."""
    return [os.path.relpath(path) for path in files_of(*modules)]


def seeds_of(collection):
    entry = CONFIG.collections[collection]
    return range(entry["first_seed"], entry["first_seed"] + entry["models"])


def kin_of(collection):
    """All collections that are views of the same models, as far as their seeds go."""
    keys = ("dataset", "architecture", "protocol")
    entry = CONFIG.collections[collection]
    return [
        name
        for name, other in CONFIG.collections.items()
        if all(other[key] == entry[key] for key in keys)
    ]


def block_files(collection, extent):
    """Prediction files of a collection after `extent` epochs ("all" for snapshots)."""
    entry = CONFIG.collections[collection]
    folder = f"{PREDICTIONS}/{entry['dataset']}/{entry['architecture']}/extent-{extent}"
    cuts = {
        edge for kin in kin_of(collection) for edge in (seeds_of(kin)[0], seeds_of(kin)[-1] + 1)
    }
    blocks = plan_blocks(
        seeds_of(collection), existing_blocks(Path(folder)), CONFIG.models_per_job, cuts
    )
    return [f"{folder}/seeds-{first}-{last}.parquet" for first, last in blocks]


def predictions_of(collection):
    entry = CONFIG.collections[collection]
    extents = ["all"] if entry["protocol"] == "snapshots" else entry["extents"]
    return [file for extent in extents for file in block_files(collection, extent)]
