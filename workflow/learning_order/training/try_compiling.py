"""Whether the steps of a recipe can be compiled on this machine, by trying."""

from collections.abc import Callable
from dataclasses import replace

from learning_order.training.data import Data
from learning_order.training.device_errors import explained, first_line, is_short_of_memory
from learning_order.training.model import Model
from learning_order.training.random_streams import SNAPSHOTS
from learning_order.training.recipe import Builder, Recipe


def compiled_or_not(
    recipe: Recipe, builder: Builder, data: Data, say: Callable[[str], None]
) -> tuple[Recipe, str]:
    """The recipe, and why its steps cannot be compiled here; "" if they can.

    Takes a step of every size of batch. If one fails, for want of a compiler or as torch cannot
    compile the network as a whole, the recipe comes back without `compile`. say hears which.
    """
    if not recipe.compile:
        return recipe, ""
    examples = len(data.labels["train"])
    sizes = {min(recipe.batch_size, examples), examples % recipe.batch_size or recipe.batch_size}
    try:
        for size in sorted(sizes):
            model = Model(replace(recipe, batch_size=size), builder, data, 0, SNAPSHOTS)
            model.compute_step(*next(iter(model.begin_epoch())))
    except Exception as error:  # compilers fail in many ways
        if is_short_of_memory(error):
            raise explained(error, data.device) from error
        why = first_line(error)
        say(f"steps are not compiled, as that fails here: {why}")
        return replace(recipe, compile=False), why
    say("steps are compiled, as the recipe asks")
    return recipe, ""
