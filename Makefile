# Set-up and the two jobs, each one command on a fresh machine with Python 3.11.
# The locks list every package, so pip need not resolve anything (--no-deps) and cannot take another version.
.DEFAULT_GOAL := demo

.venv/demo: requirements.lock pyproject.toml
	python3 -m venv .venv
	.venv/bin/python -m pip install --quiet --no-compile --no-deps --require-hashes --requirement requirements.lock
	.venv/bin/python -m pip install --quiet --no-compile --no-deps --no-build-isolation --editable .
	touch .venv/demo

.venv/test: requirements-test.lock pyproject.toml
	python3 -m venv .venv
	.venv/bin/python -m pip install --quiet --no-deps --require-hashes --requirement requirements-test.lock
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch .venv/test

.PHONY: demo test trials spark
demo: .venv/demo  ## install what is pinned, then make and run a synthetic Hertfordshire
	.venv/bin/hatecrime demo

test: .venv/test  ## install what is pinned for testing, then check style and types and run every test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/python -m pytest --numprocesses 3 --dist loadfile

trials: .venv/test  ## the long trials in full: damaged files, histories, canaries, attacks, kills, failing disks, a month; hours
	HATECRIME_TRIALS=10000 .venv/bin/python -m pytest tests/faults/test_differential_reading.py
	HISTORIES=500 .venv/bin/python -m pytest tests/truth/test_delivery_histories.py
	.venv/bin/python -m pytest tests/faults/test_nasty_files.py tests/faults/test_canaries.py
	DISCLOSURE_CUBES=1000 DISCLOSURE_RELEASES=12 .venv/bin/python -m pytest tests/truth/test_disclosure_attack.py
	LINKED_CUBES=1000 LINKED_RELEASES=12 LINKED_PLACES=5-15 LINKED_MONTHS=12-36 .venv/bin/python -m pytest tests/truth/test_linked_releases.py
	QUESTIONS=10000 FACTS=10000 .venv/bin/python -m pytest tests/truth/test_questions.py tests/truth/test_claims.py tests/browser/test_ask.py
	.venv/bin/python benchmarks/crashes.py --points 200 --timed 50 --failing 200
	.venv/bin/python -m benchmarks.month

spark: .venv/test  ## install Spark beside the rest (some 400 MB; needs Java 17), then hold it against DuckDB
	.venv/bin/python -m pip install --quiet --no-build-isolation --editable .[spark]
	.venv/bin/python -m pytest tests/truth/test_spark.py
