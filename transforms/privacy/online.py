"""Identifiers of people on networks: e-mail addresses, web addresses, handles and IP addresses."""

import ipaddress
import re
from typing import Final

_EMAIL: Final = re.compile(
    r"[\w.+'-]+\s?@\s?[\w-]+(?:\.[\w-]+)+|[\w.+-]+\s*[\[(]\s*at\s*[\])]\s*[\w-]+|[\w.+-]+ at [\w-]+ dot \w+",
    re.IGNORECASE,
)
_WEB: Final = re.compile(
    r"\b[a-z][a-z+.-]{1,9}://|\bwww\."
    r"|(?<![\w@])(?:[a-z0-9-]+\.)+(?:com|uk|org|net|info|biz|io|me|tv|co|ly|gg|be|gov|eu)"
    r"(?![\w.])",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(
    r"(?<![\w@.])@[A-Za-z0-9_](?:[\w.]{2,})|\b(?:instagram|insta|facebook|fb|twitter|snapchat|snap|tiktok"
    r"|telegram|whatsapp|discord|skype)\s*(?:[:/@=]|name|id|user(?:name)?)\s*:?\s*[\w.@]{3,}",
    re.IGNORECASE,
)
_IP: Final = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:]|\.\d)",
    re.IGNORECASE,
)


def has_email(text: str) -> bool:
    """Say whether the text holds an e-mail address, also one written with "at" and "dot"."""
    return _EMAIL.search(text) is not None


def has_online(text: str) -> bool:
    """Say whether the text holds a web address or a social-media handle."""
    return _WEB.search(text) is not None or (_HANDLE.search(text) is not None and not has_email(text))


def has_ip_address(text: str) -> bool:
    """Say whether the text holds an IPv4 or IPv6 address."""
    for found in _IP.finditer(text):
        try:
            ipaddress.ip_address(found.group())
        except ValueError:
            continue
        return len(found.group()) > 2
    return False
