"""The README cannot rot: its commands run and print what it says, its tables are the program's own."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from drawing import pseudonym
from histories import at_rest
from typer.testing import CliRunner

from data import errors, operations, schema
from data import profile as profiles
from data.workspace import Workspace
from flows.cli import app

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(typer.main.get_command(app).commands)


def hatecrime(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=900,
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


DOCS = sorted((Path(__file__).parents[2] / "docs").glob("*.md"))


def commands_in(text: str) -> list[tuple[str, list[str]]]:
    """Every `hatecrime …` in code, as its command and its options."""
    code = re.findall(r"`hatecrime ([^`]+)`|^(?:\$ )?hatecrime (.+)$", text, flags=re.MULTILINE)
    words = [(one or other).split() for one, other in code]
    return [(line[0], [word for word in line if word.startswith("--")]) for line in words]


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_docs_are_one_page_and_name_commands_and_options_that_exist(doc):
    text = doc.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 100
    for command, options in commands_in(text):
        known = {name for option in typer.main.get_command(app).commands[command].params for name in option.opts}
        assert set(options) <= known, (command, options)


def test_the_analysts_page_shows_every_entry_of_operations(place):
    """The block is one that the program reads, and leaves none of its entries out."""
    text = (Path(__file__).parents[2] / "docs" / "analyst.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    operations.path(place).write_text(block, encoding="utf-8")
    shown = operations.load(place)
    assert shown.schedule == operations.Schedule() and shown.notices.events == operations.EVENTS
    parts = [shown, shown.notices, shown.notices.email, shown.notices.webhook, shown.approval, shown.retention]
    for part in parts:
        assert part.model_fields_set == set(type(part).model_fields) and None not in dict(part).values()


def test_commands_print_what_the_analysts_page_says(one_release, tmp_path, monkeypatch):
    shutil.copytree(one_release.root, tmp_path / "workspace")
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parents[2] / "docs" / "analyst.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```\n\$ hatecrime (.*?)\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == 3
    for command, expected in blocks:
        result = CliRunner().invoke(app, shlex.split(command))
        assert result.exit_code == 0, result.output
        assert re.sub(r"2023-12-[0-9a-f]{8}", "2023-12-########", result.output).strip() == expected.strip()


def test_another_force_comes_as_far_as_a_plan_by_configuration_alone(tmp_path, monkeypatch):
    """The steps of docs/another-force.md: other districts, labels and dates, a profile proposed and confirmed."""
    monkeypatch.chdir(tmp_path)
    lines = ["Ref,Committed Date,Recorded Date,LPA,Hate Motivation"]
    for n in range(400):
        day = f"{n % 27 + 1:02}/{n % 12 + 1:02}/2024"
        motive = ("Race", "Race", "Religion", "Disability")[n % 4]
        lines.append(f"{pseudonym('beds', n)},{day},{day},{('Luton', 'Bedford')[n % 3 == 0]},{motive}")
    extract = Path("beds_20250104.csv")
    extract.write_text("\n".join(lines) + "\n", encoding="utf-8")
    proposed = CliRunner().invoke(app, ["profile", "new", str(extract), "--name", "beds"]).stdout
    for entry, decided in (("code", "E23000026"), ("name", "Bedfordshire")):
        proposed = proposed.replace(f'{entry} = ""  # decide', f'{entry} = "{decided}"')
    place = Workspace(tmp_path / "workspace")
    place.prepare()
    doc = (Path(__file__).parents[2] / "docs" / "another-force.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(\[residents\]\n.*?)```", doc, flags=re.DOTALL)
    (place.private / "mine.toml").write_text(f"{proposed}\n{block}", encoding="utf-8")
    operations.path(place).write_text('profile = "mine.toml"\n', encoding="utf-8")
    at_rest(extract).rename(place.landing / extract.name)
    planned = CliRunner().invoke(app, ["plan", "--json"])
    assert planned.exit_code == 0, planned.output
    assert json.loads(planned.stdout)["first_month"] == "2024-01"
    assert json.loads(planned.stdout)["last_month"] == "2024-12"
    mine = profiles.load(str(place.private / "mine.toml"))
    assert mine.residents.edition == "mid-2020" and set(mine.area.tiles) == set(mine.area.labels)
