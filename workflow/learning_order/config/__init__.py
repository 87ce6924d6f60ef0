"""The configuration: checked before anything runs, then resolved to its full form.

`merge_layers` lays overlays over config.yaml. `resolve` takes the whole and returns a `Config`, or
raises one `ConfigError` that lists every problem with the file, the key, the value and the nearest
valid name.

catalogue.py            all that a configuration can name; lookup.py what a name stands for
entries.py              the entries of the result, as types
expand.py partitions.py from a short configuration to a full one
published.py            what published predictions hold of it
check_*.py              what a schema cannot say
parts_of_epochs.py      the same, of extents that count parts of epochs
signatures.py           what a function takes, read from its source
files.py                reads the files of a configuration
problems.py             collects what is wrong, and words it
"""

from collections.abc import Container, Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache, reduce
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from learning_order.config import (
    check_claims,
    check_collections,
    check_datasets,
    check_figures,
    check_rankings,
    check_references,
    check_settings,
    check_sources,
    expand,
    partitions,
    parts_of_epochs,
    published,
)
from learning_order.config.entries import Config, Scale, Written
from learning_order.config.files import read_layers
from learning_order.config.problems import ConfigError, Problems

__all__ = ["Config", "ConfigError", "merge_layers", "resolve"]

SCHEMA_FILE = Path(__file__).parents[2] / "schemas" / "config.schema.yaml"


def merge_layers(layers: Iterable[Mapping]) -> dict[str, Any]:
    """Overlays on their base, which comes first.

    Unlike Snakemake's own merge, naming another optimizer or schedule drops the options of the
    one below.
    """
    return reduce(expand.merge, layers, {})


def resolve(
    config: Mapping[str, Any],
    layers: Mapping[str, Mapping] | None = None,
    taken: Container[str] = (),
) -> Config:
    """Check a configuration and fill in all that it leaves open.

    Parameters
    ----------
    config
        The configuration as written, overlays merged; it is left as it is.
    layers
        Name of a file → its content, base first: what `config` was merged of. An error names the
        last layer that says what is wrong.
    taken
        Names that no figure and no target may have, such as those of rules.

    Returns
    -------
    Config
        Every key is present, every name stands for something, and entries fit each other. Nothing
        inherits any more, `scale` has been applied, and a family of partitions is its parts.

    Raises
    ------
    ConfigError
        One line per problem: file, key, what is wrong and what may have been meant.

    Examples
    --------
    >>> config = resolve(
    ...     {
    ...         "datasets": {"digits": {"loader": "digits"}},
    ...         "architectures": {},
    ...         "boosting": {"adaboost": {"rounds": 8}},
    ...         "collections": {
    ...             "boosted": {
    ...                 "dataset": "digits",
    ...                 "architecture": "adaboost",
    ...                 "models": 3,
    ...                 "extents": {"from": 2, "to": 8, "step": 2},
    ...             }
    ...         },
    ...         "figures": {"order": {"kind": "histograms", "collections": ["boosted"]}},
    ...     }
    ... )
    >>> config.boosting["adaboost"]
    {'rounds': 8, 'passes': 1}
    >>> config.collections["boosted"]["extents"]
    [2, 4, 6, 8]
    """
    problems = Problems(config, layers or {})
    written = _write_out(config, problems)
    _check_as_written(written, problems)
    complete, scale = _complete(written, taken, problems)
    return _expand(complete, scale, problems)


def _write_out(config: Mapping[str, Any], problems: Problems) -> Written:
    """Copy the configuration, with what entries inherit written into them and ranges as lists."""
    written = deepcopy(dict(config))
    check_settings.check_finite(written, problems)
    problems.stop_if_any()
    expand.inherit(written, problems)
    problems.stop_if_any()
    expand.expand_ranges(written, read_schema(), problems)
    problems.stop_if_any()
    return written


def _check_as_written(config: Written, problems: Problems) -> None:
    """Check against the schema, then names and options, before defaults hide what was written."""
    for error in Draft202012Validator(read_schema()).iter_errors(config):
        problems.add_invalid(error)
    problems.stop_if_any()
    check_datasets.check_loaders(config, problems)
    check_collections.check_networks(config, problems)
    check_sources.check_sources(config, problems)
    check_collections.check_learners(config, problems)
    problems.stop_if_any()


def _complete(config: Written, taken: Container[str], problems: Problems) -> tuple[Config, Scale]:
    """Fill in all defaults, and check that entries fit each other; the scale is still to apply.

    Families and claims stay as written, so that problems are named by the keys the user knows.
    """
    schema = read_schema()
    expand.fill_collections(config)
    expand.fill_defaults(schema, config, schema)
    config = expand.cast_numbers(schema, config, schema)
    expand.fill_initialisers(config)
    scale: Scale = config.pop("scale")
    complete = Config(**config)
    check_settings.check_folders(complete, problems)
    check_collections.check_scale(scale, complete, problems)
    _check_complete(complete, taken, problems)
    problems.stop_if_any()
    expand.cast_figure_options(complete, schema)
    return complete, scale


def _check_complete(config: Config, taken: Container[str], problems: Problems) -> None:
    check_collections.check_architectures(config, problems)
    check_datasets.check_datasets(config, problems)
    check_collections.check_collections(config, problems)
    check_datasets.check_families(config, problems)
    check_references.check_references(config, problems)
    check_figures.check_figures(config, read_schema(), taken, problems)
    check_figures.check_targets(config, taken, problems)
    check_rankings.check_rankings(config, problems)
    check_claims.check_claims(config, problems)


def _expand(config: Config, scale: Scale, problems: Problems) -> Config:
    """Apply the scale, replace families by their parts, and check that figures fit a page."""
    check_figures.check_kinds(partitions.expand_partitions(deepcopy(config)), problems)
    expand.apply_scale(config, scale)
    config = partitions.expand_partitions(config)
    if config.published:
        config = replace(config, published=str(Path(config.published).expanduser()))
        published.keep_published(config, problems)
    config = expand.expand_claims(config)
    expand.fill_out_of_sample(config)
    parts_of_epochs.fill_extent_names(config)
    check_references.fill_references(config)
    check_figures.check_drawable(config, problems)
    check_claims.check_comparable(config, problems)
    problems.stop_if_any()
    return replace(
        config,
        results=str(Path(config.results).expanduser()),
        data=str(Path(config.data).expanduser()),
    )


@cache
def read_schema() -> dict[str, Any]:
    """The schema, shared by all callers, who must not change it."""
    return read_layers([SCHEMA_FILE])[str(SCHEMA_FILE)]
