"""What prediction files were made of, compared before their models are taken for one collection."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from learning_order.predictions.reading import PredictionsError, read_metadata
from learning_order.runtime.seal import check_whole

CURE = "delete it, and its models are trained again"
MADE_OF = ("dataset", "dataset_hash", "architecture", "protocol", "parts_per_epoch", "recipe")
FOUND_OUT = ("compiled",)  # by the job, where the recipe asks for it


def check_origin(paths: Iterable[Path | str], expected: Mapping[str, Any]) -> None:
    """PredictionsError unless all files were made of the same, and of what is expected.

    Damaged where one of them is not as it was written.

    expected: what the configuration says, by the keys of MADE_OF; what it or a file leaves out is
    not compared, except that extents count whole epochs where there are no `parts_per_epoch`, and
    that recipes do not compile. Whether steps were `compiled` is compared between files. The
    message names file, key and both values.
    """
    said = _flat(json.loads(json.dumps(dict(expected)))) if expected else ()
    known = {key: (value, "") for key, value in said}
    for path in paths:
        check_whole(path, CURE)
        for key, value in _flat(_metadata(Path(path))):
            wanted, elsewhere = known.setdefault(key, (value, str(path)))
            if value != wanted:
                raise PredictionsError(
                    f"{path}: made with {key} {value!r}, but {elsewhere or 'the configuration'} "
                    f"has {wanted!r}. Delete {_wrong(str(path), elsewhere)}, and its models are "
                    "trained again; or put the configuration back"
                )


def _metadata(path: Path) -> Mapping[str, Any]:
    """Those of a file that may have no seal, and still be damaged."""
    try:
        found = read_metadata(path)
    except (OSError, ValueError) as error:
        raise PredictionsError(f"{path} is damaged ({error}); {CURE}") from error
    if not isinstance(found, dict):
        raise PredictionsError(f"{path}: its metadata are no mapping; {CURE}")
    return found


def _wrong(path: str, elsewhere: str) -> str:
    return f"the one that is wrong of {elsewhere} and {path}" if elsewhere else "the file"


def _flat(metadata: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Key and value, the recipe field by field."""
    for key in (*MADE_OF, *FOUND_OUT):
        value = metadata.get(key, 1 if key == "parts_per_epoch" else None)
        if isinstance(value, dict):
            value = {"compile": False, **value}  # as recipes leave out
            yield from ((f"{key}.{name}", part) for name, part in value.items())
        elif value is not None:
            yield key, value
