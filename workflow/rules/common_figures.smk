"""What the rules of figures, claims and targets share."""

import platform
from importlib import metadata

from learning_order.config.catalogue import KINDS, MEASURES
from learning_order.config.entries import collections_of
from learning_order.figures import module_of

# Figures


def kind_of(figure):
    return KINDS[CONFIG.figures[figure]["kind"]]


def figure_tables(wildcards):
    tables = ("summary", *kind_of(wildcards.figure).tables)
    collections = collections_of(CONFIG.figures[wildcards.figure])
    return [f"{SCORES}/{name}/{table}.parquet" for name in collections for table in tables]


def caption_tables(wildcards):
    """A caption counts models and examples; only the summary has to be read for that."""
    collections = collections_of(CONFIG.figures[wildcards.figure])
    return [f"{SCORES}/{name}/summary.parquet" for name in collections]


def figure_datasets(wildcards):
    """What is drawn of datasets, or of those of the collections as far as they are known here."""
    figure, kind = CONFIG.figures[wildcards.figure], kind_of(wildcards.figure)
    datasets = figure.get("datasets", [])
    if kind.images or kind.classes:
        named = {CONFIG.collections[name]["dataset"] for name in collections_of(figure)}
        datasets = sorted(named & CONFIG.datasets.keys())
    return [f"{DATASETS}/{name}/dataset.json" for name in datasets]


def caption_datasets(wildcards):
    datasets = CONFIG.figures[wildcards.figure].get("datasets", [])
    return [f"{DATASETS}/{name}/dataset.json" for name in datasets]


def figure_code(wildcards):
    return code_of("draw_figure", module_of(CONFIG.figures[wildcards.figure]["kind"]))


def figure_entry(wildcards):
    """What of the figure's entry is drawn."""
    entry = CONFIG.figures[wildcards.figure]
    return {key: value for key, value in entry.items() if key not in ("caption", "section")}


def caption_entry(wildcards):
    """The same, with the split that is drawn where none is chosen."""
    entry, kind = figure_entry(wildcards), kind_of(wildcards.figure)
    drawn = {"split": kind.split} if kind.split else {}
    return {**entry, "options": {**drawn, **entry["options"]}}


def figure_sources(wildcards):
    """What the drawn collections are views of."""
    return sources_of(CONFIG.figures[wildcards.figure])


def sources_of(entry):
    """What the collections of a figure or claim are views of."""
    sources = {}
    for name in collections_of(entry):
        collection = CONFIG.collections[name]
        boosted = "predictions" not in collection and collection["architecture"] in CONFIG.boosting
        sources[name] = {
            "dataset": collection["dataset"],
            "architecture": collection["architecture"],
            "protocol": "boosted" if boosted else collection["protocol"],
        }
    return sources


def figure_remarks(wildcards):
    return remarks_on(CONFIG.figures[wildcards.figure])


def remarks_on(entry):
    """What a figure or claim itself has to say of stand-ins."""
    remarks = [CONFIG.stamp] if CONFIG.stamp else []
    for name in collections_of(entry):
        collection = CONFIG.collections[name]
        if "stand_in_for" in collection:
            what = f"{collection['architecture']} on {collection['dataset']}"
            remarks.append(f"{what} stands in for {collection['stand_in_for']}")
    splits = entry.get("options", {}).get("splits", [])
    for name in [*entry.get("datasets", []), *splits]:
        if stand_in_for := CONFIG.datasets.get(name, {}).get("stand_in_for"):
            remarks.append(f"{name} stands in for {stand_in_for}")
    return list(dict.fromkeys(remarks))


def figure_caption(wildcards):
    return CONFIG.figures[wildcards.figure]["caption"]


def figure_section(wildcards):
    return CONFIG.figures[wildcards.figure]["section"]


def figure_labels(wildcards):
    """How the report lists a figure; numbers of two digits are in order there.

    A single label: the report takes a second one that has two values for a switch.
    """
    number = re.sub(r"\d+", lambda digits: digits[0].zfill(2), wildcards.figure, count=1)
    return {"figure": f"{number} ({CONFIG.figures[wildcards.figure]['kind']})"}


# Claims


def claims_entries(wildcards):
    """Each claim with what its collections are views of, and what they stand in for."""
    return {
        name: (claim, sources_of(claim), remarks_on(claim)) for name, claim in CONFIG.claims.items()
    }


def claims_tables(wildcards):
    """Scores that there are already, and those of all figures that are asked for beside the claims.

    So asking for the claims alone trains nothing new: what was not run is said to be not run.
    """
    wanted = requested_collections()
    return [
        f"{SCORES}/{name}/{table}.parquet"
        for name, tables in tables_of_claims().items()
        if name in wanted or Path(f"{SCORES}/{name}/summary.parquet").exists()
        for table in tables
    ]


def tables_of_claims():
    """Collection → the score tables that claims about it read."""
    tables = {}
    for claim in CONFIG.claims.values():
        for name in collections_of(claim):
            read = tables.setdefault(name, ["summary"])
            read += {MEASURES[claim["measure"]].table} - set(read)
    return tables


def requested_collections():
    """The collections of the figures that this call asks for by name; with all figures, all."""
    names = set(workflow.dag_settings.targets)
    if "figures" in names:
        return set(CONFIG.collections)
    members = [figure for name in names for figure in CONFIG.targets.get(name, [name])]
    entries = [CONFIG.figures[figure] for figure in members if figure in CONFIG.figures]
    return {name for entry in entries for name in collections_of(entry)}


# Report

SOFTWARE = [
    *("snakemake", "torch", "torchvision", "numpy", "scipy", "scikit-learn", "pandas"),
    *("pyarrow", "matplotlib", "seaborn"),
]


def version_of(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "in the jobs' own environment"


def settings_in_words():
    """The configuration that the report is of: names of files, and values of `--config`."""
    names = [Path(file).name for file in configuration_files()]
    values = [f"{key}={value}" for key, value in workflow.config_settings.config.items()]
    return [*names, *values]


# The first page of the report is a template that sees the configuration, and nothing else.
config["report"] = {
    "software": {
        "Python": platform.python_version(),
        **{name: version_of(name) for name in SOFTWARE},
    },
    "settings": settings_in_words(),
    "stamp": CONFIG.stamp,
    "folder": FIGURES,
    "figures": list(CONFIG.figures),
}


# Targets


def figure_outputs(figure):
    return [f"{FIGURES}/{figure}.{suffix}" for suffix in ("png", "pdf", "csv", "txt")]


def default_outputs():
    """What a plain `snakemake` makes: the demonstration, or all figures where there is none."""
    return figure_outputs("demo") if "demo" in CONFIG.figures else all_figures()


def all_figures():
    return outputs_of(CONFIG.figures)


def outputs_of(figures):
    return [file for figure in figures for file in figure_outputs(figure)]


def built_outputs(wildcards):
    """What there is for a report: figures that were drawn, and the claims if they were measured."""
    built = [
        figure for figure in CONFIG.figures if all(map(os.path.exists, figure_outputs(figure)))
    ]
    claims = [f"{RESULTS}/claims.csv", f"{RESULTS}/claims.html"]
    found = outputs_of(built) + (claims if all(map(os.path.exists, claims)) else [])
    if not found:
        raise WorkflowError(
            f"There is no figure in {FIGURES} to report on: draw some first, such as "
            "`snakemake fig15`, with the same --configfile"
        )
    return found
