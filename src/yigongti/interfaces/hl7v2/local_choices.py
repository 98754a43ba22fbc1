"""What an office or a hospital may decide about its messages: policy/exchange/hl7v2, read into one value.

`version` names the choices and the code that maps: a message that was refused is applied again after a choice was
mended (`yigongti hl7 rerun`), and the log says with which version each was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any

from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Policy
from yigongti.interfaces.hl7v2.encoding import CharacterSets

FOLDER = "exchange/hl7v2"
MAPPING_CODE = "1"  # raised when a mapping in code changes what a message becomes
_FILES = frozenset(
    {
        "character_sets",
        "code_systems",
        "encounters",
        "identifiers",
        "messages",
        "orders",
        "people",
        "results",
        "senders",
    }
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message that is taken: the module that maps it, and what must stand in it."""

    mapping: str
    structure: str
    also_required: tuple[str, ...]
    may_be_missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class SendingSystems:
    """The systems of an institution: how they call it in MSH-4, and from which addresses they connect."""

    facilities: frozenset[str]
    clients: frozenset[str]


@dataclass(frozen=True, slots=True)
class LocalChoices:
    """All choices, by file, and the version that names them together."""

    version: str
    character_sets: CharacterSets
    kinds: Mapping[str, Kind]
    versions: frozenset[str]
    processing_ids: frozenset[str]
    identifier_kinds: Mapping[str, str]
    code_systems: Mapping[str, str]
    people: Mapping[str, Any]
    encounters: Mapping[str, Any]
    results: Mapping[str, Any]
    orders: Mapping[str, Any]
    senders: Mapping[str, SendingSystems]
    clock: timezone

    def takes_type(self, message_type: str) -> bool:
        """Whether any event of a message type is taken."""
        return any(name.split("^")[0] == message_type for name in self.kinds)


def read_choices(policy: Policy) -> LocalChoices:
    """The choices in force. Raises PolicyError when a file is missing or lacks what is asked of it."""
    documents = {
        document.path.rsplit("/", 1)[1].removesuffix(".yaml"): document for document in policy.documents(FOLDER)
    }
    lacking = _FILES - set(documents)
    if lacking:
        raise PolicyError(
            "hl7v2.choices_missing",
            zh=f"缺少报文对照文件 {'、'.join(sorted(lacking))}",
            en=f"the files {', '.join(sorted(lacking))} are missing",
            where=f"policy/{FOLDER}",
        )
    data = {name: document.data for name, document in documents.items()}
    digest = hashlib.sha256("".join(f"{n} {documents[n].digest}\n" for n in sorted(documents)).encode()).hexdigest()
    try:
        return _choices(data, f"{MAPPING_CODE}-{digest[:10]}")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PolicyError(
            "hl7v2.choices_incomplete",
            zh=f"报文对照文件缺少或写错 {error}",
            en=f"a file of choices lacks or misspells {error}",
            where=f"policy/{FOLDER}",
        ) from error


def _choices(data: Mapping[str, Any], version: str) -> LocalChoices:
    messages = data["messages"]
    kinds = {
        name: Kind(kind["mapping"], kind["structure"], tuple(kind["also_required"]), frozenset(kind["may_be_missing"]))
        for name, kind in messages["messages"].items()
    }
    sets = data["character_sets"]
    return LocalChoices(
        version=version,
        character_sets=CharacterSets(dict(sets["names"]), tuple(sets["when_absent"])),
        kinds=kinds,
        versions=frozenset(messages["versions"]),
        processing_ids=frozenset(messages["processing_ids"]),
        identifier_kinds=dict(data["identifiers"]["kinds"]),
        code_systems=dict(data["code_systems"]["systems"]),
        people=data["people"],
        encounters=data["encounters"],
        results=data["results"],
        orders=data["orders"],
        senders={
            code: SendingSystems(frozenset(systems["facilities"]), frozenset(systems["clients"]))
            for code, systems in data["senders"]["senders"].items()
        },
        clock=read_offset(data["people"]["offset"]),
    )


def read_offset(text: str) -> timezone:
    """A clock's distance from UTC, "+08:00" or "-0500". Raises ValueError."""
    sign, digits = text[:1], text[1:].replace(":", "")
    if sign not in {"+", "-"} or len(digits) != 4 or not digits.isdigit() or int(digits[2:]) > 59:
        raise ValueError(f"{text} is no offset")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timezone(timedelta(minutes=minutes if sign == "+" else -minutes))
