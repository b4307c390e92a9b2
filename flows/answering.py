"""Answers to a person's question, from the current release alone: nothing here can see a row or an exact count.

Every pull is logged before a figure of it is shown.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dashboards import periods
from dashboards.asking import replying, requests, telling, understanding, words
from dashboards.asking.published import Published
from dashboards.asking.replying import Answer, Reply
from dashboards.asking.understanding import Understood
from data.errors import UsageError
from data.schema import CHARACTERISTICS, RECORD_CLASSES
from data.workspace import Workspace
from flows import pulls


@dataclass(frozen=True)
class Given:
    """A reply with the release it rests on."""

    reply: Reply
    published: Published

    @property
    def text(self) -> str:
        """The reply as a person reads it."""
        return telling.as_text(self.reply, self.published)

    @property
    def answers(self) -> list[dict[str, Any]]:
        """Each answer as plain data."""
        return [telling.as_dict(one) for one in self.reply.answers]

    def as_json(self, question: str | None = None) -> str:
        """One JSON object: the one answer where options asked for it, or all answers to a question in words."""
        about = self.published.about
        release = {"release_id": about["release_id"], "stamp": about["stamp"]}
        if question is None:
            return json.dumps(self.answers[0] | release, ensure_ascii=False, indent=2)
        found = {
            "question": question,
            "remarks": self.reply.remarks,
            "refused": self.reply.refused,
            "instead": self.reply.instead,
            "ask": self.reply.ask,
            "answers": self.answers,
        }
        return json.dumps(found | release, ensure_ascii=False, indent=2)


def answer(
    place: Workspace,
    characteristic: str,
    area: str,
    first: str,
    last: str,
    record_class: str = "crime",
    purpose: str = "",
) -> Given:
    """Answer for the months `first` to `last` (YYYY-MM, both included).

    Raises UsageError where the release does not hold the characteristic, area or months asked for.
    """
    published = current(place)
    start, end = month(first), month(last)
    if start > end:
        raise UsageError("--from lies after --to.", "Give the earlier month first.")
    if characteristic not in (*CHARACTERISTICS, "all"):
        raise UsageError(
            f"There is no characteristic {characteristic!r}.",
            f"Use one of {', '.join((*CHARACTERISTICS, 'all'))}.",
        )
    if record_class not in RECORD_CLASSES:
        raise UsageError(f"There is no record class {record_class!r}.", f"Use one of {', '.join(RECORD_CLASSES)}.")
    code = area_code(published, area)
    if not published.first <= start <= end <= published.last:
        covered = f"{replying.month(published.first)} to {replying.month(published.last)}"
        raise UsageError("The release does not hold all the months asked for.", f"It covers {covered}.")
    asked = Understood([characteristic], [code], [record_class], [(start, end)])
    return _given(place, published, asked, "figures", purpose)


def ask(place: Workspace, question: str, purpose: str = "") -> Given:
    """Answer a question in words; what cannot be answered is refused in the reply, with what can be asked."""
    published = current(place)
    understood = understanding.understand(question, words.table(published))
    return _given(place, published, understood, "figures", purpose)


def request(
    place: Workspace,
    areas: Sequence[str],
    characteristics: Sequence[str],
    spans: Sequence[str],
    record_classes: Sequence[str],
    by: str = "",
    purpose: str = "",
) -> tuple[str, str]:
    """Answer a request for figures: the table as CSV with a row for each, and the words of the reply.

    Raises UsageError where a part of the request is not known.
    """
    published = current(place)
    asked = requests.dimensions(published, words.table(published), areas, characteristics, spans, record_classes, by)
    answers = requests.answers(published, asked)
    logged(place, published, "foi", answers, purpose)
    return requests.as_csv(answers, published), requests.wording(answers, published)


def current(place: Workspace) -> Published:
    """Return the published counts of the current release. Raises UsageError where there is none."""
    return Published(current_folder(place))


def current_folder(place: Workspace) -> Path:
    """Return the folder of the current release. Raises UsageError where there is none."""
    release = place.current_release()
    if release is None:
        raise UsageError(f"There is no release in {place.root}.", "Make one with: hatecrime run")
    return release


def area_code(published: Published, area: str) -> str:
    """Return the code of an area of the release by any of its names or codes. Raises UsageError where it is unknown."""
    table = words.table(published)
    kind, means, _ = table["phrases"].get(words.phrase(words.split(area)), ["", "", ""])
    if kind != "area":
        names = ", ".join(sorted(one.name for one in published.places.values()))
        raise UsageError(f"The release has no figures for {area!r}.", f"Use one of {names}.")
    return str(means)


def logged(place: Workspace, published: Published, command: str, answers: list[Answer], purpose: str) -> None:
    """Log a pull of these answers. Raises StorageFailed where it cannot be logged."""
    asked = [
        pulls.Asked(
            one.key[1],
            one.key[0],
            one.key[2],
            replying.month(one.start),
            replying.month(one.end),
            pulls.GIVEN if one.value is not None else pulls.MERGED if one.nearby else pulls.REFUSED,
        )
        for one in answers
    ]
    pulls.log(place, command, published.about["release_id"], asked, purpose)


def month(text: str) -> int:
    """Return a month written YYYY-MM as its index. Raises UsageError where it is none."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}", text):
            raise ValueError
        return periods.month_index(date.fromisoformat(f"{text}-01"))
    except ValueError:
        raise UsageError(f"{text!r} is not a month.", "Write it as YYYY-MM.") from None


def _given(place: Workspace, published: Published, asked: Understood, command: str, purpose: str) -> Given:
    found = replying.reply(asked, published)
    logged(place, published, command, list(found.answers), purpose)
    return Given(found, published)
