"""What a user asks for by name: each figure, several of them, or all."""

from snakemake.cli import get_argument_parser

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
        explained(TARGETS.built),


rule figures:
    input:
        TARGETS.all_figures(),
    message:
        f"All figures are in {PATHS.figures}{TARGETS.left_out()}"


if not is_module:

    # Matches where nothing else does: a name that is no target, without a dot, unlike files.
    rule no_such_target:
        input:
            explained(TARGETS.missing),
        output:
            "{target}",
        log:
            PATHS.log("no-such-target", "{target}"),
        wildcard_constraints:
            target=r"[A-Za-z0-9][A-Za-z0-9_-]*",
        conda:
            ENVIRONMENT
        message:
            "There is no target {wildcards.target}"
        shell:
            "false"

    if workflow.is_main_process:
        explained(TARGETS.check_files)(sys.argv[1:], workflow.rules, get_argument_parser)
