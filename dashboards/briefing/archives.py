"""Office files with the same bytes for the same release: their archives are written again without a clock."""

import io
import re
import zipfile
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_DATED: Final = re.compile(rb"(<(?:dcterms:(?:created|modified)|meta:creation-date|dc:date)\b[^>]*>)[^<]*(<)")
_CORE: Final = ("docProps/core.xml", "meta.xml")


def undated(archive: bytes, day: date, language: str = "") -> bytes:
    """Return the archive with every member's time fixed and its own dates set to the day, workbooks inside it too.

    `language` is written among the properties of an Office file that has none. The order of the members stays,
    because an ODS opens with its type; what was stored stays stored.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(made, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename.endswith(".xlsx"):
                content = undated(content, day)
            elif member.filename.endswith(_CORE):
                content = _DATED.sub(rb"\g<1>%sT00:00:00Z\g<2>" % day.isoformat().encode(), content)
                if language and b"dc:language" not in content:
                    said = f"<dc:language>{escape(language)}</dc:language></cp:coreProperties>".encode()
                    content = content.replace(b"</cp:coreProperties>", said)
            entry = zipfile.ZipInfo(member.filename, _EPOCH)
            entry.compress_type = member.compress_type
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return made.getvalue()
