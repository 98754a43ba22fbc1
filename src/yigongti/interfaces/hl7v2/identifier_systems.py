"""The systems of identifiers in the record: every number that an institution gives is that institution's own.

One place, because the master index of residents and the record find a person and a visit again by exactly these names.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from yigongti.kernel.records import naming

RESIDENT_NUMBER = naming.RESIDENT_NUMBER
INSTITUTION = naming.INSTITUTION
DISPOSITION = naming.DISPOSITION
HEALTH_CARD = "urn:yigongti:health-card"
PASSPORT = "urn:yigongti:passport"

_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")

COUNTRY_WIDE = {
    "resident_number": RESIDENT_NUMBER,
    "insurance_number": naming.INSURED_NUMBER,
    "health_card": HEALTH_CARD,
    "passport": PASSPORT,
}


def of_institution(institution_code: str, kind: str) -> str:
    """urn:yigongti:institution:<code>:<kind>; kinds: record, visit, placer, filler, result, specimen, allergy,
    diagnosis, coverage, appointment, staff, codes. A visit's number has a system of its own and not that of the front
    page's case: what a message says of a stay must not replace what the discharge was settled on."""
    return f"{INSTITUTION}:{quote(institution_code, safe='')}:{kind}"


def of_authority(institution_code: str, namespace: str, universal_id: str, universal_type: str) -> str:
    """The system of numbers that somebody else than the institution assigns (an HD: namespace, id, type of id).

    Field systems write names where an object identifier belongs: what is none becomes the institution's word for it.
    """
    if universal_type == "ISO" and _OID.fullmatch(universal_id):
        return f"urn:oid:{universal_id}"
    if universal_type in {"UUID", "GUID"} and _UUID.fullmatch(universal_id):
        return f"urn:uuid:{universal_id.lower()}"
    if universal_type in {"URI", "URL"} and _URI.fullmatch(universal_id):
        return universal_id
    return of_institution(institution_code, f"assigner:{quote(namespace or universal_id, safe='')}")


def of_numbers(institution_code: str, kind: str) -> str:
    """The system of an institution's numbers of a kind that the policy does not know, by the institution's word."""
    return of_institution(institution_code, f"number:{quote(kind, safe='')}")


def is_object_identifier(text: str) -> bool:
    """Whether the text is an OID as urn:oid: takes it."""
    return bool(_OID.fullmatch(text))


def of_codes(institution_code: str, name: str) -> str:
    """The system of codes that an institution made itself."""
    return of_institution(institution_code, "codes" + (f":{quote(name, safe='')}" if name else ""))
