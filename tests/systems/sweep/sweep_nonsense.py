"""What no address and no form should hold, and which parameters a page reads: found by watching it read them."""

from __future__ import annotations

import base64
import json

import pytest
from django.http import QueryDict
from sweep_answers import fault_of
from sweep_routes import ROUTES

SEES_MOST = ("insurance_bureau_officer", "hospital_insurance_office", "coder")
"""Roles that together are let into nearly every page; system pages are asked as the administrator."""
ASKERS = (
    "coder", *SEES_MOST[:2], "system_administrator", "trail_reader", "registration_desk", "physician",
    "master_index_clerk", "privacy_officer",
)  # fmt: skip
SEES_RESIDENTS = ("physician", "registration_desk", "master_index_clerk", "privacy_officer")
"""Roles that together are let into the pages about residents."""


def mark(*content):
    """A forged place in a list, as the addresses of its pages carry it."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


NONSENSE = {
    "injected SQL": "'; DROP TABLE access_account; --",
    "a quote": "' OR '1'='1",
    "zero byte": "H1\x00",
    "very long": "9" * 5_000,
    "no month": "2026-99",
    "a digit that is no number": "²",
    "Chinese digits": "１２",
    "number beyond the database": "99999999999999999999",
    "not a number": "NaN",
    "infinite": "Infinity",
    "exponent": "1e400",
    "negative": "-1",
    "comparison without number": ">=",
    "several points": "1.2.3",
    "other scripts": "🩺\u202e\u0000\ufffe",
    "half a pair": "%ED%A0%80",
    "a path": "../../../../etc/passwd",
    "a template": "{{ 7|add:7 }}{% debug %}",
    "a format": "%s%(x)s{0.__class__}",
    "empty parts": "~~|,,;;",
    "a list": '["a", {"b": 1}]',
    "script": "<script>alert(1)</script>",
    "fields of the model": "institution__code__icontains",
    "a forged place": mark("", "x", "y"),
    "a place of lists": mark([1], [2], {"a": 3}),
    "a place of numbers": mark("d", "NaN", -1),
    "a place far away": mark("", 10**30, 10**30),
    "a place that is true": mark("", True, True),
    "a place with a zero byte": mark("", "\x00", "\x00"),
    "a place of nothing": base64.urlsafe_b64encode(b"null").decode(),
}


def watched(monkeypatch_context, browser, address):
    """The names of the parameters that the page asked its address for."""
    asked = set()
    originals = {name: getattr(QueryDict, name) for name in ("__getitem__", "get", "getlist", "__contains__")}

    def watching(original):
        def read(self, key, *rest, **more):
            if isinstance(key, str):
                asked.add(key)
            return original(self, key, *rest, **more)

        return read

    for name, original in originals.items():
        monkeypatch_context.setattr(QueryDict, name, watching(original), raising=False)
    browser.get(address)
    monkeypatch_context.undo()
    return asked


def parameters_of(sweep):
    """Route → (role that is let in, names of the parameters that the page reads); routes that take no GET are left."""
    found = {}
    for route in ROUTES:
        address = route.address(sweep.ours)
        role = next((r for r in ASKERS if sweep.browser(r).get(address).status_code == 200), None)
        if role is not None:
            with pytest.MonkeyPatch.context() as patch:
                found[route.name] = role, sorted(watched(patch, sweep.browser(role), f"{address}?try=1"))
    return found


def ask(sweep, parameters, route, query):
    role, _names = parameters[route.name]
    return fault_of(sweep.browser(role).get(f"{route.address(sweep.ours)}?{query}"))
