"""Checks the configuration before anything else and holds what the rules share."""

import os
import re
import sys
from glob import glob
from pathlib import Path

WORKFLOW = Path(workflow.current_basedir).parent
# Scripts run in processes of their own and find the package, and the user's own modules in the
# working directory, the same way.
sys.path.insert(0, str(WORKFLOW))
os.environ.update(
    PYTHONPATH=os.pathsep.join(
        filter(None, [str(WORKFLOW), os.getcwd(), os.environ.get("PYTHONPATH")])
    )
)

from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError

from learning_order.config import ConfigError, lookup, merge_layers, resolve
from learning_order.config.expand import recipe_entry
from learning_order.jobs import blocks, failures
from learning_order.jobs.source_digest import digest as code_of


def configuration_files():
    """The files of the configuration, base first."""
    overlays = workflow.overwrite_configfiles  # listed before the base that they lie on
    return [*workflow.configfiles[len(overlays) :], *overlays]


def configuration():
    """The whole configuration, and what it is merged of: files, base first, then `--config`."""
    files = configuration_files()
    layers = {str(file): load_configfile(file) for file in files}
    layers["--config"] = dict(workflow.config_settings.config)
    # The configuration of a module is up to the workflow that uses it.
    is_module = workflow.modifier.parent_modifier is not None
    if is_module or not files or workflow.config_settings.replace_workflow_config:
        return config, layers
    return merge_layers(layers.values()), layers


# Figures become rules of their own names, so these are taken.
RULES = [
    *("default", "built", "figures", "prepare_dataset", "train", "boost", "import_predictions"),
    *("score_collection", "draw_figure", "write_caption", "claims"),
]

try:
    CONFIG = resolve(*configuration(), taken=RULES)
except ConfigError as error:
    raise WorkflowError(str(error)) from None

FEATURES_MODULE = "learning_order.datasets.features"
ENVIRONMENT = "../../envs/learning-order.yaml"
RESULTS = CONFIG.results
DATASETS = f"{RESULTS}/datasets"
PREDICTIONS = f"{RESULTS}/predictions"
CHECKPOINTS = f"{RESULTS}/checkpoints"
SCORES = f"{RESULTS}/scores"
FIGURES = f"{RESULTS}/figures"
LOGS = f"{RESULTS}/logs"
# As wildcards, to tell what is boosted from what is trained; "(?!)" matches nothing.
BOOSTED = "|".join(map(re.escape, CONFIG.boosting)) or "(?!)"
TRAINED = rf"(?!(?:{BOOSTED})/)[^/]+"


wildcard_constraints:
    dataset=r"[^/]+",
    architecture=r"[^/]+",
    collection=r"[^/]+",
    figure=r"[^/]+",
    extent=r"\d+|all",
    first=r"\d+",
    last=r"\d+",


def seeds_of(collection):
    return blocks.seeds_of(CONFIG.collections[collection])


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
    folder = blocks.folder_of(RESULTS, entry["dataset"], entry["architecture"], extent)
    cuts = {
        edge for kin in kin_of(collection) for edge in (seeds_of(kin)[0], seeds_of(kin)[-1] + 1)
    }
    architecture = CONFIG.architectures.get(entry["architecture"], {})  # none for boosting
    size = architecture.get("models_per_job", CONFIG.models_per_job)
    existing = blocks.existing_blocks(Path(folder))
    planned = blocks.plan_blocks(seeds_of(collection), existing, size, cuts)
    return [f"{folder}/seeds-{first}-{last}.parquet" for first, last in planned]


def predictions_of(collection):
    entry = CONFIG.collections[collection]
    if "predictions" in entry:
        return [f"{PREDICTIONS}/own/{collection}.parquet"]
    extents = blocks.extents_of_files(entry)
    return [file for extent in extents for file in block_files(collection, extent)]


def failure_summary(log_files):
    """What failed in this run, from what Snakemake logged."""
    log = "\n".join(Path(file).read_text(errors="replace") for file in log_files)
    return failures.summary(log, sys.argv[1:])


# Datasets


def dataset_entry(wildcards):
    """The entry with its loader's function, without what does not change the data."""
    entry = dict(CONFIG.datasets[wildcards.dataset])
    for key in ("out_of_sample", "stand_in_for"):
        entry.pop(key, None)
    return {**entry, "loader": lookup.loader(entry["loader"]).function}


def dataset_code(wildcards):
    entry = dataset_entry(wildcards)
    modules = [entry["loader"].partition(":")[0]]
    if "features" in entry:
        modules.append(FEATURES_MODULE)
    return code_of("prepare_dataset", *modules)


def preparation_threads(wildcards):
    """Features are a network's work, which takes hours without a GPU; what reads takes one thread."""
    return 8 if "features" in CONFIG.datasets[wildcards.dataset] else 1


# Training


def recipe_of(wildcards):
    return recipe_entry(CONFIG.architectures[wildcards.architecture])


def builder_of(wildcards):
    """Where the network's function stands, and what of the recipe it is given."""
    return lookup.builder(CONFIG.architectures[wildcards.architecture]["network"])


def training_code(wildcards):
    network = builder_of(wildcards)["function"].partition(":")[0]
    return code_of("train", network)


def training_arrays(wildcards):
    return prepared_arrays(wildcards.dataset)


def prepared_arrays(dataset):
    names = ("train.npy", "test.npy", "extras.npz", "examples.parquet")
    return [f"{DATASETS}/{dataset}/{name}" for name in names]


def out_of_sample_facts(wildcards):
    others = CONFIG.datasets[wildcards.dataset].get("out_of_sample", [])
    return [f"{DATASETS}/{other}/dataset.json" for other in others]


def out_of_sample_arrays(wildcards):
    others = CONFIG.datasets[wildcards.dataset].get("out_of_sample", [])
    return [path for other in others for path in prepared_arrays(other)]


def training_threads(wildcards):
    """One a model; with a streamed dataset also its workers."""
    streamed = CONFIG.datasets[wildcards.dataset].get("stream", False)
    return 1 + CONFIG.workers if streamed else 1


def recorded_extents(wildcards):
    """The extents that one job records."""
    return blocks.recorded_extents(
        CONFIG.collections, wildcards.dataset, wildcards.architecture, wildcards.extent
    )


# Boosting


def boosting_entry(wildcards):
    return CONFIG.boosting[wildcards.architecture]


# Predictions made elsewhere


def own_files(wildcards):
    """The files of a collection, by name or pattern; each once."""
    entry = CONFIG.collections[wildcards.collection]
    found = []
    for pattern in entry["predictions"]:
        matching = sorted(glob(str(Path(pattern).expanduser()), recursive=True))
        if not matching:
            raise WorkflowError(
                f"collections.{wildcards.collection}.predictions: there is no file "
                f"{Path(pattern).expanduser().absolute()}"
            )
        found += matching
    return list(dict.fromkeys(found))


# Scores


def collection_predictions(wildcards):
    return predictions_of(wildcards.collection)


def collection_seeds(wildcards):
    """Its seeds; none for predictions made elsewhere, of which all are meant."""
    wanted = "models" in CONFIG.collections[wildcards.collection]
    return list(seeds_of(wildcards.collection)) if wanted else None


def collection_extents(wildcards):
    return CONFIG.collections[wildcards.collection].get("extents")
