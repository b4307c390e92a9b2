"""Each kind of identifier is known by its public rule, and what merely resembles one is let through."""

import pytest

from transforms.privacy.findings import Kind
from transforms.privacy.values import kinds_in

HELD = {
    "07700 900123": "phone",
    "+44 (0)20 7946 0018": "phone",
    "7700900123.0": "phone",
    "０７７００ ９００１２３": "phone",
    "07700\u00a0900\u2011123": "phone",
    "07700\u200b900123": "phone",
    "someone@example.org": "email",
    "someone at example dot org": "email",
    "https://example.org/x": "online",
    "@angry_user": "online",
    "192.0.2.17": "ip_address",
    "2001:db8::17": "ip_address",
    "AL1 3JE": "postcode",
    "sw1a1aa": "postcode",
    "TL 148 072": "position",
    "51.7527, -0.3394": "position",
    "51°45'9\"N": "position",
    "12 High Street": "address",
    "AB 12 34 56 C": "nino",
    "943 476 5919": "nhs_number",
    "AB51 ABC": "number_plate",
    "A123BCD": "number_plate",
    "4111 1111 1111 1111": "payment_card",
    "41/12345/21": "crime_reference",
    "CRN 123456": "crime_reference",
    "14/08/1980": "date",
    "14 Aug 1980": "date",
    "DOB unknown": "birth",
    "Mr Smith": "person",
    "Mrs A Jones": "person",
    "PC 1234": "person",
    "PATEL, Priya": "person",
    "She was called names at the bus stop": "free_text",
}
CLEAN = """
9434765918
4111 1111 1111 1112
E07000103
E01023456
NY0303000
K35674659
2021/22
2023-04
Q1 2023
105/08
18-24
60 YRS AND OLDER
08:00-11:59
1.2.3
AL1
AL1 3
Watford 012
TL 14 07
£250.50
ASSAULT 3 & RELATED OFFENSES
Public fear, alarm or distress
Formal action against the offender is not in the public interest
Possessions (Puerto Rico, Guam, Canal Zone, Virgin Islands, and American Samoa)
Mischief To Religious Property, Educational Institutions, Etc.
St Albans
Bishop's Stortford
HCdf356ff80fc7b424
"""


@pytest.mark.parametrize(("value", "kind"), HELD.items())
def test_held(value, kind):
    assert Kind(kind) in kinds_in(value)


@pytest.mark.parametrize("value", CLEAN.strip().splitlines())
def test_clean(value):
    assert kinds_in(value) == set()
