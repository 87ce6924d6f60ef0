"""The configuration: checked before anything runs, then resolved to its full form.

`resolve(config, files)` takes the merged dictionary that Snakemake makes of config.yaml and its
overlays, and returns a `Config`, or raises one `ConfigError` that lists every problem with the
file, the key, the value and the nearest valid name.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

from learning_order.config import checks, expand, figure_checks
from learning_order.config.problems import ConfigError, Problems, explain

__all__ = ["Config", "ConfigError", "recipe_entry", "resolve"]

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
    datasets: dict[str, dict]
    architectures: dict[str, dict]
    collections: dict[str, dict]
    figures: dict[str, dict]


def resolve(config: Mapping, files: Sequence[Path | str] = ()) -> Config:
    """The resolved form of `config`; errors name the one of `files` (base first) they stem from."""
    problems = Problems(files)
    schema = yaml.safe_load(SCHEMA_FILE.read_text())
    config = deepcopy(dict(config))
    expand.inherit(config, problems)
    problems.stop_if_any()
    for error in Draft202012Validator(schema).iter_errors(config):
        problems.add(tuple(error.absolute_path), explain(error))
    problems.stop_if_any()
    # Checked as written, so that a problem is named by the keys the user knows.
    checks.check_names(config, problems)
    problems.stop_if_any()
    expand.fill_defaults(schema, config, schema)
    expand.fill_initialisers(config)
    checks.check_scale(config, problems)
    checks.check_architectures(config, problems)
    checks.check_datasets(config, problems)
    checks.check_collections(config, problems)
    figure_checks.check_figures(config, schema, problems)
    problems.stop_if_any()
    expand.apply_scale(config)
    expand.expand_partitions(config)
    figure_checks.check_drawable(config, problems)
    problems.stop_if_any()
    return Config(**config)


def recipe_entry(architecture: Mapping) -> dict:
    """What of a resolved architecture its training depends on: all but the `epochs` it may take."""
    return {key: value for key, value in architecture.items() if key != "epochs"}
