"""A plan in words: a line a figure, the total, and what the numbers leave out."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from learning_order.config import Config
from learning_order.jobs import estimates
from learning_order.planning.estimate import Cost, Estimator
from learning_order.planning.rates import Case, Device, Rate
from learning_order.planning.work import Need, TrainedModel


class Line(NamedTuple):
    """What a figure or collection costs in all, and what of it is left to do."""

    name: str
    whole: Cost
    left: Cost


def line_of(need: Need, done: Set[TrainedModel], estimator: Estimator) -> Line:
    """The line of a need, of whose models some may be done."""
    whole = estimator.training(need.models) + estimator.datasets(need.datasets)
    return Line(need.name, whole, estimator.training(need.models - done))


def table(lines: Sequence[Line], device: Device) -> str:
    """The lines in columns, the total below a rule."""
    whole = [line.whole for line in lines]
    columns = {
        "": [line.name for line in lines],
        "models": [f"{each.models:,}" for each in whole],
        "done": [f"{line.whole.models - line.left.models:,}" for line in lines],
        "network-epochs": [f"{each.epochs:,.0f}" for each in whole],
        "images": [_known(each, each.images, _short(each.images)) for each in whole],
        **_hours(lines, device),
        "disk": [_known(each, each.bytes, f"{_short(each.bytes)}B") for each in whole],
    }
    widths = [max(map(len, [heading, *cells])) for heading, cells in columns.items()]
    rows = [_row(cells, widths) for cells in zip(*columns.values(), strict=True)]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([_row(columns, widths), *rows[:-1], rule, rows[-1]])


def _row(cells, widths: Sequence[int]) -> str:
    name, *numbers = cells
    aligned = [number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)]
    return "  ".join([name.ljust(widths[0]), *aligned])


def _hours(lines: Sequence[Line], device: Device) -> dict[str, list[str]]:
    """Hours of the device, and beside those of a GPU the CPU's, where anything is boosted."""

    def column(*names: str, left: bool = False) -> list[str]:
        costs = [line.left if left else line.whole for line in lines]
        seconds = [sum(getattr(each, name) for name in names) for each in costs]
        return [
            _known(each, spent, _number(spent / 3600))
            for each, spent in zip(costs, seconds, strict=True)
        ]

    if device.kind == "cpu":
        both = ("seconds", "boosting_seconds")
        return {"CPU-hours": column(*both), "left": column(*both, left=True)}
    hours = {"GPU-hours": column("seconds"), "left": column("seconds", left=True)}
    if any(line.whole.boosting_seconds for line in lines):
        hours["CPU-hours"] = column("boosting_seconds")
    return hours


def hours(cost: Cost) -> str:
    """Hours of all devices together, as a plan says them."""
    spent = cost.seconds + cost.boosting_seconds
    return _known(cost, spent, _number(spent / 3600))


def _known(of: Cost, value: float, said: str) -> str:
    """The value as it is said, where it holds all of the cost."""
    if not of.unknown:
        return said
    return f"≥ {said}" if value else "unknown"


def _number(value: float) -> str:
    """Two digits that say something, and no more than are known."""
    if 0 < value < 0.01:
        return "< 0.01"
    return f"{value:,.0f}" if value >= 10 or not value else f"{value:.2g}"


def _short(value: float) -> str:
    """A count with the unit of thousands that leaves one to three digits: 450 M."""
    for unit in ("", "k", "M", "G", "T"):
        if value < 999.5 or unit == "T":
            break
        value /= 1000
    return f"{_number(value)} {unit}"


def notes(
    config: Config,
    lines: Sequence[Line],
    rates: Mapping[Case, Rate],
    device: Device,
    overlays: Sequence[str] = (),
) -> Iterator[str]:
    """What is to be known of the numbers, a sentence or two each.

    overlays: the files that the configuration was read from, but for config.yaml.
    """
    *parts, total = lines
    yield "Models are trained from scratch, one an extent unless one run records all extents."
    if sum(part.whole.models for part in parts) > total.whole.models:
        yield "The total counts once what several lines share."
    if total.left.models < total.whole.models:
        yield "Done: predictions are there; `snakemake -n` says whether a change trains them again."
    if device.kind == "cpu":
        yield "CPU-hours are those of one core; a job takes one, and jobs run side by side."
    yield "Hours leave out starting jobs, preparing data, scoring and drawing."
    yield from _guesses(rates)
    streamed = {dataset for dataset, _ in rates if config.datasets[dataset].get("stream")}
    for dataset in sorted(streamed):
        decoded = estimates.DECODED_PER_SECOND * max(config.workers, 1)
        yield f"{dataset} is streamed: {config.workers} workers decode some {decoded} images/s."
    of_files = " ".join(["", "--configfile", *overlays]) if overlays else ""
    for dataset in sorted(total.whole.unknown):
        facts = f"{config.results}/datasets/{dataset}/dataset.json"
        yield (
            f"{dataset}: of unknown size, counted as nothing; "
            f"`snakemake {facts}{of_files}` prepares it."
        )


def _guesses(rates: Mapping[Case, Rate]) -> Iterator[str]:
    """Which rates are the configuration's, and why, a sentence a reason."""
    architectures: dict[str, list[str]] = {}
    for (_, architecture), rate in rates.items():
        if rate.fallback:
            architectures.setdefault(rate.fallback, []).append(architecture)
    for reason, names in architectures.items():
        of = ", ".join(dict.fromkeys(names))
        yield f"A guess by `images_per_second` of the configuration, as {reason}: {of}."
