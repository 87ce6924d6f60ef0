"""The configuration: checked before anything runs, then resolved to its full form.

`merge_layers` lays overlays over config.yaml. `resolve` takes the whole and returns a `Config`, or
raises one `ConfigError` that lists every problem with the file, the key, the value and the nearest
valid name.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from jsonschema import Draft202012Validator

from learning_order.config import check_claims, check_collections, check_figures, expand
from learning_order.config.files import read_layers
from learning_order.config.problems import ConfigError, Problems

__all__ = ["Config", "ConfigError", "merge_layers", "resolve"]

SCHEMA_FILE = Path(__file__).parents[2] / "schemas" / "config.schema.yaml"


@dataclass(frozen=True)
class Config:
    """A configuration in which every key is present and every name exists.

    The fields are the sections of the schema; entries are plain dictionaries.
    """

    results: str
    data: str
    download: bool
    device: str
    models_per_job: int
    checkpoint_minutes: float
    workers: int
    stamp: str
    datasets: dict[str, dict]
    architectures: dict[str, dict]
    boosting: dict[str, dict]
    collections: dict[str, dict]
    figures: dict[str, dict]
    claims: dict[str, dict]
    targets: dict[str, list[str]]


def merge_layers(layers: Iterable[Mapping]) -> dict:
    """Overlays on their base, which comes first.

    Unlike Snakemake's own merge, naming another optimizer or schedule drops the options of the
    one below.
    """
    return reduce(expand.merge, layers, {})


def resolve(
    config: Mapping, layers: Mapping[str, Mapping] | None = None, taken: Collection[str] = ()
) -> Config:
    """The resolved form of `config`; errors name the one of its `layers` that says what is wrong.

    layers: name of a file → its content, base first; taken: names that no figure may have.
    """
    problems = Problems(config, layers or {})
    schema = read_layers([SCHEMA_FILE])[str(SCHEMA_FILE)]
    config = deepcopy(dict(config))
    expand.inherit(config, problems)
    problems.stop_if_any()
    expand.expand_ranges(config, schema, problems)
    problems.stop_if_any()
    for error in Draft202012Validator(schema).iter_errors(config):
        problems.add_invalid(error)
    problems.stop_if_any()
    # Checked as written, so that a problem is named by the keys the user knows.
    check_collections.check_names(config, problems)
    check_collections.check_sources(config, problems)
    check_collections.check_learners(config, problems)
    problems.stop_if_any()
    expand.fill_collections(config)
    expand.fill_defaults(schema, config, schema)
    config = expand.cast_numbers(schema, config, schema)
    expand.fill_initialisers(config)
    check_collections.check_scale(config, problems)
    check_collections.check_architectures(config, problems)
    check_collections.check_datasets(config, problems)
    check_collections.check_collections(config, problems)
    check_collections.check_families(config, problems)
    check_figures.check_figures(config, schema, taken, problems)
    check_figures.check_targets(config, taken, problems)
    check_claims.check_claims(config, problems)
    problems.stop_if_any()
    expand.cast_figure_options(config, schema)
    expand.apply_scale(config)
    expand.expand_partitions(config)
    expand.expand_claims(config)
    expand.fill_out_of_sample(config)
    check_figures.check_drawable(config, problems)
    problems.stop_if_any()
    return Config(**config)
