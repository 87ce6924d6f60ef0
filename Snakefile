"""In what order do networks learn a dataset, and do they agree?

snakemake fig14                                            one figure at paper scale
snakemake demo --configfile workflow/scales/demo.yaml      the embedded demonstration
snakemake -n figures                                       what everything would take
"""

from pathlib import Path

from snakemake.utils import min_version

min_version("9.0")


# The configuration of the working directory, else that of this repository.
configfile: "config.yaml" if Path("config.yaml").exists() else f"{workflow.basedir}/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/common_figures.smk"
include: "workflow/rules/common_resources.smk"
include: "workflow/rules/datasets.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/boosting.smk"
include: "workflow/rules/predictions.smk"
include: "workflow/rules/scores.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/targets.smk"


# Here, because a target in an included file is never the default one.
rule default:
    input:
        default_outputs(),


onerror:
    print(failure_summary(log), file=sys.stderr)
