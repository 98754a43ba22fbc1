"""Bulk data: $export starts a job, its status is asked for, its files of ndjson are fetched, until they expire.

Source: hl7.org/fhir/uv/bulkdata (STU 2): asynchronous request with Prefer: respond-async, 202 with Content-Location.
"""

from __future__ import annotations

from django.http import FileResponse
from django.utils.http import http_date

from yigongti.interfaces.fhir.answering import Answer
from yigongti.interfaces.fhir.asked import Asked
from yigongti.kernel.records import exporting
from yigongti.kernel.records.public import Refused


def start(asked: Asked, type_name: str, fhir_id: str = "") -> Answer:
    """GET Patient/$export, Group/[id]/$export"""
    asked.allow("export", "Patient")
    if "respond-async" not in asked.prefer:
        raise Refused(
            400, "invalid", zh="导出是异步的，请带 Prefer: respond-async",
            en="an export is asynchronous; send Prefer: respond-async", where="Prefer",
        )  # fmt: skip
    number = exporting.start(
        asked.actor, asked.query, institution_id=asked.institution(exporting.PERMISSION), at=asked.at,
        group=fhir_id, allow=asked.allow if asked.credential else None, base=asked.base,
    )  # fmt: skip
    return Answer(202, None, {"Content-Location": f"{asked.base}/bulk/{number}"})


def status(asked: Asked, number: str) -> Answer:
    """GET bulk/[number]: 202 while it runs, 200 with the list of files when it is done."""
    job = exporting.job_of(asked.actor, number, asked.at)
    if not job.is_over:
        return Answer(202, None, {"X-Progress": job.state, "Retry-After": "2"})
    if job.error:
        raise Refused(500, "exception", zh=job.error["zh"], en=job.error["en"], code=job.error["code"])
    manifest = exporting.manifest(job, f"{asked.base}/bulk/{job.pk}")
    expires = http_date(exporting.expires_at(job).timestamp())
    return Answer(200, manifest, {"Expires": expires}, kind="application/json")


def file(asked: Asked, number: str, name: str) -> Answer:
    """GET bulk/[number]/[file]"""
    job = exporting.job_of(asked.actor, number, asked.at)
    path = exporting.file_of(job, name)
    response = FileResponse(path.open("rb"), content_type="application/fhir+ndjson")
    return Answer(raw=response)


def cancel(asked: Asked, number: str) -> Answer:
    """DELETE bulk/[number]: the files are taken away."""
    exporting.forget(exporting.job_of(asked.actor, number, asked.at))
    return Answer(202)
