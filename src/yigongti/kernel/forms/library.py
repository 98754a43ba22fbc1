"""The forms of this installation: every file of policy/forms, read once for each process."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from yigongti.foundation.errors import NotFound, PolicyError
from yigongti.kernel.access.limits import policy
from yigongti.kernel.forms.checking import wrong
from yigongti.kernel.forms.definition import Form, FormVersion
from yigongti.kernel.forms.reading import read_form

FOLDER = "forms"


@lru_cache(maxsize=1)
def forms() -> dict[str, Form]:
    """All forms by id. Raises PolicyError for a file that is wrong or cites an unknown source."""
    sources, found = policy().sources, {}
    for document in policy().documents(FOLDER):
        form = read_form(document)
        for version in form.versions:
            if version.source not in sources:
                raise wrong(
                    document.path, version.name, f"来源 {version.source} 不存在", f"{version.source} is unknown"
                )
        found[form.id] = form
    return found


def form_named(form_id: str) -> Form:
    """The form. Raises NotFound."""
    found = forms().get(form_id)
    if found is None:
        raise NotFound("forms.no_form", zh=f"没有表单 {form_id}", en=f"there is no form {form_id}")
    return found


def form_on(form_id: str, day: date) -> FormVersion:
    """The version in force on a day. Raises NotFound for an unknown form, PolicyError before its first day."""
    found = form_named(form_id).on(day)
    if found is None:
        raise PolicyError(
            "forms.before_first_version",
            zh=f"表单 {form_id} 在 {day} 尚未启用",
            en=f"the form {form_id} is not in force on {day}",
        )
    return found


def version_named(form_id: str, name: str) -> FormVersion:
    """The version of that name ("2026-01-01"). Raises NotFound."""
    found = form_named(form_id).version(name)
    if found is None:
        raise NotFound("forms.no_version", zh=f"表单 {form_id} 没有版本 {name}", en=f"{form_id} has no version {name}")
    return found
