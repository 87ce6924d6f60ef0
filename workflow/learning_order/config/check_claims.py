"""What can be wrong with a claim, said before anything is trained for it."""

from learning_order.config.catalogue import MEASURES
from learning_order.config.check_figures import splits_of
from learning_order.config.expand import families, with_parts
from learning_order.config.problems import Problems

CLAIMED = ("value", "at_least", "at_most")


def check_claims(config: dict, problems: Problems) -> None:
    """Claims about what there is not, or with other numbers than their measure takes."""
    known = {section: with_parts(config, section) for section in ("collections", "datasets")}
    for name, claim in config["claims"].items():
        path = ("claims", name)
        _check_numbers(path, claim, problems)
        missing = [each for each in claim["collections"] if each not in known["collections"]]
        for member in missing:
            what = "one of the collections"
            problems.add_unknown((*path, "collections"), what, member, known["collections"])
        if not missing:
            _check_members(config, known, path, claim, problems)


def _check_numbers(path: tuple, claim: dict, problems: Problems) -> None:
    measure = claim["measure"]
    claimed = [key for key in CLAIMED if key in claim]
    if MEASURES[measure].qualitative:
        for key in claimed:
            problems.add((*path, key), f"{measure} has a rule of its own and takes no number")
    elif not claimed:
        problems.add(path, f"{measure} takes a number: `value`, `at_least` or `at_most`")
    if "most_p" in claim and measure != "accessibility-correlation":
        problems.add((*path, "most_p"), f"{measure} has no p")


def _check_members(config: dict, known: dict, path: tuple, claim: dict, problems: Problems) -> None:
    measure, parts = MEASURES[claim["measure"]], families(config)["collections"]
    count = sum(len(parts.get(name, [name])) for name in claim["collections"])
    if count < measure.least:
        least = f"at least {measure.least} collections"
        problems.add((*path, "collections"), f"{claim['measure']} is about {least}, not {count}")
    for name in claim["collections"]:
        splits = splits_of(name, known)
        if splits and claim["split"] not in splits:
            problems.add_unknown((*path, "split"), f"a split of {name!r}", claim["split"], splits)
