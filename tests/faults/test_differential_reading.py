"""Generated and damaged CSV files: our reader gives the rows that Python's own csv module gives, or refuses.

The ordinary suite tries 300 files. All 10,000: HATECRIME_TRIALS=10000 pytest tests/faults/test_differential_reading.py
"""

import csv
import gzip
import io
import os
import random
import time
import traceback
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from drawing import HERTFORDSHIRE_ROW

from data import profile as profiles
from data.description import FileFormat
from data.errors import InputRejected
from transforms import reading

TRIALS = int(os.environ.get("HATECRIME_TRIALS", "300"))
FILES_A_BATCH = 100
CANARY = "ZQX"
COLUMNS = list(HERTFORDSHIRE_ROW)
PROFILE = profiles.load("hertfordshire")
SIMPLE = (
    "9A",
    "8L",
    "x y",
    "000123",
    "1E5",
    "TRUE",
    "N/A",
    "-",
    " ",
    "#note",
    "=1+1",
    "\\",
    "'",
    "é",
    "\u2019",
    "3,5",
)
AWKWARD = (
    *("a,b", "a;b", "a\tb", "a|b", 'a"b', '"', '""', ' "q"', "a\nb", "a\r\nb", "a\rb", "\n", "a\n\nb", "'x'"),
    *(" lead", "trail ", "a#b", "\\n", "\\'", 'say ""so""', ",", "\r\n"),
)
FOREIGN = ("\u2028", "\x85", "\x0b", "\x0c", "\u00a0", "İ", "日本", "\U0001f600", "\u202e", "e\u0301")
STRAY = (
    b'"',
    b"'",
    b",",
    b";",
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xc3",
    b" ",
    b"\x1a",
    b"\x1f",
    b"\t",
    b"|",
    b"\\",
)


@dataclass(frozen=True)
class Case:
    """One file as bytes, how its profile declares it, and whether anything in it is amiss."""

    content: bytes
    encoding: str
    delimiter: str
    quote: str
    packing: str
    is_sound: bool


def drawn_case(rng: random.Random) -> Case:
    encoding = rng.choice(("utf-8", "utf-8", "utf-8", "utf-16", "utf-16-le", "cp1252"))
    delimiter, quote = rng.choice(",,,;\t|"), rng.choice('"""\'')
    line_end = rng.choice(("\n", "\n", "\r\n", "\r"))
    words = [*SIMPLE, *(AWKWARD if rng.random() < 0.6 else ()), *(FOREIGN if rng.random() < 0.4 else ())]
    if encoding == "cp1252":
        words = [word for word in words if not set(word) & set("\u2028\x85İ日本\U0001f600\u202e\u0301")]
    quote_all = rng.random() < 0.3
    rows = [COLUMNS]
    for number in range(rng.randint(1, 8)):
        cells = [rng.choice(words) if rng.random() < 0.3 else value for value in HERTFORDSHIRE_ROW.values()]
        rows.append([f"{CANARY}{number}", *cells[1:]])
    body = "".join(
        delimiter.join(written(cell, delimiter, quote, quote_all) for cell in row) + line_end for row in rows
    )
    if rng.random() < 0.2:
        body = body.removesuffix(line_end)
    if rng.random() < 0.1:
        body += line_end * rng.randint(1, 3)
    content = (b"\xef\xbb\xbf" if encoding == "utf-8" and rng.random() < 0.2 else b"") + body.encode(encoding)
    damages = rng.choice((0, 0, 1, 1, 2))
    for _ in range(damages):
        content = damaged(rng, content)
    return Case(content, encoding, delimiter, quote, rng.choice(("", "", "gzip", "zip")), damages == 0)


def written(cell: str, delimiter: str, quote: str, always: bool) -> str:
    """Quote a cell as RFC 4180 has it; Python's writer leaves a lone line feed bare among lines that end in CR."""
    if always or set(cell) & {delimiter, quote, "\r", "\n"}:
        return quote + cell.replace(quote, quote * 2) + quote
    return cell


def damaged(rng: random.Random, content: bytes) -> bytes:
    if not content:
        return content
    at, lines = rng.randrange(len(content)), content.splitlines(keepends=True)
    stray, bit = rng.choice(STRAY), bytes([content[at] ^ 1 << rng.randrange(8)])
    return rng.choice(
        (
            content[:at] + stray + content[at:],
            content[:at] + stray + content[at:],
            content[:at] + content[at + rng.randint(1, 3) :],
            content[:at],
            content[:at] + stray + content[at + 1 :],
            content[:at] + bit + content[at + 1 :],
            content + b"".join(lines[rng.randrange(len(lines)) :]),
            content.replace(b"\n", b"\r\n", 1),
            content.replace(b"\r\n", b"\n", 1),
            content.replace(b"9A", "\u2019".encode("cp1252"), 1),
        )
    )


def as_python_reads_it(case: Case) -> list[tuple[int, dict[str, str | None]]]:
    """The rows with the line each starts on, by explicit decoding and Python's csv module."""
    text = case.content.decode("utf-8-sig" if case.encoding == "utf-8" else case.encoding).removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=case.delimiter, quotechar=case.quote, strict=True)
    header = next(reader)
    rows, line = [], reader.line_num + 1
    for row in reader:
        if row:
            rows.append((line, {name: cell or None for name, cell in zip(header, row, strict=True)}))
        line = reader.line_num + 1
    return rows


def as_we_read_it(case: Case, folder: Path) -> list[tuple[int, dict[str, str | None]]]:
    file = folder / "hertfordshire_2024-02-04.csv"
    content = case.content
    if case.packing == "gzip":
        content = gzip.compress(content)
    elif case.packing == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("extract.csv", content)
        content = packed.getvalue()
    file.write_bytes(content)
    form = FileFormat(encoding=case.encoding, delimiter=case.delimiter, quote=case.quote)
    extract = reading.read(file, PROFILE.model_copy(update={"file": form}), folder)
    rows = pq.read_table(extract.parquet).to_pylist()
    extract.parquet.unlink()
    return [(row.pop(reading.LINE_NUMBER), row) for row in rows]


@pytest.mark.parametrize("batch", range(-(-TRIALS // FILES_A_BATCH)))
def test_the_rows_are_those_that_python_reads_or_the_file_is_refused(batch, tmp_path):
    accepted = 0
    for number in range(min(FILES_A_BATCH, TRIALS - batch * FILES_A_BATCH)):
        seed = batch * FILES_A_BATCH + number
        case = drawn_case(random.Random(seed))
        started = time.perf_counter()
        try:
            ours = as_we_read_it(case, tmp_path)
        except InputRejected as refusal:
            assert not case.is_sound, f"seed {seed}: a sound file was refused: {refusal.problem}"
            told = str(refusal) + "".join(traceback.format_exception(refusal))
            assert CANARY not in told, f"seed {seed}: a value stands in the message or its trace"
        else:
            accepted += 1
            assert ours == as_python_reads_it(case), f"seed {seed}: accepted with other rows"
        assert time.perf_counter() - started < 10, f"seed {seed}: took too long"
    assert accepted > 0.3 * number, "too few files were accepted for this to be a comparison"
    assert [left.name for left in tmp_path.iterdir()] == ["hertfordshire_2024-02-04.csv"], "something was left behind"
