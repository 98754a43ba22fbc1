"""Whose message is it: the institution that a connection or a file belongs to.

In this order: the institution that the listener was started for; the institution whose configured address the client
has (policy/exchange/hl7v2/senders.yaml); the institution that MSH-4 names, by code or by a configured name. What names
nobody is filed under the account's own institution and rejected there, so that it is seen and not lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yigongti.foundation.errors import NotFound
from yigongti.interfaces.hl7v2.actions.take_in import Origin
from yigongti.interfaces.hl7v2.local_choices import LocalChoices
from yigongti.interfaces.hl7v2.reception import Sender, readable_header
from yigongti.interfaces.hl7v2.rights import may_record, require_recording
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.organisations.models import Institution


@dataclass(frozen=True, slots=True)
class Door:
    """What a listener or a load was started with. fixed: the institution that it is for, or None for several."""

    actor: Actor
    choices: LocalChoices
    fixed: Institution | None
    facilities: frozenset[str] = frozenset()  # further names for MSH-4, beside the configured ones

    def sender_of(self, institution: Institution) -> Sender:
        """The institution with the names by which its systems call it."""
        configured = self.choices.senders.get(institution.code)
        names = configured.facilities if configured else frozenset()
        extra = self.facilities if self.fixed is not None else frozenset()
        return Sender(institution.code, institution.name, names | extra)

    def origin(self, raw: bytes, channel: str, address: str, client: str = "") -> Origin:
        """Where a message comes from; its institution is always one that the account may write for."""
        institution = self.fixed or self._by_client(client) or self._by_name(raw) or self._own()
        return Origin(self.actor, institution, self.sender_of(institution), channel, address)

    def admits(self, client: str) -> bool:
        """Whether connections from this address are taken: where addresses are configured, no others."""
        served = [self.fixed.code] if self.fixed is not None else list(self.choices.senders)
        configured = {c for code in served if code in self.choices.senders for c in self.choices.senders[code].clients}
        return not configured or client in configured

    def institutions(self) -> list[Institution]:
        """Those whose waiting messages are applied here."""
        if self.fixed is not None:
            return [self.fixed]
        return [i for i in Institution.objects.order_by("pk") if may_record(self.actor, i.pk)]

    def _by_client(self, client: str) -> Institution | None:
        codes = [code for code, systems in self.choices.senders.items() if client and client in systems.clients]
        return self._allowed(codes)

    def _by_name(self, raw: bytes) -> Institution | None:
        header = readable_header(raw)
        if header is None:
            return None
        names = {header.text(4, 1), header.text(4, 2)} - {""}
        configured = [code for code, systems in self.choices.senders.items() if names & systems.facilities]
        return self._allowed([*configured, *sorted(names)])

    def _allowed(self, codes: list[str]) -> Institution | None:
        for institution in Institution.objects.filter(code__in=codes).order_by("pk"):
            if may_record(self.actor, institution.pk):
                return institution
        return None

    def _own(self) -> Institution:
        own = next(p.institution_id for p in self.actor.posts if "records.write" in p.role.permissions)
        return Institution.objects.get(pk=own)


def open_door(account: str, institution_code: str, facilities: frozenset[str], choices: LocalChoices, on: date) -> Door:
    """The door of an account, for one institution or (code "") for all that it may write for.

    Raises NotFound for an unknown account or institution, NotPermitted when the account may not write records there.
    """
    actor = actor_by_username(account, on)
    if actor is None:
        raise NotFound(
            "hl7v2.no_account",
            zh="没有这个账号，请用 --as 写明接口系统的账号",
            en="there is no such account; name the exchanging system's account with --as",
            where=account,
        )
    if not institution_code:
        actor.require("records.write")
        return Door(actor, choices, None)
    institution = Institution.objects.filter(code=institution_code).first()
    if institution is None:
        raise NotFound(
            "hl7v2.no_institution", zh="没有这家机构", en="there is no such institution", where=institution_code
        )
    require_recording(actor, institution.pk)
    return Door(actor, choices, institution, facilities)
