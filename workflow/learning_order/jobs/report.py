"""What the first page of the report says of the run: its template sees nothing else."""

import platform
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from learning_order.config import Config
from learning_order.jobs.paths import Paths

SOFTWARE = (
    *("snakemake", "torch", "torchvision", "numpy", "scipy", "scikit-learn", "pandas"),
    *("pyarrow", "matplotlib", "seaborn"),
)


def report_facts(config: Config, files: Iterable[str], values: Mapping[str, object]) -> dict:
    """files: of the configuration, base first; values: those of `--config`."""
    return {
        "software": {
            "Python": platform.python_version(),
            **{name: _version(name) for name in SOFTWARE},
        },
        "settings": [
            *(Path(file).name for file in files),
            *(f"{key}={value}" for key, value in values.items()),
        ],
        "stamp": config.stamp,
        "folder": Paths(config.results).figures,
        "figures": list(config.figures),
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "in the jobs' own environment"
