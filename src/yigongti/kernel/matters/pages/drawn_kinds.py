"""The kinds of matter, each drawn from its own declaration, with the same in a table."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.roles import PERMISSIONS
from yigongti.kernel.matters import registry
from yigongti.kernel.matters.drawing import deadline, draw, need_words, place_words, who_words
from yigongti.kernel.matters.kinds import Kind
from yigongti.kernel.matters.registry import kind_of


@signed_in
def all_kinds(request: HttpRequest) -> HttpResponse:
    """Every kind, with how many states and steps it has."""
    return render(request, "matters/kinds.html", {"kinds": list(registry.kinds().values())})


@signed_in
def one_kind(request: HttpRequest, kind_id: str) -> HttpResponse:
    """One kind: drawn, and as a table."""
    kind, today = kind_of(kind_id), timezone.localdate()
    context = {"kind": kind, "drawing": draw(kind, policy(), today), "states": _states(kind)}
    return render(request, "matters/kind.html", context)


def _states(kind: Kind) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {
            "state": state,
            "who": who_words(state.desk.permission, state.desk.at) if state.desk else "",
            "deadline": deadline(state, policy(), today),
            "escalates": [PERMISSIONS[permission] for permission in state.escalates_to],
            "steps": [
                {
                    "step": step, "to": kind.state(step.target), "place": place_words(step.at),
                    "who": "" if step.automatic else who_words(step.permission, step.at), "needs": need_words(step),
                }
                for step in kind.leading_out(state.id)
            ],
        }
        for state in kind.states
    ]  # fmt: skip
