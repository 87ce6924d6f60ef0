"""What a user asks for by name: each figure, or all of them."""


def outputs_of(figure):
    return [f"{FIGURES}/{figure}.{suffix}" for suffix in ("png", "pdf", "csv", "txt")]


for figure in CONFIG.figures:

    rule:
        name:
            figure
        default_target: figure == "demo"
        input:
            outputs_of(figure),


rule figures:
    input:
        [file for figure in CONFIG.figures for file in outputs_of(figure)],
    message:
        "All figures are in " + FIGURES
