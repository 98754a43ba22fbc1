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


@pytest.fixture
def server(county):
    """The address of a real server on loopback, in threads of this process: http://127.0.0.1:…/fhir"""
    import threading
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *told):
            pass

    running = make_server("127.0.0.1", 0, get_wsgi_application(), WSGIServer, Quiet)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}/fhir"
    running.shutdown()
    thread.join()
    running.server_close()
