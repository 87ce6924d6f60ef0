"""What will run: each module is named as a rule and as the script that the rule runs.

A module holds one class, built from the configuration. Its methods answer what the rule declares:
input files, parameters, threads, memory, minutes. They take Snakemake's wildcards as any object
with those attributes, and know nothing else of Snakemake. `planning` asks the same objects.
No result depends on this folder, so no edit here reruns a job.
"""
