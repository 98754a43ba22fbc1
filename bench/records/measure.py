"""Records: how fast bundles come in, and what reads and searches cost with and without row security.

Questions, commands and results: README.md beside this file.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
TABLES = ("resource", "version", "token", "string", "date", "reference", "quantity", "uri")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="data folder, made and filled when it is empty")
    parser.add_argument("--residents", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=50, help="resources of each resident")
    parser.add_argument("--bundles", type=int, default=60, help="bundles sent in")
    parser.add_argument("--size", type=int, default=150, help="resources of a bundle")
    parser.add_argument("--repeat", type=int, default=150, help="times that each request is asked")
    parser.add_argument("--only", choices=["in", "reads"])
    given = parser.parse_args()
    os.environ |= {"YIGONGTI_DATA": str(given.folder), "DJANGO_SETTINGS_MODULE": "yigongti.config.settings.product"}
    given.folder.mkdir(parents=True, exist_ok=True)
    given.folder.chmod(0o755)
    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.interfaces.cli.supervising import make_ready

        make_ready()
        clients = fill(given.residents, given.each)
        with served() as port:
            if given.only != "reads":
                bundles_in(port, clients["H1"], given.bundles, given.size)
            if given.only != "in":
                reads(port, clients, given.repeat)


def fill(residents: int, each: int) -> dict[str, str]:
    """The county, unless the folder has one; a client of a hospital and of a clinic: code → "id:secret"."""
    from datetime import date

    import psycopg
    from django.utils import timezone
    from invented import statements

    from yigongti.kernel.access.actions.add_client import add_client
    from yigongti.kernel.organisations.models import Institution

    now = timezone.now()
    if not Institution.objects.using("bulk").filter(code="H1").exists():
        codes = [("C", "county"), ("H1", "county_hospital"), ("H2", "county_hospital")]
        codes += [(f"V{n:03d}", "village_clinic") for n in range(200)]
        made = {}
        for code, kind in codes:
            parent = made["C"].pk if made else None
            made[code] = Institution.objects.using("bulk").create(
                code=code, name=code, kind=kind, parent_id=parent, valid_from=date(2020, 1, 1)
            )
        began = time.perf_counter()
        clinics = [row.pk for code, row in made.items() if code.startswith("V")]
        with psycopg.connect(superuser_url(), autocommit=True) as connection:
            for text in statements(residents, each, [made["H1"].pk, made["H2"].pk], clinics):
                connection.execute(text)  # type: ignore[arg-type]
        print(f"made {residents * each:,} resources in {time.perf_counter() - began:.0f} s", flush=True)
    found = {}
    for code in ("H1", "V001"):
        client, secret = add_client(
            name="bench", institution_code=code, scopes=["system/*.cruds"], at=now, valid_from=date(2020, 1, 1),
            using="bulk",
        )  # fmt: skip
        found[code] = f"{client.client_id}:{secret}"
    return found


def superuser_url() -> str:
    from django.conf import settings

    from yigongti.config.embedded_postgres import EmbeddedPostgres

    return EmbeddedPostgres(Path(settings.DATA_FOLDER)).url("postgres")


@contextmanager
def served() -> Iterator[int]:
    """The site with two processes on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "yigongti.interfaces.cli.main", "serve", "--port", str(port), "--no-jobs"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("http://"):
            break
    try:
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


class Caller:
    """One connection that shows a token."""

    def __init__(self, port: int, client: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.port, self.client, self.headers = port, client, {}
        client_id, _, secret = client.partition(":")
        body = f"grant_type=client_credentials&client_id={client_id}&client_secret={secret}"
        answer = self.send("POST", "auth/token", body.encode(), "application/x-www-form-urlencoded")
        self.headers = {"Authorization": f"Bearer {answer['access_token']}"}

    def send(self, method: str, address: str, body: bytes = b"", kind: str = "application/fhir+json") -> Any:
        self.connection.request(method, "/fhir/" + address, body, {"Content-Type": kind, **self.headers})
        answer = self.connection.getresponse()
        data = answer.read()
        assert answer.status < 300, data[:500]
        return json.loads(data)


# ---- bundles in


def bundle(number: int, size: int) -> bytes:
    """A patient with results, as a laboratory sends them; a few of everything else."""
    first = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
    subject = {"subject": {"reference": first}}
    patient = {"resourceType": "Patient", "identifier": [{"system": "urn:in", "value": f"{os.getpid()}-{number}"}],
               "name": [{"text": f"演示{number}"}], "gender": "female", "birthDate": "1960-03-04"}  # fmt: skip
    resources: list[dict[str, Any]] = [patient]
    for place in range(size - 1):
        code = {"coding": [{"system": "http://loinc.org", "code": f"{2000 + place % 40}-1", "display": "Result"}]}
        if place % 10 == 0:
            period = {"start": "2019-10-01T08:00:00+08:00", "end": "2019-10-03T08:00:00+08:00"}
            resources.append(
                {
                    "resourceType": "Encounter",
                    "status": "finished",
                    "class": {"code": "IMP"},
                    **subject,
                    "period": period,
                }
            )
        elif place % 10 == 1:
            resources.append({"resourceType": "Condition", "code": code, **subject, "recordedDate": "2026-10-01"})
        else:
            category = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category",
                                     "code": "laboratory"}]}]  # fmt: skip
            value = {"value": 5 + place / 10, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
            resources.append(
                {"resourceType": "Observation", "status": "final", "category": category, "code": code, **subject,
                 "effectiveDateTime": "2026-10-01T08:00:00+08:00", "issued": "2026-10-01T09:00:00+08:00",
                 "valueQuantity": value, "referenceRange": [{"text": "3.9-6.1"}]}
            )  # fmt: skip
    entries = [
        {"fullUrl": first if place == 0 else f"urn:uuid:00000000-0000-4001-8000-{number * 10_000 + place:012d}",
         "resource": one, "request": {"method": "POST", "url": one["resourceType"]}}
        for place, one in enumerate(resources)
    ]  # fmt: skip
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()


def bundles_in(port: int, client: str, count: int, size: int) -> None:
    """Two senders at once; the second half is measured."""
    begin = int(time.time() * 1000) % 10**9
    bodies = [bundle(begin + n, size) for n in range(count + 8)]
    lock, callers = threading.Lock(), [Caller(port, client) for _ in range(2)]
    for body in bodies[count:]:
        callers[0].send("POST", "", body)
    left = bodies[:count]

    def work(caller: Caller) -> None:
        while True:
            with lock:
                if not left:
                    return
                body = left.pop()
            caller.send("POST", "", body)

    threads = [threading.Thread(target=work, args=(caller,)) for caller in callers]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    rate = count * size / seconds
    print(f"bundles of {size}: {count * size:,} resources in {seconds:.1f} s, {rate:,.0f} a second", flush=True)


# ---- reads and searches


def reads(port: int, clients: dict[str, str], repeat: int) -> None:
    """Each request in turns with and without row security, so that both see the same machine."""
    import psycopg

    with psycopg.connect(superuser_url(), autocommit=True) as connection:
        rows = connection.execute(
            "SELECT c.resident_id FROM people_care c JOIN organisations_institution i ON i.id = c.institution_id"
            " WHERE i.code = 'H1' ORDER BY c.id LIMIT 500"
        ).fetchall()
        mine = [resident for (resident,) in rows]
        rows = connection.execute(
            "SELECT c.resident_id FROM people_care c JOIN organisations_institution i ON i.id = c.institution_id"
            " WHERE i.code = 'V001' ORDER BY c.id LIMIT 500"
        ).fetchall()
        ours = [resident for (resident,) in rows]
        asked = [
            ("read by id", "H1", lambda n: f"Observation/o{mine[n % len(mine)]}-{1 + n % 20}"),
            ("results of a patient by code", "H1",
             lambda n: f"Observation?patient=Patient/p{mine[n % len(mine)]}&code=2001-1,2005-5&_sort=-date"),
            ("all results of a patient, newest first", "H1",
             lambda n: f"Observation?patient=Patient/p{mine[n % len(mine)]}&_sort=-date&_count=50"),
            ("patient by identifier", "H1", lambda n: f"Patient?identifier=urn:bench|n{mine[n % len(mine)]}"),
            ("everything of a patient", "H1", lambda n: f"Patient/p{mine[n % len(mine)]}/$everything?_count=200"),
            ("a code among all patients, hospital", "H1",
             lambda n: f"Observation?code=20{10 + n % 20}-{n % 10}&_count=20"),
            ("a code among all patients, clinic", "V001",
             lambda n: f"Observation?code={2000 + n % 40}-{n % 10}&_count=20"),
            ("results above a value, clinic", "V001", lambda n: "Observation?value-quantity=gt19.5&_count=20"),
            ("patient by chain", "V001",
             lambda n: f"Observation?patient.identifier=urn:bench|n{ours[n % len(ours)]}&_count=20"),
        ]  # fmt: skip
        callers = {code: Caller(port, client) for code, client in clients.items()}
        print(f"{'request':45} {'p50 on':>8} {'off':>7} {'p95 on':>8} {'off':>7}  median of ratios", flush=True)
        for name, code, address in asked:
            times: dict[bool, list[float]] = {True: [], False: []}
            for turn in range(6):
                secured = turn % 2 == 0
                secure(connection, secured)
                for n in range(repeat // 3 + 5):
                    began = time.perf_counter()
                    callers[code].send("GET", address(n))
                    if n >= 5:
                        times[secured].append(1000 * (time.perf_counter() - began))
            secure(connection, True)
            on, off = (sorted(times[secured]) for secured in (True, False))
            p50, p95 = statistics.median, lambda some: some[int(len(some) * 0.95)]
            ratio = p50(on) / p50(off)
            print(f"{name:45} {p50(on):8.1f} {p50(off):7.1f} {p95(on):8.1f} {p95(off):7.1f}  {ratio:.2f}", flush=True)


def secure(connection: Any, on: bool) -> None:
    """Switch row security of the record's tables on or off, for everybody."""
    word = "ENABLE" if on else "DISABLE"
    for table in TABLES:
        connection.execute(f"ALTER TABLE records_{table} {word} ROW LEVEL SECURITY")


if __name__ == "__main__":
    main()
