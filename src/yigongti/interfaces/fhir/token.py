"""POST /fhir/auth/token: OAuth 2 client credentials (RFC 6749 §4.4), answered in OAuth's own form."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import parse_qs, unquote_plus

from django.http import JsonResponse

from yigongti.foundation.errors import NotPermitted
from yigongti.interfaces.fhir.answering import Answer
from yigongti.interfaces.fhir.asked import FORMS, Asked
from yigongti.kernel.access.clients import token_for
from yigongti.kernel.access.middleware import visitor_address

NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def token(asked: Asked) -> Answer:
    """A token for a client that shows its id and secret, by Basic or in the body."""
    form = {
        name: values[0] for name, values in parse_qs(asked.body(FORMS).decode("utf-8", "replace")).items() if values
    }
    client_id, secret = _basic(asked.request.headers.get("Authorization", ""))
    client_id, secret = client_id or form.get("client_id", ""), secret or form.get("client_secret", "")
    if form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", "grant_type must be client_credentials")
    if not client_id or not secret:
        return _refused(401, "invalid_client", "client_id and client_secret are required")
    scopes = form.get("scope", "").split()
    try:
        made, granted, seconds = token_for(client_id, secret, scopes, visitor_address(asked.request), asked.at)
    except NotPermitted as error:
        status = 429 if error.code == "access.client_throttled" else 401
        return _refused(status, "invalid_client", error.text.en)
    if scopes and not granted:
        return _refused(400, "invalid_scope", "none of the scopes asked for is granted to this client")
    told = {"access_token": made, "token_type": "Bearer", "expires_in": seconds, "scope": " ".join(granted)}
    return Answer(raw=JsonResponse(told), headers=NOT_KEPT)


def _basic(header: str) -> tuple[str, str]:
    kind, _, text = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _refused(status: int, error: str, description: str) -> Answer:
    headers = {**NOT_KEPT, **({"WWW-Authenticate": 'Basic realm="fhir"'} if status == 401 else {})}
    body = {"error": error, "error_description": description}
    return Answer(raw=JsonResponse(body, status=status), headers=headers)
