# Teller. `make` alone lists what can be done; README.md says what for.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

TELLER := .venv/bin/teller
NLU_SOURCES := config.yml domain.yml data/intents.yml \
	$(wildcard data/nlu/*.yml data/rules/*.yml data/stories/*.yml data/tone/*) \
	$(shell find bot -name '*.py' -o -name '*.txt' -o -name '*.yml' 2>/dev/null) \
	knowledge/encoder.py models/encoder/manifest.json
ARTICLE_SOURCES := data/intents.yml knowledge/facts.yml knowledge/terms.yml \
	$(wildcard knowledge/phrasings/*/*.yml) \
	$(shell find knowledge/articles -name '*.md' 2>/dev/null) $(wildcard knowledge/*.py)

.PHONY: help run test test-unit test-integration test-e2e lint format train index encoder encoder-tune language doctor \
	bench clean setup

help: ## List what can be done
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup models/teller.tar.gz models/index/current ## Set up what is missing, start everything, print one address
	@exec $(TELLER) up

setup: .venv/.installed-teller .venv-rasa/.installed ## Make both environments

test: .venv/.installed-test .venv-rasa/.installed-test models/teller.tar.gz models/index/current ## Install what tests need; run unit, integration and end-to-end tests
	.venv/bin/python -m pytest $(ARGS)

test-unit: .venv/.installed-test .venv-rasa/.installed-test ## Unit tests alone: seconds, no network, no model
	.venv/bin/python -m pytest tests/unit $(ARGS)

test-integration: .venv/.installed-test .venv-rasa/.installed-test models/teller.tar.gz models/index/current ## Integration tests: real PostgreSQL, real Rasa model
	.venv/bin/python -m pytest tests/integration $(ARGS)

test-e2e: .venv/.installed-test .venv-rasa/.installed models/teller.tar.gz models/index/current ## End-to-end tests: real processes, Chromium
	.venv/bin/python -m pytest tests/e2e $(ARGS)

lint: .venv/.installed-test ## Style, types, imports, articles and examples
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache
	.venv/bin/python -m knowledge.checks

format: .venv/.installed-test ## Mend style where a tool can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

train: setup ## Train the Rasa model, then build the index and calibrate the gate on it
	$(TELLER) train
	$(TELLER) index

index: setup ## Build the knowledge index and swap it in; a running Teller picks it up
	$(TELLER) index

encoder: ## Export the sentence encoder to models/encoder (ENCODER=name of another model)
	scripts/environment encoder
	.venv-encoder/bin/python -m knowledge.export $(if $(ENCODER),--model $(ENCODER))

encoder-tune: ## Tune the sentence encoder to more languages (OUT=folder to write; most of an hour)
	scripts/environment encoder
	.venv-encoder/bin/python -m knowledge.tuning $(if $(SETS),--sets "$(SETS)") $(if $(WORDNET),--wordnet "$(WORDNET)") --out "$(or $(OUT),models/tuned)" $(ARGS)

language: .venv/.installed-test ## Fit what tells languages apart, after messages of a language were added
	.venv/bin/python -m knowledge.language_fitting

doctor: setup ## Say what is wrong with this installation and how to mend it
	$(TELLER) doctor

bench: setup models/teller.tar.gz models/index/current ## Measure speed and memory
	.venv/bin/python -m bench $(ARGS)

clean: ## Remove what was built; keeps environments and running state
	rm -rf models/teller.tar.gz models/index models/nlu .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

.venv/.installed-teller: requirements/teller.txt requirements/bootstrap.txt pyproject.toml
	@scripts/environment teller

.venv/.installed-test: requirements/test.txt requirements/bootstrap.txt pyproject.toml
	@scripts/environment test

.venv-rasa/.installed: requirements/assistant.txt | .venv/.installed-teller
	@scripts/environment rasa

.venv-rasa/.installed-test: requirements/assistant-test.txt | .venv/.installed-teller
	@scripts/environment rasa-test

models/teller.tar.gz: $(NLU_SOURCES) | setup
	$(TELLER) train

models/index/current: models/teller.tar.gz $(ARTICLE_SOURCES) | setup
	$(TELLER) index
