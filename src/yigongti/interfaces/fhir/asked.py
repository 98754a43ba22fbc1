"""A request of FHIR, read: who asks, what for, how the answer should look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.clients import Credential
from yigongti.kernel.records.public import Refused, Work, read_json

LARGEST = 32 * 1024 * 1024  # bytes of a body
BODIES = ("application/fhir+json", "application/json", "text/json")
PATCHES = ("application/json-patch+json",)
FORMS = ("application/x-www-form-urlencoded",)
_FORMATS = ("json", *BODIES)


@dataclass
class Asked:
    """A request. query: decoded, in order. seen: resident → types shown of their record, for the log of views."""

    request: HttpRequest
    actor: Actor
    credential: Credential | None
    base: str
    query: list[tuple[str, str]]
    pretty: bool = False
    prefer: dict[str, str] = field(default_factory=dict)
    at: datetime = field(default_factory=timezone.now)
    seen: dict[int, list[str]] = field(default_factory=dict)

    @property
    def strict(self) -> bool:
        """Unknown search parameters are refused unless the client asks for leniency: a filter that is silently left out
        shows other people's results as if they matched."""
        return self.prefer.get("handling") != "lenient"

    def allow(self, interaction: str, type_name: str) -> None:
        """Raises NotPermitted unless the client's scopes allow it; people have none, their posts say all."""
        if self.credential is not None:
            self.credential.grants.require(interaction, type_name)

    def viewed(self, resident_id: int, type_name: str) -> None:
        """Something of this resident's record is in the answer."""
        types = self.seen.setdefault(resident_id, [])
        if type_name not in types:
            types.append(type_name)

    def work(self) -> Work:
        """What a writing interaction needs."""
        return Work(self.actor, self.institution("records.write"), self.at, self.base, "default", self.allow)

    def institution(self, permission: str) -> int:
        """Where the actor acts: named by X-Institution (a code), else the first post that allows it."""
        code = self.request.headers.get("X-Institution", "")
        posts = [post for post in self.actor.posts if permission in post.role.permissions]
        named = [post for post in posts if not code or post.institution_code == code]
        if not named:
            self.actor.require(permission)
            raise Refused(
                403, "forbidden", zh="您在该机构没有这项权限", en="no post of yours allows this at that institution",
                where="X-Institution",
            )  # fmt: skip
        return named[0].institution_id

    def body(self, kinds: Sequence[str] = BODIES) -> bytes:
        """The body. Raises Refused: 415 for another kind, 413 for more than LARGEST bytes."""
        kind = self.request.content_type or ""
        if kind.lower() not in kinds:
            raise Refused(
                415, "not-supported", zh=f"Content-Type 应为 {kinds[0]}", en=f"Content-Type must be {kinds[0]}",
                where="Content-Type",
            )  # fmt: skip
        data: bytes = self.request.read(LARGEST + 1)
        if len(data) > LARGEST:
            megabytes = LARGEST // 2**20
            raise Refused(
                413, "too-long", zh=f"请求体超过 {megabytes} MB", en=f"the body is larger than {megabytes} MB"
            )
        return data

    def resource(self) -> dict[str, Any]:
        """The body as a resource. Raises InvalidInput for what is no JSON object."""
        return read_json(self.body())


def read_request(request: HttpRequest) -> Asked:
    """The request, with its query and its preferences; nothing is refused yet."""
    # WSGI hands bytes over as Latin-1; Chinese that is not percent-encoded is UTF-8
    text = request.META.get("QUERY_STRING", "").encode("latin-1", "replace").decode("utf-8", "replace")
    query = parse_qsl(text, keep_blank_values=True)
    prefer = {}
    for part in request.headers.get("Prefer", "").replace(";", ",").split(","):
        name, _, value = part.strip().partition("=")
        prefer[name.lower()] = value.strip('"')
    return Asked(
        request=request,
        actor=request.actor,  # type: ignore[attr-defined]
        credential=getattr(request, "credential", None),
        base=request.build_absolute_uri("/fhir"),
        query=query,
        pretty=dict(query).get("_pretty") == "true",
        prefer=prefer,
    )


def require_json(asked: Asked) -> None:
    """Raises Refused (406) where only another format than JSON would do."""
    wished = dict(asked.query).get("_format", "")
    if wished:
        if wished.partition(";")[0].replace(" ", "+").strip().lower() not in _FORMATS:
            raise _no_format()
        return
    accepted = [part.partition(";")[0].strip().lower() for part in asked.request.headers.get("Accept", "").split(",")]
    if not any(kind in {"", "*/*", "application/*", *BODIES, *PATCHES} for kind in accepted):
        raise _no_format()


def _no_format() -> Refused:
    return Refused(
        406, "not-supported", zh="本系统只提供 JSON（application/fhir+json）",
        en="only JSON is given here (application/fhir+json)", where="Accept",
    )  # fmt: skip
