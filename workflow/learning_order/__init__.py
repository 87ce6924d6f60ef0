"""In what order do networks learn a dataset, and do they agree?

The data flows one way: datasets → training → predictions → tables → figures.
Nothing in this package knows Snakemake; the rules and scripts beside it do.
`learning_order.Recorder` records the predictions of a model in a training loop of your own.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learning_order.predictions.recorder import Recorder, RecorderError

__all__ = ["Recorder", "RecorderError"]


def __getattr__(name: str) -> Any:
    """What stands in __all__, imported when it is asked for: most users need only one part."""
    if name in __all__:
        from learning_order.predictions import recorder

        return getattr(recorder, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
