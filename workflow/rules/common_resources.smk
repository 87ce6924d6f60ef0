"""Memory and run time to ask a cluster for, from the job at hand; both grow with the attempt.

Where datasets are not prepared yet, their files are missing and Snakemake asks again later.
"""

import json
import math

from learning_order.jobs import estimates


def megabytes(paths):
    return sum(os.path.getsize(path) for path in paths) / 2**20


def facts_of(path):
    """What prepare_dataset wrote about a dataset."""
    return json.loads(Path(path).read_text())


def examples_in(facts):
    """Examples of the train split, and of all splits."""
    return facts["examples"]["train"], sum(facts["examples"].values())


def preparation_memory(wildcards, attempt):
    return estimates.memory_mb(8000, 0, 0, attempt)


def preparation_minutes(wildcards, attempt):
    """Features are a network's work; an ImageNet is a million files to look at."""
    entry = CONFIG.datasets[wildcards.dataset]
    return attempt * (240 if "features" in entry or entry.get("stream") else 60)


def training_memory(wildcards, input, attempt):
    """What torch takes, with a GPU's context; images as float32, a split at a time twice."""
    streamed = CONFIG.datasets[wildcards.dataset].get("stream", False)
    base = 4000 + (1000 * CONFIG.workers if streamed else 0)
    return estimates.memory_mb(base, 8, megabytes([*input.arrays, *input.other_arrays]), attempt)


def training_minutes(wildcards, input, attempt):
    architecture = CONFIG.architectures[wildcards.architecture]
    facts = facts_of(input.facts)
    train, recorded = examples_in(facts)
    recorded += sum(examples_in(facts_of(path))[1] for path in input.others)
    models = int(wildcards.last) - int(wildcards.first) + 1
    extents = recorded_extents(wildcards)
    protocol = "snapshots" if wildcards.extent == "all" else "independent"
    rate = estimates.images_per_second(
        architecture["images_per_second"],
        facts["shape"],
        architecture["batch_size"],
        CONFIG.device,
    )
    epochs = estimates.network_epochs(models, extents, protocol)
    return estimates.training_minutes(epochs, models * len(extents), train, recorded, rate, attempt)


def boosting_memory(wildcards, input, attempt):
    return estimates.memory_mb(2000, 12, megabytes(input.arrays), attempt)


def boosting_minutes(wildcards, input, attempt):
    facts = facts_of(input.facts)
    train, _ = examples_in(facts)
    rounds = CONFIG.boosting[wildcards.architecture]["rounds"]
    values = train * math.prod(facts["shape"])
    models = int(wildcards.last) - int(wildcards.first) + 1
    return estimates.boosting_minutes(models * rounds, values, attempt)


def scoring_memory(wildcards, input, attempt):
    return estimates.memory_mb(3000, 1, megabytes(input.predictions), attempt)


def scoring_minutes(wildcards, input, attempt):
    return attempt * (30 + math.ceil(megabytes(input.predictions) / 20))


def importing_memory(wildcards, input, attempt):
    return estimates.memory_mb(2000, 20, megabytes(input.files), attempt)


def drawing_memory(wildcards, input, attempt):
    return estimates.memory_mb(2000, 10, megabytes(input.tables), attempt)
