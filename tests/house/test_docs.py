"""The README cannot rot: its commands run and print what it says, its tables are the program's own."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from data import errors, schema
from flows.cli import app

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(typer.main.get_command(app).commands)


def hatecrime(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def plain(text: str) -> str:
    return re.sub(r"2025-03-[0-9a-f]{8}", "2025-03-########", text).strip()


@pytest.mark.slow
def test_commands_print_what_the_readme_says(tmp_path):
    blocks = re.findall(r"```\n\$ hatecrime (.*?)\n(.*?)```", README, flags=re.DOTALL)
    assert len(blocks) == 3
    for command, expected in blocks:
        engine = [] if command.startswith("figures") else ["--engine", "local"]
        result = hatecrime(*shlex.split(command), *engine, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert plain(result.stderr + result.stdout) == expected.strip()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_has_help(command, tmp_path):
    assert f"`hatecrime {command}" in README
    assert hatecrime(command, "--help", cwd=tmp_path).returncode == 0


def test_the_readme_lists_the_published_columns():
    table = README.split("<!-- columns of the published table -->")[1].split("##")[0]
    listed = re.findall(r"^\| `(\w+)` \| (.*) \|$", table, flags=re.MULTILINE)
    assert listed == [(column.name, column.meaning) for column in schema.PUBLISHED.columns]


def test_the_readme_lists_the_evidence_columns():
    table = README.split("<!-- columns of the evidence table -->")[1].split("##")[0]
    listed = re.findall(r"^\| `(\w+)` \| (.*) \|$", table, flags=re.MULTILINE)
    assert listed == [(column.name, column.meaning) for column in schema.EVIDENCE.columns]


def test_the_readme_lists_every_exit_code():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")]
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", README, flags=re.MULTILINE)}
    assert listed == {0} | {kind.exit_code for kind in kinds}


def test_help_and_figures_load_neither_prefect_nor_great_expectations(tmp_path):
    for arguments in (["--help"], ["figures", "--help"]):
        watch = (
            "import sys; sys.argv = ['hatecrime', *" + repr(arguments) + "]\n"
            "from flows.cli import main\n"
            "try: main()\n"
            "except SystemExit: pass\n"
            "import flows.answering\n"
            "heavy = {'prefect', 'great_expectations', 'pandas', 'duckdb', 'plotly', 'scipy', 'numpy', 'pyarrow'}\n"
            "heavy &= set(sys.modules)\n"
            "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
        )
        result = subprocess.run(
            [sys.executable, "-c", watch], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
