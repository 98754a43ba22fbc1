"""Every route of the product, found by itself, and how an address is made of it.

A new page is swept without being named here. Only a path parameter of a new kind needs a sample: the failing test
says which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

WITHOUT_SIGNING_IN = {
    "access:sign_in": "where visitors are sent",
    "access:second_step": "the second half of signing in",
    "access:sign_out": "ending a session that is over already",
    "resident_services:sign_in": "where residents who visit are sent",
    "resident_services:enter_code": "the second half of a resident's signing in",
    "resident_services:sign_out": "ending a resident's session that is over already",
    "resident_services:larger": "the sign-in page can be read in larger type",
    "letters:letter": "whoever holds a letter may ask what it must say",
    "site:health": "load balancers ask it, without a session",
    "prices:public": "prices are public by law",
    "prices:api_catalogue": "the same list for programs",
    "supervision:published": "rulings that are published are for everybody",
    "site:language": "the sign-in page can be read in both languages",
}
"""Routes that a visitor may reach, each with its reason."""

SAMPLES = {
    "institution_code": "institution",
    "case_id": "case",
    "job_id": "job",
    "message_id": "message",
    "client_id": "client",
    "front_pages:codes/number": "question",
    "front_pages:files/number": "submission",
    "casemix_payment:requests/number": "request",
    "letter_code": "letter",
    "file_kind": "letter_file",
    "notice_id": "notice",
    "attachment_id": "attachment",
    "assignment_id": "assignment",
    "form_id": "form",
    "look_id": "look",
    "check_id": "check",
    "claim_checks:findings/number": "finding",
    "claim_checks:knowledge/number": "batch",
    "claim_checks:changes/number": "change_of_check",
    "claim_checks:self-checks/number": "self_check",
    "claim_checks:samples/number": "drawn_sample",
    "account": "account",
    "ledger:entries/number": "ledger_entry",
    "supervision:cases/number": "supervision_case",
    "supervision:api/number": "supervision_case",
    "fund:contracts/number": "fund_contract",
    "prices:items/code": "price_item",
    "prices:revisions/number": "price_revision",
    "prices:api/number": "price_revision",
    "prices:applications/number": "price_application",
    "line": "price_line",
    "rehearsal:<int:number>/number": "rehearsal",
    "rehearsal:<int:number>/parameter": "rehearsal_parameter",
    "rehearsal:<int:number>/file": "rehearsal_file",
    "rehearsal:<int:number>/step": "rehearsal_step",
    "points_id": "points",
    "publication_id": "publication",
    "campaign_id": "campaign",
    "inspection_id": "inspection",
    "care_id": "consent",
    "public_id": "resident",
    "fhir_id": "fact",
    "health_records:people/kind": "kind",
    "health_records:people/type": "fact_type",
    "health_records:openings/number": "opening",
    "health_records:pairs/number": "pair",
    "health_records:merges/number": "merge",
    "health_records:extracts/job_id": "extract",
    "matter_id": "matter",
    "transition": "step",
    "kind_id": "matter_kind",
    "benefits:settled/number": "settlement",
    "benefits:settlements/number": "settlement",
    "benefits:approvals/number": "benefit_approval",
    "benefits:injuries/number": "held_injury",
    "leave_id": "leave",
    "clearing_id": "clearing",
}
"""Path parameter → what it names in `Sample`. A parameter of one part of a system stands below that part's address."""


@dataclass(frozen=True)
class Sample:
    """What one hospital has, for the parameters of addresses."""

    institution: str
    case: str
    job: int
    message: int
    client: str
    submission: int
    question: int
    request: int
    profile: int
    resident: str
    fact: str
    opening: int
    pair: int
    merge: int
    extract: int
    letter: str
    notice: int = 0
    attachment: int = 0
    assignment: int = 0
    form: str = "school_canteen"
    look: int = 0
    check: str = "sex_limited_medicine"
    finding: int = 0
    batch: int = 0
    change_of_check: int = 0
    self_check: int = 0
    drawn_sample: int = 0
    fund_contract: int = 0
    price_item: str = ""
    price_revision: int = 0
    price_line: int = 0
    price_application: int = 0
    rehearsal: int = 0
    rehearsal_parameter: str = "benefit.deductible"
    rehearsal_file: int = 0
    rehearsal_step: str = "send"
    supervision_case: int = 0
    points: int = 0
    publication: int = 0
    campaign: int = 0
    inspection: int = 0
    consent: int = 0
    kind: str = "results"
    letter_file: str = "pdf"
    fact_type: str = "Condition"
    matter: int = 0
    step: str = "mend"
    matter_kind: str = "front_pages.defects"
    leave: int = 0
    settlement: int = 0
    benefit_approval: int = 0
    held_injury: int = 0
    clearing: int = 0
    account: str = "1101"
    ledger_entry: int = 0


@dataclass(frozen=True)
class Route:
    """A page or action with its name, its pattern and the names of its path parameters."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def permission(self) -> str | None:
        """The permission that its guard asks for; "" for a session alone, None without a guard."""
        return getattr(self.view, "guarded_by", None)

    def address(self, sample: Sample, **replaced: Any) -> str:
        """The address with the sample's values; `replaced` stands for path parameters by their name."""
        values = {name: getattr(sample, SAMPLES[self._key(name)]) for name in self.parameters}
        return reverse(self.name, kwargs=values | {k: v for k, v in replaced.items() if k in values})

    def _key(self, parameter: str) -> str:
        system, _colon, _name = self.name.partition(":")
        part = re.sub(r"^[a-z_]+/", "", self.pattern).partition("/")[0]
        for key in (f"{system}:{part}/{parameter}", parameter):
            if key in SAMPLES:
                return key
        raise LookupError(
            f"the route {self.name} ({self.pattern}) has a path parameter “{parameter}” of a new kind:"
            " give it a sample in tests/systems/sweep/sweep_routes.py"
        )


def _walk(patterns: list[URLPattern | URLResolver], before: str, namespace: str) -> Iterator[Route]:
    for found in patterns:
        pattern = before + str(found.pattern)
        if isinstance(found, URLResolver):
            inner = f"{namespace}{found.namespace}:" if found.namespace else namespace
            yield from _walk(found.url_patterns, pattern, inner)
        else:
            assert found.name, f"the route {pattern} has no name"
            yield Route(namespace + found.name, pattern, tuple(found.pattern.converters), found.callback)


def routes() -> list[Route]:
    """All routes of pages, in the order of the resolver. The names of applications are written as their templates name
    them. Addresses of FHIR are asked with tokens, and swept by tests/systems/fhir/test_every_address.py."""
    found = _walk(get_resolver().url_patterns, "", "")
    return [route for route in found if not hasattr(route.view, "handlers")]


ROUTES = routes()
BY_NAME: Mapping[str, Route] = {route.name: route for route in ROUTES}
