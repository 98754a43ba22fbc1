"""Every page is closed by a guard, and every permission that code or templates name is one that roles can hold."""

import ast
import re
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver

from yigongti.kernel.access.guard import RESIDENT
from yigongti.kernel.access.roles import PERMISSIONS, ROLES
from yigongti.kernel.matters.registry import kinds

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "yigongti"
ROLES_FILE = PACKAGE / "kernel" / "access" / "roles.py"
OPEN_PAGES = {
    "access:sign_in": "where visitors are sent",
    "access:second_step": "the second half of signing in; asks for the first half itself",
    "access:sign_out": "ending a session; does nothing without one",
    "resident_services:sign_in": "where residents who visit are sent",
    "resident_services:enter_code": "the second half of a resident's signing in; asks for the first half itself",
    "resident_services:sign_out": "ending a resident's session; does nothing without one",
    "resident_services:larger": "the sign-in page can be read in larger type; sets a cookie of the browser alone",
    "prices:public": "prices are public by law",
    "prices:api_catalogue": "the same list for programs",
    "letters:letter": "whoever holds a letter may ask what it must say; by its code, wrong ones are counted",
    "site:health": "load balancers ask it, without a session; tells one word",
    "supervision:published": "rulings that are published are for everybody; row security shows no other row",
    "fhir:metadata": "what the server can do, as the standard asks; tells nothing about anybody",
    "fhir:smart": "where tokens are given, as the standard asks",
    "fhir:openapi": "the description of the addresses",
    "fhir:token": "where a system shows its secret; asks for it itself, and counts failures",
    "benefits_api:openapi": "the description of the addresses",
    "fhir:nothing_here": "answers that there is no such address",
    "site:language": "the sign-in page can be read in both languages; changes only the own account",
}
"""Pages without a guard, each with its reason."""
NOT_YET_USED = {
    "organisations.manage": "organisations are loaded from files; a page that changes them will ask for it",
}
"""Permissions that roles hold before a page asks for them, each with its reason. Empty is best."""
NAMED = re.compile(r"^[a-z0-9_]+\.[a-z_]+$")


def pages(patterns=None, namespace=""):
    for found in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(found, URLPattern):
            yield namespace + (found.name or str(found.pattern)), found.callback
        else:
            yield from pages(found.url_patterns, f"{namespace}{found.namespace}:" if found.namespace else namespace)


PAGES = dict(pages())


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_a_guard_or_a_reason_to_be_open(name):
    guard = getattr(PAGES[name], "guarded_by", None)
    if name in OPEN_PAGES:
        assert guard is None, f"{name} has a guard: take it off the list of open pages"
    else:
        assert guard is not None, f"{name} has no guard: decorate it with @permitted(…) or @signed_in"


def test_the_list_of_open_pages_names_pages_that_exist():
    assert set(OPEN_PAGES) <= set(PAGES)


FOR_EVERY_SESSION = ("access", "site", "messages", "attachments", "letters", "matters")
"""The site's own pages, the own account, notices, inbox and letters (what is shown is asked row by row); attachments,
which ask the part that they belong to."""
FOR_RESIDENTS = "resident_services"
"""Pages of residents, who hold no post: they are closed to everybody but the resident whose record it is."""
OWN_PAGES = ("benefits:mine", "benefits:mine_one")
"""Pages of residents that a system keeps itself, beside what it shows to the staff."""
NO_SYSTEMS = (*FOR_EVERY_SESSION, FOR_RESIDENTS)
OF_SYSTEMS = [
    name
    for name in PAGES
    if name.partition(":")[0] not in NO_SYSTEMS and name not in OPEN_PAGES and name not in OWN_PAGES
]


@pytest.mark.parametrize("name", OF_SYSTEMS)
def test_every_page_of_a_system_asks_for_a_permission(name):
    assert getattr(PAGES[name], "guarded_by", None) in PERMISSIONS


OF_RESIDENTS = [n for n in PAGES if n.partition(":")[0] == FOR_RESIDENTS and n not in OPEN_PAGES]


@pytest.mark.parametrize("name", [*OF_RESIDENTS, *OWN_PAGES])
def test_every_page_for_residents_is_closed_to_all_but_a_residents_own_session(name):
    assert getattr(PAGES[name], "guarded_by", None) == RESIDENT


def test_no_page_of_the_staff_is_opened_by_a_residents_session():
    opened = [n for n, view in PAGES.items() if getattr(view, "guarded_by", None) == RESIDENT]
    assert [name for name in opened if name.partition(":")[0] != FOR_RESIDENTS and name not in OWN_PAGES] == []


def places():
    """(permission, where) for each text of code and templates that looks like a permission of one of the systems."""
    systems = {permission.partition(".")[0] for permission in PERMISSIONS}
    asked = ("may", "require", "permitted", "Offer", "Entry", "own_rows", "Desk", "Transition")
    for path in sorted(PACKAGE.rglob("*.py")):
        if path == ROLES_FILE or "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        named = {  # SEE = "front_pages.see", and such constants
            target.id: value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target, value in _pairs(node)
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) in asked:
                for given in [*node.args, *(keyword.value for keyword in node.keywords)]:
                    text = named.get(given.id) if isinstance(given, ast.Name) else getattr(given, "value", None)
                    if isinstance(text, str) and NAMED.match(text) and text.partition(".")[0] in systems:
                        yield text, f"{path.relative_to(PACKAGE)}:{node.lineno}"
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        for text in re.findall(r"may:?\s*['\"]([a-z_]+\.[a-z_]+)['\"]", path.read_text("utf-8")):
            yield text, str(path.relative_to(PACKAGE))
    for kind in kinds().values():  # what a kind of matter declares is asked by the one door by which matters move on
        desks = [state.desk.permission for state in kind.states if state.desk]
        for text in sorted({kind.see, *desks, *(step.permission for step in kind.transitions)}):
            yield text, kind.id


def _pairs(node):
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield target, node.value


def _called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


PLACES = list(places())


def test_every_permission_named_in_code_exists():
    unknown = {text: where for text, where in PLACES if text not in PERMISSIONS}
    assert unknown == {}


def test_every_permission_is_asked_for_somewhere():
    unused = set(PERMISSIONS) - {text for text, _where in PLACES}
    assert unused <= set(NOT_YET_USED), f"nobody asks for {sorted(unused - set(NOT_YET_USED))}: delete it, or use it"
    assert set(NOT_YET_USED) <= unused, f"asked for by now: {sorted(set(NOT_YET_USED) - unused)}"


def test_every_permission_is_held_by_a_role_and_every_role_holds_only_known_ones():
    held = {permission for role in ROLES.values() for permission in role.permissions}
    assert held == set(PERMISSIONS)


def test_every_permission_is_named_after_the_folder_that_asks_for_it():
    folders = {path.parent.name for path in PACKAGE.glob("*/*/__init__.py")} | {"overview"}
    assert {permission.partition(".")[0] for permission in PERMISSIONS} <= folders


def test_roles_that_change_nothing_hold_no_permission_that_changes():
    reading = re.compile(r"\.see(_[a-z]+)?$")
    wrong = {
        role.id: sorted(p for p in role.permissions if not reading.search(p))
        for role in ROLES.values()
        if not role.writes
    }
    assert {role: found for role, found in wrong.items() if found} == {}
