"""In what order do networks learn a dataset, and do they agree?

snakemake fig14                                            one figure at paper scale
snakemake demo --configfile workflow/scales/demo.yaml      the embedded demonstration
snakemake -n figures                                       what everything would take
"""

from pathlib import Path


# The configuration of the working directory, else that of this repository.
configfile: "config.yaml" if Path("config.yaml").exists() else f"{workflow.basedir}/config.yaml"


include: "workflow/Snakefile"


# Here, because a target in an included file is never the default one.
rule default:
    input:
        TARGETS.default(),
