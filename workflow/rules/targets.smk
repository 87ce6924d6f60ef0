"""What a user asks for by name: each figure, several of them, or all."""

from learning_order.jobs.targets import Targets

TARGETS = Targets(CONFIG)

for figure in CONFIG.figures:

    rule:
        name:
            figure
        input:
            TARGETS.figure(figure),


for target, members in CONFIG.targets.items():

    rule:
        name:
            target
        input:
            TARGETS.figures(members),


# For `make report`: what is there, and nothing else.
rule built:
    input:
        TARGETS.built,


rule figures:
    input:
        TARGETS.all_figures(),
    message:
        f"All figures are in {PATHS.figures}"
