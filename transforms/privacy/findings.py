"""What the privacy gate may say: the kinds of identifier, and where one was found, never its value."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """A kind of identifier; the value is the word a profile uses under `may_hold`."""

    COLUMN_NAME = "column_name"
    CLEAR_KEY = "clear_key"
    PHONE = "phone"
    EMAIL = "email"
    ONLINE = "online"
    IP_ADDRESS = "ip_address"
    POSTCODE = "postcode"
    POSITION = "position"
    ADDRESS = "address"
    NINO = "nino"
    NHS = "nhs_number"
    PLATE = "number_plate"
    CARD = "payment_card"
    CRIME_REFERENCE = "crime_reference"
    DATE = "date"
    BIRTH = "birth"
    PERSON = "person"
    FREE_TEXT = "free_text"
    TIME_OF_DAY = "time_of_day"

    @property
    def words(self) -> str:
        """The kind as it stands in a sentence."""
        return _WORDS[self]


_WORDS = {
    Kind.COLUMN_NAME: "a column name that promises identifying values",
    Kind.CLEAR_KEY: "report ids that look like crime numbers in clear",
    Kind.PHONE: "a telephone number",
    Kind.EMAIL: "an e-mail address",
    Kind.ONLINE: "a web address or social-media handle",
    Kind.IP_ADDRESS: "an IP address",
    Kind.POSTCODE: "a full postcode",
    Kind.POSITION: "an exact position",
    Kind.ADDRESS: "a house number and street",
    Kind.NINO: "a National Insurance number",
    Kind.NHS: "an NHS number",
    Kind.PLATE: "a vehicle registration",
    Kind.CARD: "a payment card number",
    Kind.CRIME_REFERENCE: "a crime or PNC reference",
    Kind.DATE: "a date outside the declared date columns",
    Kind.BIRTH: "a date of birth or exact age",
    Kind.PERSON: "a person's name",
    Kind.FREE_TEXT: "free text",
    Kind.TIME_OF_DAY: "times finer than an hour",
}


@dataclass(frozen=True)
class Finding:
    """One kind of identifier in one column of one file.

    `line_numbers` holds the first 20 lines of the file; `count` is the rows seen to hold it: a lower bound
    where a column is so full of identifiers that the search stopped early. A `stop` refuses the file; a
    `warn` goes to the analyst.
    """

    kind: Kind
    column: str
    line_numbers: tuple[int, ...] = ()
    count: int = 0
    severity: Literal["stop", "warn"] = "stop"
