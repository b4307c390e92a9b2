"""Questions by the thousand: half of them sense, half of them noise, and some of them hostile."""

import random
import string

HOSTILE = (
    "constructor", "__proto__", "toString", "<script>alert(1)</script>", "'; drop table entries; --", "{when}",
    "{{7*7}}", "../../etc/passwd", "%00", "\x00", "\u202e", "ﬁgures", "Ｗａｔｆｏｒｄ", "wátförd", "watford" * 3, "0",
    "-1", "1e9", "2024-99", "31/02/2025", "99/9999", "q9", "Σίσυφος", "𝐑𝐚𝐜𝐞", "İstanbul", "race race", "not zero",
    "=1+1", "LGBT+", "100%",
)  # fmt: skip
GLUE = (
    "in",
    "for",
    "since",
    "from",
    "to",
    "until",
    "between",
    "and",
    "versus",
    "before",
    "after",
    "+",
    ",",
    "-",
    "to date",
)


def random_question(draw: random.Random, table: dict) -> str:
    """A question of one to eight parts: phrases of the table, periods, slips of the pen, noise."""
    return " ".join(_part(draw, table) for _ in range(draw.randint(1, 8)))


def _part(draw: random.Random, table: dict) -> str:
    chance = draw.random()
    if chance < 0.45:
        content = [said for said, meaning in table["phrases"].items() if meaning[0] in ("area", "characteristic")]
        said = draw.choice(content) if draw.random() < 0.7 else draw.choice(list(table["phrases"]))
        return _slip(draw, said) if draw.random() < 0.15 else said
    if chance < 0.75:
        return _period(draw, table)
    if chance < 0.9:
        return draw.choice(GLUE)
    if chance < 0.95:
        return draw.choice(HOSTILE)
    letters = string.ascii_letters + string.digits + string.punctuation + "éß–’ "
    return "".join(draw.choices(letters, k=draw.randint(1, 12)))


def _period(draw: random.Random, table: dict) -> str:
    """Words that fit a rule, filled at random."""
    written, _ = draw.choice(table["patterns"])
    year = draw.randint(2021, 2026)
    after = (year + 1) % 100
    fills = {
        "{month}": lambda: draw.choice(list(table["months"])),
        "{year}": lambda: str(year),
        "{years}": lambda: draw.choice([f"{year}/{after}", f"{year}-{after}", f"{year}/{year + 1}"]),
        "{iso}": lambda: draw.choice([f"{year}-{draw.randint(1, 12):02d}", f"{draw.randint(1, 12)}/{year}"]),
        "{either}": lambda: "2011-12",
        "{day}": lambda: draw.choice(["1", "31st", "2nd", "15"]),
        "{n}": lambda: draw.choice(["1", "3", "6", "12", "24", "two", "twelve", "999"]),
        "{yy}": lambda: str(year % 100),
        "{h}": lambda: draw.choice(["h1", "h2"]),
        "{q}": lambda: f"q{draw.randint(1, 4)}",
        "{ordinal}": lambda: draw.choice(list(table["ordinals"])),
        "{half}": lambda: draw.choice(["first", "second"]),
    }
    return " ".join(fills[part]() if part in fills else draw.choice(part.split("|")) for part in written)


def _slip(draw: random.Random, said: str) -> str:
    at = draw.randrange(len(said))
    return draw.choice([said[:at] + said[at + 1 :], said[:at] + draw.choice("aeiou") + said[at:], said.upper()])
