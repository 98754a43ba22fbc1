"""What a message becomes: a transaction of resources, or the order to merge two registrations.

The entries of a transaction name each other by `urn:uuid:`, made from institution and identifier, so that the same
message gives the same bundle. Verbs: a resource that the message describes as it now is (a visit, a result) is PUT
with a condition on its identifier; one that is only mentioned (the patient of a result) is POSTed with `ifNoneExist`,
so that a laboratory never overwrites what the registration desk wrote.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from yigongti.interfaces.hl7v2.identifier_systems import INSTITUTION, of_institution
from yigongti.interfaces.hl7v2.local_choices import LocalChoices
from yigongti.interfaces.hl7v2.problems import Problem

Resource = dict[str, Any]
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, INSTITUTION)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number and who gave it."""

    system: str
    value: str

    @property
    def token(self) -> str:
        """As a FHIR search writes it."""
        return f"{self.system}|{self.value}"

    @property
    def query(self) -> str:
        """As a condition of a request: identifier=system|value, safe in an address."""
        return f"identifier={quote(self.system, safe=':/.')}|{quote(self.value, safe='')}"

    def as_fhir(self, **more: Any) -> Resource:
        return {**more, "system": self.system, "value": self.value}


@dataclass(frozen=True, slots=True)
class Merge:
    """ADT A40: the registration that stays and the one that ends, with the moment and who says so."""

    survivors: tuple[Identifier, ...]
    retired: tuple[Identifier, ...]
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class Translation:
    """bundle: a FHIR transaction, or None for a merge. subject: the patient's key; messages of one keep their order."""

    bundle: Resource | None
    merge: Merge | None
    subject: str
    warnings: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Draft:
    """A translation under way: the choices, the institution whose message it is, entries and warnings so far."""

    choices: LocalChoices
    institution_code: str
    institution_name: str = ""
    facility: frozenset[str] = frozenset()  # the names by which the sender calls itself (MSH-4): its own numbers
    entries: list[Resource] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def own(self, kind: str, value: str) -> Identifier:
        """An identifier of the sending institution."""
        return Identifier(of_institution(self.institution_code, kind), value)

    def put(self, resource: Resource, key: Identifier) -> Resource:
        """The resource is as it stands here: create it, or replace the one of this identifier. Answers a reference."""
        return self._add(resource, key, {"method": "PUT", "url": f"{resource['resourceType']}?{key.query}"})

    def mention(self, resource: Resource, key: Identifier) -> Resource:
        """The resource must be there; one that is already there stays as it is. Answers a reference."""
        request = {"method": "POST", "url": resource["resourceType"], "ifNoneExist": key.query}
        return self._add(resource, key, request)

    def _add(self, resource: Resource, key: Identifier, request: Resource) -> Resource:
        address = f"urn:uuid:{uuid.uuid5(_NAMES, resource['resourceType'] + ' ' + key.token)}"
        entry = {"fullUrl": address, "resource": resource, "request": request}
        if address in self._places:  # the same thing twice in one message: the later word holds
            self.entries[self._places[address]] = entry
        else:
            self._places[address] = len(self.entries)
            self.entries.append(entry)
        return {"reference": address}

    def bundle(self) -> Resource:
        return {"resourceType": "Bundle", "type": "transaction", "entry": self.entries}

    @property
    def organisation(self) -> Resource:
        """The sending institution, named by its code."""
        named = {"identifier": {"system": INSTITUTION, "value": self.institution_code}}
        return named | ({"display": self.institution_name} if self.institution_name else {})


def without_empty(resource: Resource) -> Resource:
    """FHIR has no empty strings, lists and objects: what says nothing is left out."""
    return {key: value for key, value in resource.items() if value not in (None, "", [], {})}
