"""Meeting packs from the current release: one that a person asked for, or one for each place and characteristic."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from data import reference
from data.errors import StorageFailed, UsageError
from data.schema import CHARACTERISTICS
from data.workspace import Workspace

if TYPE_CHECKING:
    from dashboards.briefing.texts import Texts
    from dashboards.release import Area, Release

FOLDER: Final = "briefings"
"""Where packs lie: inside a release that was made with them, and beside the releases for those made later."""


def are_in(place: Workspace) -> bool:
    """Say whether the release that readers see was made with packs."""
    release = place.current_release()
    return release is not None and (release / FOLDER).is_dir()


def one(place: Workspace, characteristic: str, area: str | None, into: Path | None, texts: Path | None) -> Path:
    """Write the pack of a characteristic, or of `all` reports, in an area (none: the force); return its folder.

    Raises UsageError where the release has no figures of them, or there is no release.
    """
    from dashboards.briefing import content

    release, root = _release(place, into)
    where, what = _area(release, area), _characteristic(characteristic)
    if what not in ("all", *release.characteristics(where, content.CLASS)):
        raise UsageError(f"The release has no figures of {what} in {where.name}.", "Choose another, or all.")
    return _write(release, [(where, what)], root, _words(place, texts))[0]


def every(place: Workspace, into: Path | None, texts: Path | None) -> list[Path]:
    """Write the pack of each place on the map, and of the force, for each characteristic; return their folders."""
    from dashboards.briefing import forms

    release, root = _release(place, into)
    return _write(release, list(forms.standard(release)), root, _words(place, texts))


def shown(folder: Path) -> str:
    """Return a path as a person would type it from where they stand."""
    return str(folder.relative_to(Path.cwd())) if folder.is_relative_to(Path.cwd()) else str(folder)


def _words(place: Workspace, own: Path | None) -> "Texts":
    """The texts of this folder, or those that the release was made with."""
    from dashboards.briefing import texts

    release = place.current_release()
    return texts.load(own) if own or release is None else texts.load_if_there(release / texts.FOLDER)


def _release(place: Workspace, into: Path | None) -> tuple["Release", Path]:
    from dashboards.release import Release

    folder = place.current_release()
    if folder is None:
        raise UsageError(f"There is no release in {place.root}.", "Make one with: hatecrime run")
    root = into or place.public / FOLDER / folder.name
    if root.resolve().is_relative_to(place.releases.resolve()):
        raise UsageError("A release is finished and takes no more files.", "Name another folder with --to.")
    if root.resolve().is_relative_to(place.private.resolve()):
        raise UsageError("A pack is for everybody, and the private side for its owner.", "Name another folder.")
    return Release(folder), root


def _write(release: "Release", asked: list[tuple["Area", str]], root: Path, words: "Texts") -> list[Path]:
    from dashboards.briefing import forms

    made = []
    try:
        for area, characteristic in asked:
            made.append(forms.write(release, area, characteristic, root, words)[0].parent)
    except OSError as error:
        raise StorageFailed(
            f"The pack could not be written ({error.strerror or type(error).__name__}).",
            "Free space, or name another folder with --to.",
        ) from None
    return made


def _area(release: "Release", asked: str | None) -> "Area":
    """The area of this name, code or known alias, in any case."""
    areas = [release.force, *release.areas]
    if asked is None:
        return release.force
    wanted = " ".join(asked.casefold().split())
    aliases = reference.read("area_aliases")
    known = dict(zip(aliases["alias"].str.casefold(), aliases["area_code"], strict=True))
    for area in areas:
        if wanted in (area.code.casefold(), area.name.casefold()) or known.get(wanted) == area.code:
            return area
    raise UsageError(
        f"The release has no figures for {asked!r}.", f"Use one of {', '.join(area.name for area in areas)}."
    )


def _characteristic(asked: str) -> str:
    """The characteristic of this code or public name, in any case."""
    wanted = " ".join(asked.casefold().replace("_", " ").split())
    names = {name.casefold(): code for code, name in reference.display_names().items()}
    names |= {code.replace("_", " "): code for code in ("all", *CHARACTERISTICS)}
    if wanted not in names:
        raise UsageError(
            f"There is no characteristic {asked!r}.", f"Use one of {', '.join(('all', *CHARACTERISTICS))}."
        )
    return names[wanted]
