"""The disk: what kind it is, how much room it has, whose the files are, and who else can read them."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from data import policy
from data.workspace import Workspace
from flows.doctor.finding import Finding, Kind

NETWORK_FILE_SYSTEMS: Final = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "9p",
        "ceph",
        "glusterfs",
        "lustre",
        "beegfs",
        "davfs",
        "virtiofs",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.glusterfs",
        "fuse.davfs",
        "fuse.gvfsd-fuse",
    ]
)
"""On these, locks may not be honoured and a rename may be seen half done: two runs could write at once."""

MOUNTS: Final = Path("/proc/self/mountinfo")
FEWEST_FILES: Final = 2_000
"""A release is some 150 files, and it stands beside the one before it and the work in progress."""


def file_system(place: Workspace, now: datetime, mounts: Path = MOUNTS) -> Iterator[Finding]:
    """A workspace on a disk of the network."""
    if (kind := kind_of_disk(place.root, mounts)) in NETWORK_FILE_SYSTEMS:
        yield Finding(
            "file system",
            Kind.STORAGE,
            f"The workspace is on a network disk ({kind}), where locks and renames cannot be relied on.",
            "Keep the workspace on a disk of this machine, and copy public/ to the share after each release.",
        )


def kind_of_disk(folder: Path, mounts: Path = MOUNTS) -> str:
    """The file system type of the mount that a folder lies on, or an empty text where the system does not tell."""
    if not mounts.is_file():
        return ""
    folder = folder.resolve()
    best, kind = -1, ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        fields, _, described = line.partition(" - ")
        point = Path(fields.split()[4].encode().decode("unicode_escape"))
        # The last of several mounts on one folder is the one that is seen.
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), described.split()[0]
    return kind


def read_only(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A disk that cannot be written."""
    there = _nearest(place.root)
    if os.statvfs(there).f_flag & os.ST_RDONLY or not os.access(there, os.W_OK):
        yield Finding(
            "read-only",
            Kind.STORAGE,
            "The workspace cannot be written: its disk or folder is read-only for this account.",
            "Mount the disk for writing, or give the account the right to write there.",
        )


def room(place: Workspace, now: datetime) -> Iterator[Finding]:
    """Less free disk than the work on what is here asks for."""
    waiting = sum(file.stat().st_size for file in _files(place.landing))
    stored = place.warehouse.stat().st_size if place.warehouse.is_file() else 0
    needed = max(policy.LEAST_FREE_DISK, policy.DISK_PER_INPUT_BYTE * waiting + 2 * stored)
    free = shutil.disk_usage(_nearest(place.root)).free
    if free < needed:
        yield Finding(
            "disk space",
            Kind.STORAGE,
            f"{free / 1e9:.2f} GB of disk are free; the next run may need {needed / 1e9:.2f} GB.",
            "Free space; `hatecrime retain` says what the policy lets go.",
        )


def file_count(place: Workspace, now: datetime) -> Iterator[Finding]:
    """A disk that can hold hardly any more files, whatever space it has."""
    status = os.statvfs(_nearest(place.root))
    if status.f_files and status.f_favail < FEWEST_FILES:
        yield Finding(
            "file count",
            Kind.STORAGE,
            f"The disk can hold only {status.f_favail:,} more files (inodes).",
            "Remove files that are not needed, or move the workspace to another disk.",
        )


def owner(place: Workspace, now: datetime) -> Iterator[Finding]:
    """Files of another account, as one run as administrator leaves them: the next run cannot replace them."""
    if not hasattr(os, "getuid"):
        return
    others = [path for path in _everything(place.private, place.public) if path.lstat().st_uid != _owner_of(place)]
    if others:
        yield Finding(
            "owner",
            Kind.STORAGE,
            f"{len(others):,} files or folders belong to another account than the workspace "
            f"(first: {_named(place, others[0])}).",
            "Give them back: sudo chown -R THE_ACCOUNT WORKSPACE; and always run as that account.",
        )


def private_side(place: Workspace, now: datetime) -> Iterator[Finding]:
    """Anything on the private side that other accounts can read."""
    folders = (place.private, place.extracts, place.quarantine, place.tmp)
    shut = place.private.is_dir() and not place.private.stat().st_mode & 0o077
    # Behind a shut door a file's own mode matters only once it is copied; a folder's is set by every run.
    found = [path for path in folders if path.is_dir() and path.stat().st_mode & 0o077]
    if not shut:
        found += [path for path in _everything(place.private) if path.is_file() and path.lstat().st_mode & 0o077]
    if found:
        yield Finding(
            "private side",
            Kind.STORAGE,
            f"{len(found):,} files or folders of the private side are open to other accounts "
            f"(first: {_named(place, found[0])}).",
            "Shut it: chmod -R go-rwx WORKSPACE/private",
        )


def landing_side(place: Workspace, now: datetime) -> Iterator[Finding]:
    """Extracts that anybody on the machine can read."""
    if place.landing.is_dir() and place.landing.stat().st_mode & 0o005 and place.root.stat().st_mode & 0o001:
        open_to_all = [file for file in _files(place.landing) if file.stat().st_mode & 0o004]
        if open_to_all:
            yield Finding(
                "landing",
                Kind.STORAGE,
                f"{len(open_to_all):,} extracts in landing/ can be read by anybody on this machine.",
                "Shut it: chmod -R o-rwx WORKSPACE/landing",
            )


def prefect_home(place: Workspace, now: datetime) -> Iterator[Finding]:
    """Prefect's own store where others can read it."""
    given = os.environ.get("PREFECT_HOME")
    home = Path(given) if given else place.private / "prefect"
    stores = sorted(home.glob("prefect.db*")) if home.is_dir() else []
    if any(path.stat().st_mode & 0o077 for path in stores) and home.stat().st_mode & 0o077:
        yield Finding(
            "prefect home",
            Kind.STORAGE,
            "Prefect's own store can be read by other accounts of this machine.",
            "Shut it: chmod 700 PREFECT_HOME",
        )


def _nearest(path: Path) -> Path:
    """The folder itself or, before it is made, the one it will be made in."""
    return next(one for one in (path, *path.parents) if one.is_dir())


def _owner_of(place: Workspace) -> int:
    return place.private.stat().st_uid if place.private.is_dir() else os.getuid()


def _everything(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.rglob("*")) if folder.is_dir() else ()


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in found if stat.S_ISREG(path.lstat().st_mode)]


def _named(place: Workspace, path: Path) -> str:
    return path.relative_to(place.root).as_posix()
