"""The code on a printed page."""

from datetime import UTC, datetime

from yigongti.kernel.presentation.paper import code_for, printed_at

AT = datetime(2026, 10, 31, 8, 30, tzinfo=UTC)


def test_a_printed_page_is_known_again_by_its_code():
    assert printed_at(code_for("/x?month=2026-10", "li", AT), "/x?month=2026-10", "li") == AT


def test_another_page_another_user_and_a_changed_code_are_refused():
    code = code_for("/x", "li", AT)
    assert printed_at(code, "/y", "li") is None
    assert printed_at(code, "/x", "wang") is None
    assert printed_at(code[:-1] + ("A" if code[-1] != "A" else "B"), "/x", "li") is None
    assert printed_at("nonsense", "/x", "li") is None
