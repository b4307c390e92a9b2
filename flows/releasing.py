"""Making a release: built on the private side, complete and hashed, then moved into view and pointed to."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from dashboards import site
from dashboards.briefing.texts import Texts
from data import added, reference, shares
from data.policies import Policy
from data.profile import Profile
from data.schema import ROW_OUTCOMES
from data.workspace import Workspace
from expectations.results import RuleResult
from flows import protecting, proving
from flows.protecting import Cleared
from transforms import warehouse

_PACKAGES = ("dashboards", "data", "expectations", "flows", "transforms")
_CODE = (".py", ".sql", ".html", ".css", ".js", ".csv", ".toml")


@cache
def code_digest() -> str:
    """Return one hash over every file of the program that can change a figure or a page."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in _CODE:
                digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def inputs_digest(dated: Mapping[str, str], source: Profile) -> str:
    """One hash over all that decides a release's bytes: extract id → day declared, profile, reference data, code."""
    decisive = (sorted(dated.items()), source.digest, sorted(reference.hashes().items()), code_digest())
    return hashlib.sha256(repr(decisive).encode()).hexdigest()


def build(
    place: Workspace,
    database: Path,
    source: Profile,
    inputs: str,
    run_id: str,
    results: Iterable[RuleResult],
    cleared: Cleared,
    into: Path | None = None,
    packs: bool | None = False,
    words: Texts | None = None,
) -> tuple[str, str]:
    """Make the release of a checked warehouse from what was cleared of it; return its id and its manifest's hash.

    It is moved into the folder `into`, which is that of all releases unless another is named. With `packs` it holds a
    meeting pack for each place and characteristic; `words` are a force's own texts.

    The id is the last month published and the first digits of the inputs' hash: the same inputs give the same
    bytes, because no clock, path or host enters a release.
    """
    policy = cleared.protected.policy
    accounting = warehouse.row_accounting(database, place.tmp)
    release_id = f"{cleared.last_month:%Y-%m}-{inputs[:8]}"
    folder = place.tmp / f"release-{run_id}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _write_figures(cleared, folder)
    # An exact number of rows is a sum of counts too, so outside the private side it is rounded like them.
    rows = {name: policy.told(int(accounting[name].sum())) for name in ("received", *ROW_OUTCOMES)}
    about = {
        "release_id": release_id,
        "title": f"Hate crime reports to police: {source.force.name}",
        "force_name": source.force.name,
        "force_code": source.force.code,
        "source": source.title,
        "headline_date_basis": source.headline_date_basis,
        "first_month": cleared.first_month.isoformat(),
        "last_month": cleared.last_month.isoformat(),
        "last_complete_month": cleared.last_complete_month.isoformat(),
        "extracted_on": pd.Timestamp(accounting["extracted_on"].max()).date().isoformat(),
        "stamp": policy.stamp,
        "policy": policy.name,
        "version": version("hate-crime-statistics"),
        "rows": rows,
        "reports_counted": policy.told(warehouse.reports_counted(database, place.tmp)),
        "notes": _notes(cleared),
        "characteristics": reference.display_names(),
    }
    if source.residents:
        about["residents"] = source.residents.model_dump(include={"persons", "edition", "source"})
    if source.area.tiles:
        about["tiles"] = source.area.tiles
    extracts = [
        {
            "extract": row["extract_id"],
            "extracted_on": pd.Timestamp(row["extracted_on"]).date().isoformat(),
            **{name: policy.told(int(row[name])) for name in ("received", *ROW_OUTCOMES)},
        }
        for row in accounting.to_dict("records")
    ]
    _write_json(folder / "about.json", about)
    rules = [_told(result, policy) for result in results]
    _write_json(folder / "quality.json", {"accounting": extracts, "rules": rules})
    # The pages tell what was certified, so the certificate comes before them.
    certificate = protecting.certificate(cleared, release_id, folder / "published.parquet")
    _write_json(folder / "certificate.json", certificate)
    make = partial(site.build, packs=bool(packs), words=words)
    make(folder)
    proving.prove(folder, place.tmp / f"proof-{run_id}", policy, make)
    manifest = {
        "release_id": release_id,
        "stamp": policy.stamp,
        "program": {"name": "hate-crime-statistics", "version": about["version"], "sha256": code_digest()},
        "profile": {"name": source.name, "sha256": source.digest},
        "policy": policy.as_dict(),
        "extracts": extracts,
        "rows": rows,
        "reports_counted": about["reports_counted"],
        "reference": reference.hashes(),
        "files": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    }
    _write_json(folder / "manifest.json", manifest)
    for path in sorted(folder.rglob("*")):
        # Releases are made to be copied and served; everything else in the workspace is its owner's alone.
        path.chmod(0o755 if path.is_dir() else 0o644)
        fsync(path)
    folder.chmod(0o755)
    fsync(folder)
    manifest_sha256 = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    _move_into_view(folder, (into or place.releases) / release_id)
    return release_id, manifest_sha256


def point_to(place: Workspace, release_id: str) -> None:
    """Make this release the current one, in one atomic step."""
    pointer = place.public / ".current.new"
    pointer.write_text(f"{release_id}\n", encoding="ascii")
    pointer.chmod(0o644)
    fsync(pointer)
    os.replace(pointer, place.current)
    fsync(place.public)


def fsync(path: Path) -> None:
    """Return only once the file or folder has reached the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _move_into_view(folder: Path, target: Path) -> None:
    """Put a finished release in its place; one that already stands there whole is left alone, for it may be read."""
    if target.exists():
        if _contents(target) == _contents(folder):
            shutil.rmtree(folder)
            return
        os.replace(target, folder.with_suffix(".damaged"))
    os.replace(folder, target)
    fsync(target.parent)


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).digest() for path in files}


def _write_figures(cleared: Cleared, folder: Path) -> None:
    """Write the published table, at which grain figures stand, and the evidence, as CSV and Parquet."""
    tables = {
        "published": cleared.protected.figures,
        "grain": cleared.protected.grain,
        "evidence": cleared.evidence,
    }
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
        (folder / f"{name}.csv").write_bytes(proving.csv_of(table))


def _notes(cleared: Cleared) -> dict[str, str]:
    """Return the words of every note that a figure of the release may carry."""
    policy = cleared.protected.policy
    cited = set(" ".join(cleared.protected.figures["note_ids"]).split())
    stamp = {policy.name: f"{policy.stamp[:1].upper()}{policy.stamp[1:]}."}
    return reference.notes() | stamp | added.notes(cited) | shares.notes(cited)


def _told(result: RuleResult, policy: Policy) -> dict[str, object]:
    counts = {name: policy.told(getattr(result, name)) for name in ("checked_count", "failed_count")}
    return result.as_dict() | counts


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
