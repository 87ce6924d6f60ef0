"""In what order do networks learn a dataset, and do they agree?

The data flows one way: datasets → training → predictions → scores → figures.
Nothing in this package knows Snakemake; the rules and scripts beside it do.
"""
