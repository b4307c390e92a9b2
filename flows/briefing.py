"""Meeting packs from the current release: one that a person asked for, or one for each place and characteristic.

A pack gives figures, so it is logged as a pull before any of it is written.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboards.asking import words
from dashboards.asking.published import Published
from data.errors import StorageFailed, UsageError
from data.workspace import Workspace
from flows import answering, pulls

if TYPE_CHECKING:
    from dashboards.briefing.texts import Texts
    from dashboards.release import Area, Release

FOLDER: Final = "briefings"
"""Where packs lie: inside a release that was made with them, and beside the releases for those made later."""

Asked = tuple["Area", str]


def are_in(place: Workspace) -> bool:
    """Say whether the release that readers see was made with packs."""
    release = place.current_release()
    return release is not None and (release / FOLDER).is_dir()


def one(
    place: Workspace,
    characteristic: str,
    area: str | None,
    into: Path | None = None,
    texts: Path | None = None,
    purpose: str = "",
) -> list[Path]:
    """Write the pack of a characteristic, or of `all` reports, in an area (none: the force); return its folder.

    Both may be in words; words that mean two characteristics, such as LGBT, give two packs. Raises UsageError where
    the release has no figures of them, or there is no release.
    """
    from dashboards.briefing import content

    folder = answering.current_folder(place)
    published = Published(folder)
    code = answering.area_code(published, area) if area else published.about["force_code"]
    release, root = _release(place, folder, into)
    where = next(one for one in (release.force, *release.areas) if one.code == code)
    found = [(where, what) for what in _characteristics(published, characteristic)]
    for _, what in found:
        if what not in ("all", *release.characteristics(where, content.CLASS)):
            raise UsageError(f"The release has no figures of {what} in {where.name}.", "Choose another, or all.")
    return _write(place, release, found, root, texts, purpose)


def every(place: Workspace, into: Path | None = None, texts: Path | None = None, purpose: str = "") -> list[Path]:
    """Write the pack of each place on the map, and of the force, for each characteristic; return their folders."""
    from dashboards.briefing import forms

    release, root = _release(place, answering.current_folder(place), into)
    return _write(place, release, list(forms.standard(release)), root, texts, purpose)


def _release(place: Workspace, folder: Path, into: Path | None) -> tuple["Release", Path]:
    from dashboards.release import Release

    root = into or place.public / FOLDER / folder.name
    if root.resolve().is_relative_to(place.releases.resolve()):
        raise UsageError("A release is finished and takes no more files.", "Name another folder with --to.")
    if root.resolve().is_relative_to(place.private.resolve()):
        raise UsageError("A pack is for everybody, and the private side for its owner.", "Name another folder.")
    return Release(folder), root


def _write(
    place: Workspace, release: "Release", asked: list[Asked], root: Path, own: Path | None, purpose: str
) -> list[Path]:
    from dashboards.briefing import content, forms

    texts, about = _texts(place, release, own), release.about
    span = (f"{about.first_month:%Y-%m}", f"{about.last_month:%Y-%m}")
    pulled = [pulls.Asked(what, where.code, content.CLASS, *span, pulls.GIVEN) for where, what in asked]
    pulls.log(place, "briefing", about.release_id, pulled, purpose)
    made = []
    try:
        for area, characteristic in asked:
            made.append(forms.write(release, area, characteristic, root, texts)[0].parent)
    except OSError as error:
        raise StorageFailed(
            f"The pack could not be written ({error.strerror or type(error).__name__}).",
            "Free space, or name another folder with --to.",
        ) from None
    return made


def _texts(place: Workspace, release: "Release", own: Path | None) -> "Texts":
    """The texts of this folder, or those that the release was made with."""
    from dashboards.briefing import texts

    kept = place.releases / release.about.release_id / texts.FOLDER
    return texts.load(own) if own else texts.load_if_there(kept)


def _characteristics(published: Published, asked: str) -> list[str]:
    """The characteristics that these words mean. Raises UsageError where they mean none."""
    phrases = words.table(published)["phrases"]
    kind, means, _ = phrases.get(words.phrase(words.split(asked.replace("_", " "))), ["", "", ""])
    if kind != "characteristic":
        known = ", ".join(("all", *published.characteristics))
        raise UsageError(f"There is no characteristic {asked!r}.", f"Use one of {known}.")
    return str(means).split()
