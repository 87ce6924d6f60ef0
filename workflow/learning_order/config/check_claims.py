"""What can be wrong with a claim, said before anything is trained for it."""

from learning_order.config.catalogue import MEASURES
from learning_order.config.check_figures import splits_of
from learning_order.config.entries import Claim, Config
from learning_order.config.partitions import Known, families, known
from learning_order.config.problems import KeyPath, Problems

CLAIMED = ("value", "at_least", "at_most")


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


def _check_numbers(path: KeyPath, claim: Claim, problems: Problems) -> None:
    measure = claim["measure"]
    claimed = [key for key in CLAIMED if key in claim]
    if MEASURES[measure].qualitative:
        for key in claimed:
            problems.add((*path, key), f"{measure} has a rule of its own and takes no number")
    elif not claimed:
        problems.add(path, f"{measure} takes a number: `value`, `at_least` or `at_most`")
    if "most_p" in claim and measure != "accessibility-correlation":
        problems.add((*path, "most_p"), f"{measure} has no p-value")


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
