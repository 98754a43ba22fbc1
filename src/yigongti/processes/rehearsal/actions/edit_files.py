"""Write, replace or take out the files that a rehearsal changes, by a form or an upload; what was found is then old.

Every file is held against the policy's own reader before it is kept; a file that is refused changes nothing.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy.published import files_digest
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy, policy_layers
from yigongti.kernel.trail.public import record
from yigongti.processes.rehearsal.changes import LARGEST_FILE, MOST_FILES, laid_over, tidy_files, with_reasons
from yigongti.processes.rehearsal.checks import require_day_ahead
from yigongti.processes.rehearsal.editing import NewValue, with_new_value
from yigongti.processes.rehearsal.models import Rehearsal, RehearsalFile
from yigongti.processes.rehearsal.rehearse import check_rules, nothing_replayed
from yigongti.processes.rehearsal.replayers import REPLAYERS
from yigongti.processes.rehearsal.replaying import months_between, touched

PERMISSION = "rehearsal.run"
_EDITABLE = {Rehearsal.State.DRAFT, Rehearsal.State.DONE, Rehearsal.State.FAILED}
_LARGEST_ZIP = 40 * 1024 * 1024


def files_of_rehearsal(rehearsal: Rehearsal) -> dict[str, bytes]:
    """Its files as they stand."""
    return {file.path: bytes(file.content) for file in rehearsal.files.all()}


def set_value(
    actor: Actor, rehearsal: Rehearsal, parameter_id: str, given: Mapping[str, str], *, source: str = "",
    document_title: str = "", document_number: str = "", note: str = "", at: datetime,
) -> None:  # fmt: skip
    """Give a parameter the values of a form from the effective day on. Raises WrongFields beside the fields, and as
    `put_files`."""
    new = NewValue(rehearsal.effective_on, given, source, document_title, document_number, note)
    # a parameter that was edited already goes on from where it stands, and may cite a document entered beside it
    files = files_of_rehearsal(rehearsal)
    if files:
        with laid_over(policy_layers(), files) as as_edited:
            made = with_new_value(as_edited, parameter_id, new)
    else:
        made = with_new_value(policy(), parameter_id, new)
    put_files(actor, rehearsal, made, at=at)


def put_files(actor: Actor, rehearsal: Rehearsal, files: Mapping[str, bytes], *, at: datetime) -> None:
    """Put files beside those that are there (in place of those of the same path), checked whole.

    Raises NotPermitted, Conflict when it is under way or was sent on, WrongFile for a file that is refused, and
    InvalidInput when nothing that can be replayed reads them.
    """
    rehearsal = _to_edit(actor, rehearsal)
    wanted = {**files_of_rehearsal(rehearsal), **with_reasons(policy_layers(), tidy_files(files), rehearsal.reason)}
    _require_readable(rehearsal, wanted)
    for path in files:
        content = wanted[path]
        RehearsalFile.objects.update_or_create(
            rehearsal=rehearsal, path=path,
            defaults={"content": content, "digest": hashlib.sha256(content).hexdigest()},
        )  # fmt: skip
    _changed(actor, rehearsal, at, {"files": sorted(files)})


def remove_file(actor: Actor, rehearsal: Rehearsal, path: str, *, at: datetime) -> None:
    """Take a file out. Raises as `put_files` when what is left cannot be read without it."""
    rehearsal = _to_edit(actor, rehearsal)
    left = {name: content for name, content in files_of_rehearsal(rehearsal).items() if name != path}
    if left:
        _require_readable(rehearsal, left)
    rehearsal.files.filter(path=path).delete()
    _changed(actor, rehearsal, at, {"removed": path})


def set_period(
    actor: Actor, rehearsal: Rehearsal, *, effective_on: date, first_month: Month, last_month: Month, at: datetime
) -> None:
    """Set the effective day and the months. New values already written move with the day only when they are written
    again, so that the day can be changed while there are no files. Raises as `begin_rehearsal`."""
    rehearsal = _to_edit(actor, rehearsal)
    require_day_ahead(effective_on, timezone.localdate(at))
    months_between(first_month, last_month)
    if effective_on != rehearsal.effective_on and rehearsal.files.exists():
        raise Conflict(
            "rehearsal.day_with_files",
            zh="已写入的取值自原生效日起，请先移除文件再改期",
            en="values are written from the earlier day: take the files out before you change the day",
            where="effective_on",
        )
    Rehearsal.objects.filter(pk=rehearsal.pk).update(
        effective_on=effective_on, first_month=str(first_month), last_month=str(last_month)
    )
    _changed(actor, rehearsal, at, {"from": str(first_month), "to": str(last_month)})


def read_upload(name: str, content: bytes) -> dict[str, bytes]:
    """The files of an upload: a folder as ZIP, or one YAML whose `id` says where it belongs. Raises InvalidInput."""
    if name.lower().endswith(".zip"):
        return _unpacked(content)
    path = _place_of(content)
    return {path: content}


def _place_of(content: bytes) -> str:
    for line in content.decode("utf-8", "replace").splitlines():
        if line.startswith("id:"):
            named = line.removeprefix("id:").strip().strip("\"'")
            if named in policy().parameters:
                return policy().parameters[named].path
    raise InvalidInput(
        "rehearsal.file_has_no_place",
        zh="无法判断文件属于哪个参数：请上传含完整路径的 ZIP，或 id 为已有参数的 YAML",
        en="it is not clear which parameter this is: upload a ZIP with whole paths, or a YAML whose id is a parameter",
        where="file",
    )


def _unpacked(content: bytes) -> dict[str, bytes]:
    wrong = InvalidInput("rehearsal.zip_unreadable", zh="ZIP 无法读取", en="the ZIP cannot be read", where="file")
    if len(content) > _LARGEST_ZIP:
        raise wrong
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = [each for each in packed.infolist() if not each.is_dir()]
            if len(members) > MOST_FILES or sum(each.file_size for each in members) > 2 * LARGEST_FILE:
                raise wrong
            found = {each.filename: packed.read(each) for each in members}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise wrong from error
    plain = {path: text for path, text in found.items() if not path.split("/")[-1].startswith(".")}
    tops = {path.split("/")[0] for path in plain}
    # a folder that was packed whole: what lies below it are the policy's folders
    known = {path.split("/")[0] for path, _digest in policy().release.files}
    if len(tops) == 1 and not tops & known:
        plain = {path.partition("/")[2]: text for path, text in plain.items()}
    return tidy_files(plain)


def _to_edit(actor: Actor, rehearsal: Rehearsal) -> Rehearsal:
    actor.require(PERMISSION, rehearsal.office_id)
    locked = Rehearsal.objects.select_for_update(of=("self",)).get(pk=rehearsal.pk)
    if locked.state not in _EDITABLE:
        raise Conflict(
            "rehearsal.not_editable",
            zh="正在推演或已送复核，不能修改；如需修改请先取消或退回",
            en="it is under way or was sent on: cancel or return it first",
        )
    return locked


def _require_readable(rehearsal: Rehearsal, files: Mapping[str, bytes]) -> None:
    with laid_over(policy_layers(), files) as changed:
        check_rules(changed, files, rehearsal.effective_on, rehearsal.effective_on)
    if not touched(REPLAYERS, files):
        raise nothing_replayed()


def _changed(actor: Actor, rehearsal: Rehearsal, at: datetime, detail: dict[str, object]) -> None:
    now = files_of_rehearsal(rehearsal)
    Rehearsal.objects.filter(pk=rehearsal.pk).update(
        state=Rehearsal.State.DRAFT, files_digest=files_digest(now) if now else "", changed_at=at,
        changed_by_id=actor.account_id, error={},
    )  # fmt: skip
    record(
        actor, PERMISSION, subject=f"rehearsal {rehearsal.pk} edited", at=at, institution_id=rehearsal.office_id,
        detail=detail,
    )  # fmt: skip
