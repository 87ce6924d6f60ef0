"""What a user asks for by name: each figure, several of them, or all."""

for figure in CONFIG.figures:

    rule:
        name:
            figure
        input:
            figure_outputs(figure),


for target, members in CONFIG.targets.items():

    rule:
        name:
            target
        input:
            outputs_of(members),


# For `make report`: what is there, and nothing else.
rule built:
    input:
        built_outputs,


rule figures:
    input:
        all_figures(),
    message:
        f"All figures are in {FIGURES}"
