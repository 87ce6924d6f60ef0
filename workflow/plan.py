"""What figures and rankings would cost here; nothing is trained but some seconds to calibrate.

make plan TARGET=fig14
make plan TARGET="fig9 fig15" SCALE=laptop
make plan TARGET=st-vgg-birds-page CONFIG=mine.yaml
python workflow/plan.py figures --configfile workflow/scales/stand-ins.yaml --no-calibrate
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from learning_order.config import Config, merge_layers, resolve
from learning_order.config.files import read_layers
from learning_order.planning import report
from learning_order.planning.estimate import Estimator
from learning_order.planning.pilot import lines_of, pilots_of, resized
from learning_order.planning.rates import Store, case_of, rates_of
from learning_order.planning.sizes import size_of
from learning_order.planning.work import collections_needed, needs_of, together, trained
from learning_order.runtime.errors import ExplainedError

SOURCE = Path(__file__).resolve().parents[1]
# About the machine, whatever folder of results a configuration names.
CALIBRATION = Path("results/calibration")


def main() -> None:
    sys.path.append(os.getcwd())  # where networks of the user's own are
    arguments = parse()
    try:
        plan(arguments.configfile, arguments.targets, arguments.calibrate)
    except ExplainedError as error:
        sys.exit(str(error))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("targets", nargs="+", metavar="TARGET", help="what snakemake would be told")
    parser.add_argument("--configfile", nargs="+", default=[], help="overlays on config.yaml")
    parser.add_argument("--calibrate", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


def configuration(overlays: list[str]) -> Config:
    """The resolved configuration, of the same files as in the Snakefile."""
    base = "config.yaml" if Path("config.yaml").exists() else SOURCE / "config.yaml"
    layers = read_layers([base, *overlays])
    return resolve(merge_layers(layers.values()), layers)


def plan(overlays: list[str], targets: list[str], calibrate: bool) -> None:
    """Print the plan; ExplainedError for a target that there is not."""
    config = configuration(overlays)
    needs = needs_of(config, targets)
    total = together("total", needs)
    sizes = {dataset: size_of(config, dataset) for dataset in total.datasets}

    from learning_order.planning import calibration  # loads torch: once all names are known

    device = calibration.device_here(config.device)
    store = Store(CALIBRATION, device.name)

    def measure(architecture, size, dataset) -> float:
        print(f"calibrating {case_of(architecture, size)}", file=sys.stderr)
        return calibration.images_per_second(architecture, size, dataset, device.kind)

    rates = rates_of(config, total, sizes, device, store, measure if calibrate else None)
    estimator = Estimator(config, sizes, rates)
    done = trained(config, total.models)
    lines = [report.line_of(need, done, estimator) for need in [*needs, total]]
    print(f"Plan of {' '.join(targets)} on {device.name}\n")
    print(report.table(lines, device), end="\n\n")
    print(*report.notes(config, lines, rates, device, overlays), sep="\n")
    for pilot in pilots_of(config, collections_needed(config, targets)):
        print()
        print(*lines_of(pilot, hours_of(config, pilot.collection, estimator)), sep="\n")
    if store.file.exists():
        print(f"Rates measured on this device are kept in {store.file}.")


def hours_of(config: Config, collection: str, estimator: Estimator) -> Callable[[int], str]:
    """What that many networks of the collection would take, as the plan says it.

    A dash for what takes no training, as it was made elsewhere or is published.
    """

    def hours(models: int) -> str:
        wanted = resized(config, collection, models)
        return report.hours(estimator.training(wanted)) if wanted else "–"

    return hours


if __name__ == "__main__":
    main()
