# make check runs everything that has to be green. Another interpreter: make check PYTHON=python3.12
PYTHON ?= python
CODE = docmind tests benchmarks assets docs
# Pages that cog writes parts of; it needs the repository on Python's path.
PAGES = README.md docs/cli.md
COG = PYTHONPATH=. $(PYTHON) -m cogapp

.PHONY: check lint test vllm format docs samples bench

check: lint test

lint:
	$(PYTHON) -m ruff format --check $(CODE)
	$(PYTHON) -m ruff check $(CODE)
	$(PYTHON) -m mypy
	$(PYTHON) -c "from importlinter.cli import lint_imports_command as run; run(['--no-logo'])"
	$(COG) --check $(PAGES)

# Three workers, also for two processors: most wait for a terminal, a process or a lock.
test:
	$(PYTHON) -m pytest -n 3

# A real vLLM on the processor, serving a tiny model of random weights. Its environment (3.4 GB, made
# once for each pin) lies outside of the checkout, because it has a torch of its own.
LANE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/docmind-vllm
PINS = $(shell $(PYTHON) -c "from docmind.serving.install import CPU; print(CPU.requirement)")

vllm:
	$(PYTHON) -m docmind serve install --cpu --yes --home "$(LANE)/$(PINS)"
	DOCMIND_VLLM_PYTHON="$(LANE)/$(PINS)/server/venv/bin/python" $(PYTHON) -m pytest tests/vllm

format:
	$(PYTHON) -m ruff format $(CODE)
	$(PYTHON) -m ruff check --fix $(CODE)

# What is written by a program: config.toml from the settings, the help in the pages, the picture.
docs:
	PYTHONPATH=. $(PYTHON) docs/make_screenshot.py
	$(PYTHON) -m docmind config show --defaults > config.toml
	$(COG) -r $(PAGES)

samples:
	$(PYTHON) -m assets.make_samples

# Half an hour on two cores; the data lies beside the repository.
bench:
	$(PYTHON) -m benchmarks.startup
	$(PYTHON) -m benchmarks.parsing
	$(PYTHON) -m benchmarks.speed
	$(PYTHON) -m benchmarks.nasty
	$(PYTHON) -m benchmarks.retrieval
	$(PYTHON) -m benchmarks.calibrate --current
	$(PYTHON) -m benchmarks.answers
	$(PYTHON) -m benchmarks.summaries
