"""Identifiers of every kind, made up from public rules and not from the gate's patterns, and clean files to hide them
in. Numbers are drawn at random; phone numbers of people are avoided where a reserved range exists."""

import random
import string
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data import profile as profiles
from data.profile import Profile
from data.synthetic import World, generate
from transforms.privacy import inspect
from transforms.reading import LINE_NUMBER


def words(text: str) -> list[str]:
    return text.split()


SURNAMES = words(
    "Smith Jones Taylor Patel Khan O'Neill McDonald Smith-Jones Nowak Okafor Brown Singh Begum Murphy D'Souza "
    "Featherstonehaugh Li Ahmed Evans Kaur"
)
MEMORY_TAGS = words("AB BD CE DE EA FG GK HN KM LB MX NA OU PO RE SA VA WF YK")
OUTWARD = words(
    "AL1 AL10 SG1 SG13 WD17 WD6 HP1 HP23 EN8 LU1 CM23 SW1A EC1A W1A N1 M1 B33 CR2 DN55 BT7 EH12 CF10 ZE1 G2"
)
SQUARES = words("TL TQ SU SP SK NZ NT SE SJ ST SO TR TG NS NY SH")
MONTHS = words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")


def digits(r: random.Random, count: int) -> str:
    return "".join(r.choice(string.digits) for _ in range(count))


def letters(r: random.Random, count: int, of: str = "ABCDEFGHJKLMNOPRSTUVWXY") -> str:
    return "".join(r.choice(of) for _ in range(count))


def phone(r: random.Random) -> str:
    mobile, land = f"07700 900{digits(r, 3)}", f"01632 960{digits(r, 3)}"
    bare = mobile.replace(" ", "")
    return r.choice(
        [
            mobile,
            bare,
            land,
            land.replace(" ", ""),
            f"020 7946 0{digits(r, 3)}",
            f"(020) 7946 0{digits(r, 3)}",
            f"+44 {mobile[1:]}",
            f"+44{bare[1:]}",
            f"+44 (0){mobile[1:]}",
            f"0044 {mobile[1:]}",
            f"tel: {mobile}",
            f"Mob {bare} (sister)",
            mobile.replace(" ", "-"),
            f"07700.900.{digits(r, 3)}",
            f"{bare[1:]}",
            f"{bare[1:]}.0",
            f"0114 496 0{digits(r, 3)}",
            f"01727 7{digits(r, 5)}",
        ]
    )


def email(r: random.Random) -> str:
    who = r.choice(["j.smith", "amina_k", "bob+hate", "O'Neil", "x", "pc1234", "first.last99"])
    host = r.choice(["example.com", "herts.police.example", "mail.example.co.uk", "xn--example.org"])
    return r.choice(
        [
            f"{who}@{host}",
            f"<{who}@{host}>",
            f"e-mail {who}@{host}",
            f"{who} (at) {host}",
            f"{who}@{host}".upper(),
        ]
    )


def online(r: random.Random) -> str:
    who = r.choice(["angry_user", "jane99", "KeithS", "x_factor"])
    return r.choice(
        [
            f"https://example.com/{who}",
            f"www.example.org/{who}",
            f"facebook.com/{who}",
            f"@{who}",
            f"insta: {who}",
            f"Twitter @{who}",
            f"Snapchat - see @{who}",
            f"http://t.example/{digits(r, 6)}",
            f"{who}.example.co.uk",
        ]
    )


def postcode(r: random.Random) -> str:
    unit = f"{r.choice(OUTWARD)} {r.choice(string.digits)}{letters(r, 2, 'ABDEFGHJLNPQRSTUWXYZ')}"
    return r.choice([unit, unit.replace(" ", ""), unit.lower(), f"near {unit}", f"{unit}.", unit.replace(" ", "  ")])


def nino(r: random.Random) -> str:
    prefix, number = r.choice(["AB", "CE", "HJ", "JK", "LM", "PR", "SX", "TW", "YZ", "WM"]), digits(r, 6)
    suffix = r.choice("ABCD")
    spaced = f"{prefix} {number[:2]} {number[2:4]} {number[4:]} {suffix}"
    return r.choice(
        [
            f"{prefix}{number}{suffix}",
            spaced,
            f"{prefix}{number}{suffix}".lower(),
            f"NI {prefix}{number}{suffix}",
        ]
    )


def nhs_number(r: random.Random) -> str:
    while True:
        first = digits(r, 9)
        check = 11 - sum(int(d) * (10 - place) for place, d in enumerate(first)) % 11
        if check != 10 and first.strip("0"):
            whole = first + str(check % 11)
            return r.choice(
                [
                    whole,
                    f"{whole[:3]} {whole[3:6]} {whole[6:]}",
                    f"{whole[:3]}-{whole[3:6]}-{whole[6:]}",
                    f"NHS {whole}",
                ]
            )


def plate(r: random.Random) -> str:
    current = f"{r.choice(MEMORY_TAGS)}{r.choice(['51', '02', '19', '69', '21', '74'])} {letters(r, 3)}"
    prefix = f"{r.choice('ABCDEFGHJKLMNPRSTVWXY')}{r.randint(21, 999)} {letters(r, 1)}{letters(r, 2, 'BCDFGHKLMPRST')}"
    suffix = f"{letters(r, 3, 'BCDFGHKLMPRST')} {r.randint(10, 999)}{r.choice('ABCDEFGHJKLMNPRSTVWXY')}"
    northern = f"{r.choice('ABCDEFGHJK')}{r.choice(['AZ', 'EZ', 'IL', 'IG', 'BZ'])} {r.randint(1000, 9999)}"
    shown = r.choices([current, prefix, suffix, northern], [8, 2, 1, 1])[0]
    return r.choice([shown, shown.replace(" ", ""), f"reg {shown}"])


def card(r: random.Random) -> str:
    first, length = r.choice([("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16)])
    body = first + digits(r, length - len(first) - 1)
    total = sum(int(d) if place % 2 else sum(divmod(2 * int(d), 10)) for place, d in enumerate(reversed(body)))
    whole = body + str(-total % 10)
    return r.choice([whole, " ".join(whole[at : at + 4] for at in range(0, length, 4))])


def crime_reference(r: random.Random) -> str:
    year = f"{r.randint(10, 25)}"
    return r.choice(
        [
            f"41/{r.randint(100, 99999)}/{year}",
            f"01/{r.randint(1000, 9999)}/{year}",
            f"41HC/{r.randint(100, 99999)}/{year}",
            f"{r.randint(1000000, 9999999)}/{year}",
            f"CRN {digits(r, 6)}",
            f"Crime ref {digits(r, 5)}/{year}",
            f"CR-20{year}-{digits(r, 6)}",
            f"MPS/20{year}/{digits(r, 6)}",
            f"CAD {digits(r, 5)}",
            f"PNC {year}/{digits(r, 6)}X",
        ]
    )


def birth(r: random.Random) -> str:
    day, month, year = r.randint(1, 28), r.randint(1, 12), r.randint(1935, 2012)
    return r.choice(
        [
            f"{year}-{month:02}-{day:02}",
            f"{day:02}/{month:02}/{year}",
            f"{day}.{month}.{year}",
            f"{day} {MONTHS[month - 1]} {year}",
            f"{day}-{MONTHS[month - 1]}-{year % 100:02}",
            f"{MONTHS[month - 1]} {day}, {year}",
            f"{day:02}/{month:02}/{year % 100:02}",
            f"DOB {day}/{month}/{year}",
            f"dob:{year}{month:02}{day:02}",
            f"born {day} {MONTHS[month - 1]}",
            f"{year}{month:02}{day:02}",
            f"{year}-{month:02}-{day:02} 00:00:00",
            f"aged {r.randint(11, 93)}",
            f"{r.randint(11, 93)} years old",
        ]
    )


def person(r: random.Random) -> str:
    title, surname = (
        r.choice(["Mr", "Mrs", "Miss", "Ms", "Dr", "Mr.", "Mx", "Prof", "Rev"]),
        r.choice(SURNAMES),
    )
    return r.choice(
        [
            f"{title} {surname}",
            f"{title} {letters(r, 1)} {surname}",
            f"{title} {letters(r, 1)}. {letters(r, 1)}. {surname}",
            f"{title} {surname}".upper(),
            f"Mr {surname}".lower(),
            f"{title} van {surname}",
            f"neighbour {title} {surname}",
            f"PC {r.choice(SURNAMES)}",
            f"Sgt {digits(r, 4)} {surname}",
            f"Inspector {surname}",
            f"PC {digits(r, 4)}",
        ]
    )


def position(r: random.Random) -> str:
    lat, lon = r.uniform(50.0, 58.9), r.uniform(-5.5, 1.7)
    half = r.choice([3, 4, 5])
    square = r.choice(SQUARES)
    return r.choice(
        [
            f"{lat:.5f}, {lon:.5f}",
            f"{lat:.4f},{lon:.4f}",
            f"{lat:.6f}",
            f"{lat:.4f} {lon:.4f}",
            f"({lat:.5f}; {lon:.5f})",
            f"{square}{digits(r, 2 * half)}",
            f"{square} {digits(r, half)} {digits(r, half)}",
            f"{int(lat)}°{r.randint(0, 59)}'{r.randint(0, 59)}\"N",
            f"{r.randint(400000, 600000)},{r.randint(210000, 400000)}",
            "///filled.count.soap",
        ]
    )


def ip_address(r: random.Random) -> str:
    four = f"{r.choice([192, 198, 203, 10, 86])}.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)}"
    return r.choice(
        [
            four,
            f"IP {four}",
            f"2001:db8::{letters(r, 3, '0123456789abcdef')}",
            f"2001:db8:0:1:{digits(r, 3)}:1:1:1",
        ]
    )


def address(r: random.Random) -> str:
    street = r.choice(["High Street", "Station Road", "St Albans Rd", "Acacia Avenue", "Church Ln", "the Grove"])
    return r.choice(
        [
            f"{r.randint(1, 250)} {street}",
            f"Flat 3, {r.randint(1, 99)} {street}",
            f"{r.randint(1, 99)}a {street}, Watford",
        ]
    )


STORIES = (
    "{who} shouted racist abuse from a passing car and drove off",
    "The {who} was walking home when a group of youths surrounded him",
    "{who} states that her neighbour calls her names every day",
    "Caller reports being spat at on the bus by {who}",
    "I was told to go back to my own country by {who}",
    "{who} has been receiving threatening letters at home since March",
    "Graffiti found on the wall of the mosque. CCTV requested.",
    "Windows smashed overnight at the address of {who}.",
    "{who} attended the station and said they felt unsafe",
    "Two men approached {who} outside the club and punched him twice",
    "{who} believes this happened because of his disability",
    "Approached by male, told he does not belong here",
    "Ongoing dispute with {who}, who damaged the fence and used slurs.",
    "She left the shop and {who} followed her to the car park",
)


def free_text(r: random.Random) -> str:
    who = r.choice(["suspect", "unknown male", "the manager", "a customer", "ex-partner", "victim", "teenager"])
    story = r.choice(STORIES).format(who=who)
    return r.choice([story, story[0].upper() + story[1:], story.upper()])


KINDS: dict[str, Callable[[random.Random], str]] = {
    "phone": phone,
    "email": email,
    "online": online,
    "postcode": postcode,
    "nino": nino,
    "nhs_number": nhs_number,
    "plate": plate,
    "card": card,
    "crime_reference": crime_reference,
    "birth": birth,
    "person": person,
    "position": position,
    "ip_address": ip_address,
    "address": address,
    "free_text": free_text,
}
DATE_COLUMNS = ("occurred_date", "reported_date", "recorded_date")


@cache
def clean_rows() -> pd.DataFrame:
    """Synthetic Hertfordshire rows as text, columns in the contract's order."""
    versions = generate(World(scale=0.3)).versions.drop(columns="extracted_on")
    text = versions.astype("object")
    for column in DATE_COLUMNS:
        text[column] = versions[column].dt.strftime("%Y-%m-%d")
    return text.where(versions.notna(), None)


def written(frame: pd.DataFrame, path: Path) -> Path:
    """Write canonical Parquet: every column text, and line numbers from 2."""
    columns = {name: pa.array([None if pd.isna(v) else v for v in frame[name]], pa.string()) for name in frame}
    columns[LINE_NUMBER] = pa.array(range(2, len(frame) + 2), pa.int64())
    pq.write_table(pa.table(columns), path)
    return path


def planted_trial(count: int, seed: int, folder: Path, a_file: int = 100) -> dict[str, tuple[int, int]]:
    """Plant `count` identifiers in clean files, `a_file` each, and return (planted, found) by kind.

    Found: a finding that stops the file names the column and the line. A date in a date column is no identifier.
    """
    r = random.Random(seed)
    profile = profiles.load("hertfordshire")
    result = dict.fromkeys(KINDS, (0, 0))
    left = count
    while left:
        size = min(a_file, left)
        left -= size
        frame = clean_rows().sample(4 * size, random_state=r.randrange(2**31)).reset_index(drop=True)
        planted = []
        for row in r.sample(range(len(frame)), size):
            kind = r.choice(list(KINDS))
            column = r.choice([name for name in frame if kind != "birth" or name not in DATE_COLUMNS])
            frame.loc[row, column] = KINDS[kind](r)
            planted.append((kind, column, row + 2))
        stops = inspect(written(frame, folder / "planted.parquet"), profile, folder).stops
        told = {(stop.column, line) for stop in stops for line in stop.line_numbers}
        for kind, column, line in planted:
            there, found = result[kind]
            result[kind] = there + 1, found + ((column, line) in told)
    return result


def _hexadecimal(r: random.Random, count: int) -> str:
    return letters(r, count, "0123456789abcdef")


PSEUDONYMS: tuple[Callable[[random.Random], str], ...] = (
    lambda r: f"HC{_hexadecimal(r, 16)}",
    lambda r: _hexadecimal(r, 64),
    lambda r: _hexadecimal(r, 32).upper(),
    lambda r: _hexadecimal(r, 16),
    lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4)),
)
WORDINGS = {
    "offence_title": (
        "Racially or religiously aggravated public fear, alarm or distress",
        "Racially or religiously aggravated assault without injury",
        "Assault with injury on a constable",
        "Assault without injury",
        "Sending letters etc with intent to cause distress or anxiety",
        "Other criminal damage to a building other than a dwelling (under £5,000)",
        "Threat or possession with intent to commit criminal damage",
        "Possession of article with blade or point",
        "Wounding or carrying out an act endangering life",
        "Harassment, alarm or distress (S.5 Public Order Act 1986)",
        "Public fear alarm or distress - S4A POA 1986",
        "Arson not endangering life",
        "Robbery of personal property",
    ),
    "outcome_wording": (
        "1 Charged/Summonsed",
        "3 Caution - adults",
        "8 Community Resolution",
        "14 Evidential difficulties: suspect not identified; victim declines/unable to support further action",
        "15 Evidential difficulties: suspect identified; victim supports action",
        "16 Evidential difficulties: victim does not support action; suspect identified",
        "18 Investigation complete: no suspect identified",
        "9 Prosecution not in the public interest (CPS)",
        "10 Formal action against the offender is not in the public interest (Police)",
        "20 Further action undertaken by another body/agency",
        "Not yet assigned an outcome",
    ),
    "location_type": (
        "Dwelling - inside",
        "Street/Road/Footpath",
        "Bus, coach or tram",
        "Licensed premises (pub, club or bar)",
        "Place of worship",
        "School, college or university",
        "Online / social media",
        "Car park",
        "N/A",
    ),
    "area_covered": (
        "Stevenage",
        "St Albans City and District",
        "Welwyn Hatfield",
        "Hertford Castle Ward",
        "Bishop's Stortford All Saints",
        "Watford Central",
        "Rickmansworth Town",
        "Kings Langley",
        "Outside force area",
        "Victoria",
        "Sandridge & Wheathampstead",
    ),
    "msoa_group": (
        "Watford 012",
        "St Albans 003",
        "Dacorum 018B",
        "Three Rivers 010",
        "East Hertfordshire 007A",
    ),
    "age_band": (
        "0-9",
        "10-17",
        "18-24",
        "25 to 34",
        "35-44",
        "65+",
        "Under 18",
        "aged 75 and over",
        "Not known",
    ),
    "self_defined_ethnicity": (
        "W1",
        "W9",
        "A2 - Pakistani",
        "B1",
        "M3",
        "O9",
        "NS",
        "White - British",
        "Not stated",
    ),
    "gender_group": ("Male", "Female", "Non-binary", "Prefer not to say", "Unknown"),
    "time_band": ("00:00-05:59", "06:00 - 11:59", "Evening", "18-22", "Night", "Unknown"),
    "severity": ("Low", "Medium", "High", "Standard risk", "3.125", "12.5", "0.75"),
    "financial_year": ("2019/20", "2020/21", "2023/24", "FY2022-23"),
    "quarter": ("Q1 2023", "2023-Q4", "Q2", "Jan - Mar", "Apr-Jun"),
    "month_recorded": ("2023-01", "Jan 2023", "202303", "March", "12"),
    "ho_code": ("008/01", "105/08", "125/09", "8N", "00902", "66", "058/05", "8L"),
    "flags": ("HC; DV", "HATE|ALC", "RACE,FAITH", "None", "Y", "Alcohol; Hate crime - race"),
    "weapon_class": (
        "None",
        "Knife",
        "Blunt object",
        "Threat only",
        "Firearm - imitation",
        "Other: not specified",
    ),
    "lsoa_code": (),
    "row_version": (),
    "loss_pounds": (),
}


def _wording(r: random.Random, column: str) -> str:
    if column == "lsoa_code":
        return f"E010{r.randint(23000, 33999)}"
    if column == "row_version":
        return str(r.randint(1, 9_999_999))
    if column == "loss_pounds":
        return r.choice([f"{r.randint(0, 5000)}.{digits(r, 2)}", f"£{r.randint(0, 5000)}", "0"])
    return r.choice(WORDINGS[column])


def clean_file(seed: int, folder: Path) -> tuple[Path, Profile]:
    """Write a small clean extract of random size, pseudonyms, dates and set-aside columns, with its profile."""
    r = random.Random(seed)
    frame = clean_rows().sample(r.choice([1, 3, 12, 40, 150, 400]), random_state=seed % 2**31).reset_index(drop=True)
    pseudonym = r.choice(PSEUDONYMS)
    frame["report_id"] = [pseudonym(r) for _ in range(len(frame))]
    style = r.choice(["%Y-%m-%d", "%d/%m/%Y", "%d-%b-%y", "%Y%m%d", "%d/%m/%Y 00:00", "%Y-%m-%dT%H:00:00Z", "%d %B %Y"])
    for column in DATE_COLUMNS:
        frame[column] = pd.to_datetime(frame[column]).dt.strftime(style)
    ignored = r.sample(list(WORDINGS), r.randint(0, 6))
    for column in ignored:
        frame[column] = [_wording(r, column) if r.random() > 0.05 else None for _ in range(len(frame))]
    profile = profiles.load("hertfordshire").model_copy(
        update={
            "ignored_columns": ignored,
            "dates": {name: [style] for name in ("occurred", "reported", "recorded")},
        }
    )
    return written(frame, folder / "clean.parquet"), profile
