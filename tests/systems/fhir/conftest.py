"""Clients of hospitals, and systems that show their tokens."""

import pytest
from django.utils import timezone
from exchanging_system import System


@pytest.fixture
def client_of(county):
    """A client of a hospital and its secret: client_of("H1") → (Client, secret)"""
    from yigongti.kernel.access.actions.add_client import add_client

    def make(institution="H1", scopes=("system/*.cruds",), **fields):
        now = timezone.now()
        return add_client(
            name=f"演示检验系统 {institution}", institution_code=institution, scopes=list(scopes), at=now,
            valid_from=timezone.localdate(now), using="bulk", **fields,
        )  # fmt: skip

    return make


@pytest.fixture
def system(client_of):
    """A system of a hospital with a token: system("H1").get("metadata")"""
    from yigongti.kernel.access.clients import token_for

    def make(institution="H1", scopes=("system/*.cruds",)):
        client, secret = client_of(institution, scopes)
        token, _scopes, _seconds = token_for(client.client_id, secret, [], "127.0.0.1", timezone.now())
        return System(token)

    return make
