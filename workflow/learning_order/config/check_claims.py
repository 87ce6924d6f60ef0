"""What can be wrong with a claim, said before anything is trained for it."""

from learning_order.config.catalogue import MEASURES
from learning_order.config.check_figures import splits_of
from learning_order.config.check_references import check_use
from learning_order.config.comparisons import (
    compared_with_themselves,
    of_one_dataset,
    with_other_examples,
)
from learning_order.config.entries import Claim, Config
from learning_order.config.partitions import Known, families, known
from learning_order.config.parts_of_epochs import WHOLE
from learning_order.config.problems import KeyPath, Problems

CLAIMED = ("value", "at_least", "at_most")
RANGES = {  # of what is measured; bimodality has no upper bound
    "accessibility-correlation": (-1, 1),
    "accessibility-correlation-at-100": (-1, 1),
    "accuracy": (0, 1),
    "error": (0, 1),
    "largest-bimodality": (0, None),
    "smallest-bimodality": (0, None),
}


def check_claims(config: Config, problems: Problems) -> None:
    """Unknown collections and splits, and numbers that a measure does not take."""
    parts, named = families(config).collections, known(config)
    for name in config.only_claims:
        if name not in config.claims:
            problems.add_unknown(("only_claims",), "one of the claims", name, config.claims)
    for name, claim in config.claims.items():
        path = ("claims", name)
        _check_numbers(path, claim, problems)
        missing = [each for each in claim["collections"] if each not in named.collections]
        for member in missing:
            what = "one of the collections"
            problems.add_unknown((*path, "collections"), what, member, named.collections)
        if not missing:
            count = sum(len(parts.get(name, [name])) for name in claim["collections"])
            _check_count((*path, "collections"), claim, count, problems)
            _check_split((*path, "split"), claim, named, problems)
            for member in claim["collections"]:
                if (per_epoch := named.collections[member]["parts_per_epoch"]) > 1:
                    wrong = WHOLE.format(name=member, parts=per_epoch)
                    problems.add((*path, "collections"), f"{wrong}, but claims are about epochs")
        _check_reference(path, claim, config, named, problems)


def _check_numbers(path: KeyPath, claim: Claim, problems: Problems) -> None:
    measure = claim["measure"]
    claimed = [key for key in CLAIMED if key in claim]
    if MEASURES[measure].qualitative:
        for key in claimed:
            problems.add((*path, key), f"{measure} has a rule of its own and takes no number")
    elif not claimed:
        problems.add(path, f"{measure} takes a number: `value`, `at_least` or `at_most`")
    _check_possible(path, claim, claimed, problems)
    if "most_p" in claim and not measure.startswith("accessibility-correlation"):
        problems.add((*path, "most_p"), f"{measure} has no p-value")


def _check_possible(path: KeyPath, claim: Claim, claimed: list[str], problems: Problems) -> None:
    """Numbers that exclude each other, or that nothing measured can meet."""
    if "value" in claimed and len(claimed) > 1:
        problems.add((*path, "value"), f"states the number, and {claimed[1]} a bound: write one")
    if {"at_least", "at_most"} <= set(claimed) and claim["at_least"] > claim["at_most"]:
        problems.add(path, f"at_least {claim['at_least']} is above at_most {claim['at_most']}")
    least, most = RANGES.get(claim["measure"], (None, None))
    for key in claimed:
        number = claim[key]  # type: ignore[literal-required]
        if (least is not None and number < least) or (most is not None and number > most):
            what = f"from {least} to {most}" if most is not None else f"of {least} or more"
            share = f": write {number / 100:g}" if most == 1 and 1 < number <= 100 else ""
            wrong = f"{number:g} cannot be: {claim['measure']} is a number {what}{share}"
            problems.add((*path, key), wrong)


def check_comparable(config: Config, problems: Problems) -> None:
    """Claims that compare other examples, or models with themselves; with families expanded."""
    for name, claim in config.claims.items():
        path, members = ("claims", name, "collections"), claim["collections"]
        if MEASURES[claim["measure"]].least < 2:
            continue
        for wrong in compared_with_themselves(members, config):
            problems.add(path, wrong)
        if claim.get("same_examples"):
            for wrong in with_other_examples(members, config):
                problems.add(path, wrong)
        elif not of_one_dataset(members, claim["split"], config):
            datasets = dict.fromkeys(config.collections[name]["dataset"] for name in members)
            problems.add(
                path,
                f"these are of different datasets, {' and '.join(datasets)}: their examples cannot "
                "be compared one by one. If they hold the same examples in the same order, add "
                "`same_examples: true`",
            )


def _check_reference(
    path: KeyPath, claim: Claim, config: Config, named: Known, problems: Problems
) -> None:
    measure = claim["measure"]
    if not MEASURES[measure].reference:
        if "reference" in claim:
            problems.add((*path, "reference"), f"{measure} compares with no reference")
    elif "reference" not in claim:
        problems.add(path, f"{measure} needs a `reference`")
    else:
        at = (*path, "reference")
        check_use(at, claim["reference"], claim["collections"], config, named, problems)


def _check_count(path: KeyPath, claim: Claim, count: int, problems: Problems) -> None:
    """Fewer collections than the measure compares; a family counts as all its parts."""
    least = MEASURES[claim["measure"]].least
    if count < least:
        problems.add(path, f"{claim['measure']} compares at least {least} collections, not {count}")


def _check_split(path: KeyPath, claim: Claim, named: Known, problems: Problems) -> None:
    for name in claim["collections"]:
        splits = splits_of(name, named)
        if splits and claim["split"] not in splits:
            problems.add_unknown(path, f"a split of {name!r}", claim["split"], splits)
