"""Checks the configuration before anything else, and holds what the rules share."""

import os
import re
import sys
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path


def workflow_folder():
    """The folder workflow/; of a module on GitHub, a checkout beside Snakemake's clone of it."""
    rules = workflow.current_basedir
    if isinstance(rules, os.PathLike):
        return Path(rules).parent
    clone = rules.hosted_repo.repo
    commit = clone.commit(rules.ref).hexsha
    checkout = Path(workflow.sourcecache.cache_path) / "learning-order" / commit
    if not checkout.exists():
        checkout.parent.mkdir(exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=checkout.parent) as aside,
            tempfile.TemporaryFile() as archive,
        ):
            clone.archive(archive, commit, path="workflow")
            archive.seek(0)
            with tarfile.open(fileobj=archive) as files:
                files.extractall(f"{aside}/whole", filter="data")
            with suppress(OSError):  # another process was first
                os.rename(f"{aside}/whole", checkout)
    return checkout / "workflow"


def requested_targets():
    """What this call asks for; unknown while the rules are read."""
    return workflow.dag_settings.targets


WORKFLOW = workflow_folder()
# Scripts run in processes of their own and find the package, and the user's own modules in the
# working directory, the same way.
sys.path.insert(0, str(WORKFLOW))
os.environ.update(
    PYTHONPATH=os.pathsep.join(
        filter(None, [str(WORKFLOW), os.getcwd(), os.environ.get("PYTHONPATH")])
    ),
    # The executor for Slurm finds a squeue there that bridges what it does not (see there).
    PATH=os.pathsep.join([f"{WORKFLOW}/cluster", os.environ.get("PATH", os.defpath)]),
)

from learning_order.config import ConfigError, merge_layers, resolve
from learning_order.config.files import read_layers, typed
from learning_order.jobs import submitted
from learning_order.jobs.command_line import explained, replaces_ours
from learning_order.jobs.estimates import attempt
from learning_order.jobs.failures import summary_of_run
from learning_order.jobs.paths import Paths
from learning_order.jobs.planned import Planned
from learning_order.jobs.report import report_facts
from learning_order.jobs.targets import RULES
from learning_order.runtime import finished

ENVIRONMENT = "../../envs/learning-order.yaml"

overlays = workflow.overwrite_configfiles  # listed before the base that they lie on
FILES = [*workflow.configfiles[len(overlays) :], *overlays]
VALUES = typed(workflow.config_settings.config)
# The configuration of a module is up to the workflow that uses it.
is_module = workflow.modifier.parent_modifier is not None

try:
    layers = {**read_layers(FILES), "--config": VALUES}
    merged = is_module or not FILES or workflow.config_settings.replace_workflow_config
    CONFIG = resolve(config if merged else merge_layers(layers.values()), layers, taken=RULES)
except ConfigError as error:
    own = "top level: '" in str(error) and FILES and not is_module
    # The sentence alone: Snakemake would add lines of this file to an exception.
    sys.exit(
        f"{error}{replaces_ours(Path(FILES[0]), WORKFLOW.parent / 'config.yaml') if own else ''}"
    )

if workflow.is_main_process:
    submitted.hand_over(CONFIG)

PATHS = Paths(CONFIG.results)
if any(word.startswith("--report") for word in sys.argv):
    config["report"] = report_facts(CONFIG, FILES, VALUES)
# As wildcards, to tell what is boosted from what is trained; "(?!)" matches nothing.
BOOSTED = "|".join(map(re.escape, CONFIG.boosting)) or "(?!)"
TRAINED = rf"(?!(?:{BOOSTED})/)[^/]+"


wildcard_constraints:
    dataset=r"[^/]+",
    architecture=r"[^/]+",
    collection=r"[^/]+",
    figure=r"[^/]+",
    reference=r"[^/]+",
    ranking=r"[^/]+",
    extent=r"\d+|all(-\d+-per-epoch)?",
    first=r"\d+",
    last=r"\d+",
