"""What tests share: drawn tables, a small Hertfordshire, and the real extracts where they are at hand."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import histories
import pytest
from drawing import hertfordshire

from data import counts_profile
from data import profile as profiles
from data.workspace import Workspace
from transforms import reading, warehouse

ROOT = Path(__file__).parents[1]
REAL_DATA = ROOT.parent / "shared" / "data"


class Core:
    """A warehouse built from extracts without the command line, to be asked in SQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "warehouse.duckdb"

    def build(
        self, profile_name: str, *files: Path | tuple[Path, date], backend: warehouse.Backend = "duckdb"
    ) -> "Core":
        profile = profiles.load(profile_name)
        extracts = []
        for given in files:
            file, day = given if isinstance(given, tuple) else (given, None)
            extracts.append(reading.read(file, profile, self.folder, day))
        stored = [
            warehouse.StoredExtract(e.extract_id, e.source, e.row_count, e.extracted_on, e.parquet) for e in extracts
        ]
        self.database.unlink(missing_ok=True)
        warehouse.build_raw(self.database, stored, {profile.name: profile}, self.folder, backend)
        warehouse.build_core(self.database, self.folder, backend)
        return self

    def build_beside(self, counts_name: str, *files: Path) -> "Core":
        """Build core from extracts of counts alone; a source of records is described, and has none."""
        records, counts = profiles.load("hertfordshire"), counts_profile.load(counts_name)
        extracts = [reading.read(file, counts, self.folder) for file in files]
        stored = [
            warehouse.StoredExtract(e.extract_id, e.source, e.row_count, e.extracted_on, e.parquet) for e in extracts
        ]
        warehouse.build_raw(self.database, stored, {records.name: records, counts.name: counts}, self.folder)
        warehouse.build_core(self.database, self.folder)
        return self

    def ask(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as con:
            return con.execute(sql).fetchall()


@pytest.fixture
def core(tmp_path: Path) -> Core:
    folder = tmp_path / "core"
    folder.mkdir()
    return Core(folder)


@pytest.fixture
def count_drawn(core: Core, tmp_path: Path) -> Callable[..., Core]:
    """Build core from drawn Hertfordshire extracts, given as (day taken, picture)."""

    def build(*extracts: tuple[str, str]) -> Core:
        files = []
        for day, picture in extracts:
            path = tmp_path / f"hertfordshire_{day}.csv"
            path.write_text(hertfordshire(picture), encoding="utf-8")
            files.append(path)
        return core.build("hertfordshire", *files)

    return build


@pytest.fixture(scope="session")
def one_release(tmp_path_factory) -> Workspace:
    """A workspace of one release, never changed: tests take copies."""
    before = os.umask(0o022)
    place = Workspace(tmp_path_factory.mktemp("one") / "workspace")
    histories.drop(place, histories.FIRST, "2024-01-04")
    histories.run(place)
    os.umask(before)
    return place


@pytest.fixture(scope="session")
def two_releases(one_release, tmp_path_factory) -> Workspace:
    """The same with a second extract that revises the first, and its release; never changed."""
    before = os.umask(0o022)
    place = Workspace(shutil.copytree(one_release.root, tmp_path_factory.mktemp("two") / "workspace"))
    histories.drop(place, histories.SECOND, "2024-02-04")
    assert histories.run(place)[0].extends, "the second extract is taken into the warehouse that stands"
    os.umask(before)
    return place


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    place = Workspace(tmp_path / "workspace")
    place.prepare()
    return place


@pytest.fixture
def real_data() -> Path:
    """The folder of real extracts; CI must have it."""
    if not REAL_DATA.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the real extracts (../shared/data) are missing, and CI must not skip them")
        pytest.skip("the real extracts (../shared/data) are not on this machine")
    return REAL_DATA


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """A run narrows the process's umask; each test starts from the usual one."""
    before = os.umask(0o022)
    yield
    os.umask(before)
