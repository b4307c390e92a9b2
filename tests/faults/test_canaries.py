"""Values planted in every column are found nowhere outside the private folder, whatever becomes of the run."""

import base64
import os
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import crashing
import pandas as pd
import pytest
from drawing import HERTFORDSHIRE_ROW, pseudonym

from data.workspace import Workspace

EACH = 30
MARK = "zqx"
LETTERS = str.maketrans("0123456789", "ghijklmnop")
"""Letters alone: digits by chance make telephone numbers, which the privacy gate would stop at the door."""
CANARIES = {
    column: [MARK + pseudonym("canary", column, n)[2:14].translate(LETTERS) for n in range(EACH)]
    for column in HERTFORDSHIRE_ROW
} | {"report_id": [pseudonym("canary", n) for n in range(EACH)]}


def planted(sound: int) -> str:
    """An extract of `sound` good rows and, for each column, some rows whose cell in it is a canary."""
    rows = [
        HERTFORDSHIRE_ROW
        | {"report_id": pseudonym("sound", n), "race": "Y"}
        | {f"{basis}_date": f"2023-{n % 12 + 1:02}-10" for basis in ("occurred", "reported", "recorded")}
        for n in range(sound)
    ]
    for column, values in CANARIES.items():
        for n, value in enumerate(values):
            rows.append(HERTFORDSHIRE_ROW | {"report_id": pseudonym("bad", column, n), "race": "Y"} | {column: value})
    return "\n".join([",".join(HERTFORDSHIRE_ROW), *(",".join(row.values()) for row in rows)]) + "\n"


def spellings(values: list[str]) -> list[bytes]:
    """Each value as it may be written: in other encodings, in base64, in an address, in capitals."""
    spelt = {value.encode(coding) for value in values for coding in ("utf-8", "utf-16-le")}
    spelt |= {base64.b64encode(value.encode())[:-4] for value in values}
    spelt |= {urllib.parse.quote(value).encode() for value in values} | {value.upper().encode() for value in values}
    return sorted(spelt)


def found_in(content: bytes) -> list[bytes]:
    """The canaries in some bytes; what they begin with is sought first, for there are many of them."""
    begins = {
        True: (b"HC", "HC".encode("utf-16-le"), b"SE"),
        False: (MARK.encode(), MARK.encode("utf-16-le"), base64.b64encode(MARK.encode()), MARK.upper().encode()),
    }
    sought: list[bytes] = []
    for column, values in CANARIES.items():
        if any(begin in content for begin in begins[column == "report_id"]):
            sought += spellings(values)
    return [one for one in sought if one in content]


def outside(folder: Path) -> Iterator[Path]:
    """Every file that this run could reach and that is not private, nor the extract itself."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not {"private", "landing"} & set(path.relative_to(folder).parts):
            yield path


def leaks(folder: Path, said: str) -> list[str]:
    found = [f"terminal: {one!r}" for one in found_in(said.encode())]
    for path in outside(folder):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += pd.read_parquet(path).to_csv().encode()
        found += [str(path.relative_to(folder)) for _ in found_in(content)]
    return found


@pytest.mark.slow
def test_canaries_stay_private_when_held_let_in_and_killed(tmp_path: Path) -> None:
    """510 values, 30 in each of 17 columns: held first, then the faulty rows set aside, then killed and run again."""
    assert sum(map(len, CANARIES.values())) == 510
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    place = Workspace(tmp_path / "workspace")
    place.prepare()
    file = place.landing / "hertfordshire_2024-02-04.csv"
    file.write_text(planted(60), encoding="utf-8")

    def hatecrime(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *arguments],
            env=os.environ | {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )

    held = hatecrime("run", "--engine", "local")
    assert held.returncode == 4, held.stderr
    assert leaks(tmp_path, held.stdout + held.stderr) == []
    # The canaries that are report ids are sound rows; every other column's are faulty.
    let_in = hatecrime("run", "--engine", "local", "--allow-rejects", str(EACH * (len(CANARIES) - 1)))
    shown = hatecrime("quarantine")
    assert shown.returncode == 0 and shown.stdout
    assert leaks(tmp_path, let_in.stdout + let_in.stderr + shown.stdout + shown.stderr) == []
    ending = crashing.end(place.root, "kill", 30)
    assert ending.exit_code == -9
    again = hatecrime("run", "--engine", "local")
    assert leaks(tmp_path, ending.said + ending.error + again.stdout + again.stderr) == []
    assert list(outside(tmp_path)), let_in.stderr
    # The search is able to find: the private side holds them.
    assert len(found_in(file.read_bytes())) >= 510
    assert found_in(base64.b64encode(CANARIES["status"][7].encode())) and found_in(
        CANARIES["district_code"][0].encode()
    )
