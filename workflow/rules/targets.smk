"""What a user asks for by name: each figure, or all of them."""

for figure in CONFIG.figures:

    rule:
        name:
            figure
        input:
            figure_outputs(figure),


rule figures:
    input:
        all_figures(),
    message:
        f"All figures are in {FIGURES}"
