"""How much longer planning takes than for a plain workflow of as many jobs in the same shape.

    python benchmarks/planning.py                          all figures of the paper, and one of them
    python benchmarks/planning.py --rounds 7 --figure fig8b

Both are dry runs in a folder without results. The plain workflow has the same rules, as many jobs
of each, and as many inputs and outputs of each job in the same graph, but neither parameters nor
resources; its input functions look the files up. A figure alone is held against the start of
Snakemake with a single rule: bare, and with a profile, this config.yaml and a script, which take
Snakemake a while to read. Runs take turns; CPU seconds of the fastest count.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from subprocess import DEVNULL, run

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow"))

from learning_order.config import merge_layers, resolve
from learning_order.config.files import read_layers
from learning_order.jobs.draw_figure import DrawFigure
from learning_order.jobs.score_collection import ScoreCollection
from learning_order.jobs.targets import Targets
from learning_order.jobs.train import Train

RULE = """
rule {name}:
    input:
        lambda wildcards: INPUTS["{name}"][int(wildcards.number)],
    output:
        expand("{name}/{{{{number}}}}.{{part}}", part=range({outputs})),
    log:
        "logs/{name}/{{number}}.log",
    shell:
        "touch {{output}}"
"""
START = 'rule all:\n    output:\n        "done",\n    shell:\n        "touch {output}"\n'
USUAL_START = """
configfile: "config.yaml"

rule all:
    output:
        "done",
    script:
        "all.py"
"""


class Named:
    """Wildcards."""

    def __init__(self, **names):
        self.__dict__.update(names)


class Shape:
    """The graph of jobs: rule → the inputs of each job, as file names of the plain workflow."""

    def __init__(self):
        self.inputs = defaultdict(list)
        self.outputs = {}
        self.places = {}  # file of ours → file of the plain workflow

    def add(self, rule: str, inputs: list[str], outputs: list[str]) -> None:
        number = len(self.inputs[rule])
        self.outputs[rule] = len(outputs)
        self.inputs[rule].append([self.places[file] for file in inputs])
        for part, file in enumerate(outputs):
            self.places[file] = f"{rule}/{number}.{part}"

    def write(self, folder: Path, targets: list[str]) -> None:
        (folder / "inputs.json").write_text(json.dumps(self.inputs))
        wanted = [self.places[file] for file in targets]
        rules = [RULE.format(name=name, outputs=count) for name, count in self.outputs.items()]
        head = 'import json\n\nINPUTS = json.load(open("inputs.json"))\n'
        whole = f"\nrule all:\n    input:\n        {wanted!r},\n"
        (folder / "Snakefile").write_text(head + whole + "".join(rules))


def shape_of(config) -> tuple[Shape, list[str]]:
    """The jobs of all figures, and the files that they end in."""
    train, score, draw = Train(config), ScoreCollection(config), DrawFigure(config)
    targets, paths, shape = Targets(config), train.paths, Shape()
    figures = [Named(figure=name) for name in config.figures]
    tables = {path for each in figures for path in draw.tables(each)}
    collections = list(dict.fromkeys(Path(path).parent.name for path in sorted(tables)))
    blocks = {
        file: name for name in collections for file in score.predictions(Named(collection=name))
    }
    used = {path for each in figures for path in draw.datasets(each)}
    names = {config.collections[name]["dataset"] for name in blocks.values()}
    names |= {Path(path).parent.name for path in used}
    for name in sorted({other for each in names for other in train.shown(each)}):
        shape.add("prepare_dataset", [], [paths.facts(name), *paths.arrays(name)])
    for file, name in blocks.items():
        entry = config.collections[name]
        shown = train.shown(entry["dataset"])
        rule = "boost" if entry["architecture"] in config.boosting else "train"
        facts = [path for each in shown for path in [paths.facts(each), *paths.arrays(each)]]
        shape.add(rule, facts, [file])
    for name in collections:
        outputs = [path.format(collection=name) for path in score.tables().values()]
        shape.add("score_collection", score.predictions(Named(collection=name)), outputs)
    for each in figures:
        files = targets.figure(each.figure)
        shape.add("draw_figure", [*draw.tables(each), *draw.datasets(each)], files[:3])
        shape.add("write_caption", [*draw.caption_tables(each)], files[3:])
    return shape, targets.all_figures()


def write_usual_start(folder: Path) -> None:
    """A workflow of one rule with a profile, a configuration as long as ours, and a script."""
    (folder / "Snakefile").write_text(USUAL_START)
    (folder / "all.py").touch()
    (folder / "config.yaml").write_bytes((ROOT / "config.yaml").read_bytes())
    (folder / "profile").mkdir()
    (folder / "profile" / "config.yaml").write_text("keep-going: true\n")


def cpu_seconds(command: list[str], folder: Path) -> float:
    """User and system time of a process and what it starts."""
    before = os.times()
    run(command, cwd=folder, stdout=DEVNULL, stderr=DEVNULL, check=True)
    after = os.times()
    spent = (
        after.children_user - before.children_user,
        after.children_system - before.children_system,
    )
    return sum(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--figure", default="fig14")
    arguments = parser.parse_args()
    layers = read_layers([ROOT / "config.yaml"])
    config = resolve(merge_layers(layers.values()), layers)
    shape, targets = shape_of(config)
    dry = [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "1"]
    ours = [*dry, "--snakefile", str(ROOT / "Snakefile")]
    ours += ["--workflow-profile", str(ROOT / "profiles/default")]
    with tempfile.TemporaryDirectory() as name:
        here, plain, start, usual = (
            Path(name, each) for each in ("ours", "plain", "start", "usual")
        )
        for folder in (here, plain, start, usual):
            folder.mkdir()
        shape.write(plain, targets)
        (start / "Snakefile").write_text(START)
        write_usual_start(usual)
        figure = ([*ours, "--", arguments.figure], here)
        with_profile = [*dry, "--workflow-profile", "profile"]
        cases = {
            "all figures": [([*ours, "--", "figures"], here), (dry, plain)],
            arguments.figure: [figure, (dry, start), (with_profile, usual)],
        }
        jobs = sum(map(len, shape.inputs.values()))
        print(f"{jobs} jobs: { {rule: len(each) for rule, each in shape.inputs.items()} }")
        for case, runs in cases.items():
            rounds = [[cpu_seconds(*each) for each in runs] for _ in range(arguments.rounds)]
            mine, *others = map(min, zip(*rounds, strict=True))
            ratios = ", ".join(f"{mine / other:.2f} times {other:.2f} s" for other in others)
            print(f"{case}: {mine:.2f} s, {ratios}")


if __name__ == "__main__":
    main()
