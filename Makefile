# make demo    set up, then the main job on bundled real data: one figure, in minutes
# make test    set up, then the checks of the code and the whole test suite
# make quick   the tests of single modules alone, in some two minutes: for the inner loop
# make test-slurm  the tests on a real Slurm, started on this machine for them
# make wrong-labels IMAGES=/data/birds  rank the images {class}/* of a folder, those first whose labels
#              are probably wrong, and show them in one HTML file
# make report  one HTML file of all figures and claims that are there; SCALE=smoke, laptop, …
#              for those of an overlay, CONFIG=mine.yaml for those of your own
# make reproduction  draw and measure again what the predictions in published/ show, and write
#              docs/reproduction.md and the table in README.md from it; nothing is trained
# make publish FROM=results/workstation  add the finished runs of a folder to published/, then that
# make plan    what figures or rankings would cost here, such as TARGET=fig14, TARGET=figures or
#              TARGET=st-vgg-birds-page: models, hours, disk, and what is done; SCALE and CONFIG as above
# make smoke   every figure on miniature data, in some minutes
# make lint    the checks of the code alone
# make format  write the code the way the checks want it

PYTHON ?= python3
BIN := .venv/bin
SNAKEMAKE := $(BIN)/snakemake
SOURCES := workflow tests benchmarks

.PHONY: demo wrong-labels test quick test-slurm report reproduction publish plan smoke lint format
.DEFAULT_GOAL := demo

# One stamp a set of requirements: set-up that was done is not done again.
.venv/run.stamp: envs/requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.x")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -r $<
	touch $@

.venv/dev.stamp: envs/requirements-dev.txt .venv/run.stamp
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r $<
	touch $@

demo: .venv/run.stamp
	$(SNAKEMAKE) --configfile workflow/scales/demo.yaml -- demo fully-connected-digits-page
	@echo
	@echo "The picture:   results/figures/demo.png (and .pdf, its data .csv, its caption .txt)"
	@echo "The examples:  results/ranking/fully-connected-digits.html, those first whose labels are in doubt"
	@echo "Try next:      source .venv/bin/activate"
	@echo "               snakemake -n fig15                                          what the paper's figure would run"
	@echo "               snakemake fig15 --configfile workflow/scales/laptop.yaml    the same figure, small"
	@echo "               README.md                                                   your own data and networks"

# Through JSON, as a folder may have quotes in its name.
ROOT_OF_IMAGES := import json, os; \
    print(json.dumps({"images": {"root": os.path.realpath(os.environ["IMAGES"])}}))

wrong-labels: .venv/run.stamp
	@test -d "$$IMAGES" || { echo "Say which folder holds a folder of images for each class: make wrong-labels IMAGES=/data/birds"; exit 2; }
	$(SNAKEMAKE) --configfile workflow/scales/images.yaml \
	    --config "datasets=$$($(PYTHON) -c '$(ROOT_OF_IMAGES)')" -- images-page images-ranking
	@echo "The images, those first whose labels are probably wrong: results/images/ranking/images.html"
	@echo "The same as a table, with the path of each:              results/images/ranking/images.csv"

PYTEST := $(BIN)/python -m pytest --dist loadscope --no-loadscope-reorder
# Three at once on two cores: one of them mostly waits for Slurm.
test: lint
	$(PYTEST) --numprocesses 3

quick: .venv/dev.stamp
	$(PYTEST) --numprocesses 2 -m "not slow"

test-slurm: .venv/dev.stamp
	$(BIN)/python -m pytest -rs tests/machines/test_slurm.py

# Overlays of this repository, then one's own: CONFIG="mine.yaml more.yaml".
OVERLAYS = $(SCALE:%=workflow/scales/%.yaml) $(CONFIG)
CONFIGFILES = $(if $(strip $(OVERLAYS)),--configfile $(OVERLAYS))

EMPTY :=
SPACE := $(EMPTY) $(EMPTY)
REPORT := results/report$(subst $(SPACE),,$(SCALE:%=-%)$(patsubst %,-%,$(basename $(notdir $(CONFIG))))).html
report: .venv/run.stamp
	$(SNAKEMAKE) $(CONFIGFILES) --report $(REPORT) -- built
	@echo "The report: $(REPORT)"

reproduction: .venv/run.stamp
	$(SNAKEMAKE) --configfile workflow/scales/published.yaml -- figures claims reproduction
	$(BIN)/python workflow/publish.py --pages results/published/reproduction

publish: .venv/run.stamp
	@test -d "$$FROM" || { echo "Say which folder holds finished runs: make publish FROM=results/workstation"; exit 2; }
	$(BIN)/python workflow/publish.py "$$FROM"
	$(MAKE) reproduction

TARGET ?= figures
plan: .venv/run.stamp
	@$(BIN)/python workflow/plan.py $(TARGET) $(CONFIGFILES)

smoke: .venv/dev.stamp
	$(BIN)/python tests/support/miniatures data/miniatures
	$(SNAKEMAKE) --configfile workflow/scales/smoke.yaml -- figures claims

lint: .venv/dev.stamp
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow/Snakefile workflow/rules
	$(SNAKEMAKE) --lint

format: .venv/dev.stamp
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/snakefmt Snakefile workflow/Snakefile workflow/rules
