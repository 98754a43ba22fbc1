"""How many bills does POST /api/benefits/settle settle a second, and how long does a counter wait?

Question: settlements a second and p50, p95, p99 at 20 clients, each bill read, classed, computed, stored, counted in
the person's year and posted into both books in PostgreSQL, over HTTP with a client's token, on the web server that
`yigongti serve` starts (2 workers). Target: at least 250 a second with p99 under 150 ms. Peer: the same steps as plain
Django ORM code without the engine, without row security and HTTP (peer.py), in one process. Command:

    python bench/benefits_http/measure.py [SECONDS [CLIENTS [LINES]]]
"""

from __future__ import annotations

import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

HERE = Path(__file__).resolve().parent
PEOPLE = 2000


def prepare() -> None:
    """In a process of its own: a county with one hospital, its system's client, and the insured."""
    from datetime import date

    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.interfaces.cli.supervising import make_ready

        make_ready()
        from django.utils import timezone

        from yigongti.kernel.access.actions.add_client import add_client
        from yigongti.kernel.organisations.models import Institution
        from yigongti.kernel.people.models import Resident
        from yigongti.systems.benefits.models import Enrolment

        day, now = date(2020, 1, 1), timezone.now()
        tree = Institution.objects.using("bulk")
        county = tree.create(code="C", name="演示县", kind="county", valid_from=day)
        tree.create(code="H1", name="演示医院", kind="county_hospital", parent_id=county.pk, valid_from=day)
        client, secret = add_client(
            name="x", institution_code="H1", scopes=["system/Claim.cruds"], at=now, valid_from=day, using="bulk"
        )
        residents = Resident.objects.using("bulk").bulk_create(
            Resident(institution_id=county.pk, name="演示", birth_date=date(1960, 1, 1), registered_at=now)
            for _n in range(PEOPLE)
        )
        Enrolment.objects.using("bulk").bulk_create(
            Enrolment(
                resident=resident, institution_id=county.pk, insurance_type="390", insured_number=f"B{n}", name="演示",
                birth_date=date(1960, 1, 1), valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31), made_at=now,
            )
            for n, resident in enumerate(residents)
        )  # fmt: skip
        print(client.client_id, secret)


def bill(n: int, lines: int) -> bytes:
    """An invented stay."""
    codes = [f"DY{1 + place:04d}" for place in range(lines)]
    rows = [{"item_code": code, "quantity": "2", "amount": "60.00"} for code in codes]
    told = {
        "key": f"k{n}", "institution_code": "H1", "insured_number": f"B{n % PEOPLE}", "care": "inpatient",
        "started_on": "2026-10-02", "ended_on": "2026-10-09", "case_id": f"Z{n}", "diagnosis": "J18.900",
        "lines": rows,
    }  # fmt: skip
    return json.dumps(told).encode()


class Client(threading.Thread):
    """A counter that settles one bill after the other over one connection."""

    def __init__(self, port: int, token: str, numbers: list[int], lines: int, until: float) -> None:
        super().__init__()
        self.port, self.token, self.numbers, self.lines, self.until = port, token, numbers, lines, until
        self.waited: list[float] = []
        self.refused = 0

    def run(self) -> None:
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = (
            "POST /api/benefits/settle HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Length: "
        )
        for n in self.numbers:
            if time.perf_counter() > self.until:
                break
            body = bill(n, self.lines)
            begun = time.perf_counter()
            connection.sendall(f"{head}{len(body)}\r\n\r\n".encode() + body)
            status = self._answer(connection)
            self.waited.append((time.perf_counter() - begun) * 1000)
            self.refused += status != 200
        connection.close()

    @staticmethod
    def _answer(connection: socket.socket) -> int:
        got = b""
        while b"\r\n\r\n" not in got:
            got += connection.recv(65536)
        head, _blank, rest = got.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        missing = int(fields[b"content-length"]) - len(rest)
        while missing > 0:
            missing -= len(connection.recv(65536))
        return int(head.split(b" ", 2)[1])


def served(folder: str) -> tuple[subprocess.Popen[str], int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "yigongti.interfaces.cli.main", "serve", "--no-jobs", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | {"YIGONGTI_DATA": folder}, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for line in process.stdout:
        if line.startswith("http://"):
            return process, port
    raise SystemExit("the site did not start")


def main(seconds: int, clients: int, lines: int) -> None:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    with tempfile.TemporaryDirectory(prefix="yigongti-bench-") as folder:
        Path(folder).chmod(0o755)
        told = os.environ | {"YIGONGTI_DATA": folder, "DJANGO_SETTINGS_MODULE": "yigongti.config.settings.product"}
        made = subprocess.run([sys.executable, __file__, "prepare"], env=told, capture_output=True, text=True)
        if made.returncode:
            raise SystemExit(made.stderr)
        client_id, secret = made.stdout.split()
        site, port = served(folder)
        try:
            body = f"grant_type=client_credentials&client_id={client_id}&client_secret={secret}".encode()
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            with urlopen(Request(f"http://127.0.0.1:{port}/fhir/auth/token", body, kind)) as answer:
                token = json.load(answer)["access_token"]
            load = os.getloadavg()[0]
            _round(port, token, clients, lines, 3, 10**8)  # policy, prepared statements
            before = _worked(folder)
            found = _round(port, token, clients, lines, seconds, 0)
            spent = {name: seconds - before[name] for name, seconds in _worked(folder).items()}
            print(f"{machine}, load before {load:.1f}, at the end {os.getloadavg()[0]:.1f}")
            print(f"{clients} clients, {lines} lines a bill, {seconds} s: {found.told()}")
            each = {name: f"{1000 * worked / found.settled:.1f} ms" for name, worked in spent.items()}
            print(f"processor time of each settlement: web {each['web']}, PostgreSQL {each['postgres']}")
        finally:
            site.terminate()
            site.wait(30)
        done = subprocess.run([sys.executable, str(HERE / "peer.py"), str(lines)], env=told, text=True, stdout=-1)
        print(done.stdout, end="")


def _worked(folder: str) -> dict[str, float]:
    """Seconds of processor that the site's web processes and its PostgreSQL have taken so far."""
    spent, servers = {"web": 0.0, "postgres": 0.0}, set()
    for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            name, _, rest = (process / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        fields = rest.split()
        is_server = name.startswith("postgres") and (folder.encode() in told or fields[1] in servers)
        if is_server:
            servers.add(process.name)  # its connections are children of it, and name no folder
        if is_server or (folder.encode() in told and process.name != str(os.getpid())):
            spent["postgres" if is_server else "web"] += sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
    return spent


@dataclass(frozen=True)
class Found:
    """Bills settled in some seconds, how long each waited (ms), how many were refused."""

    took: float
    waited: list[float]
    refused: int

    @property
    def settled(self) -> int:
        return len(self.waited)

    def told(self) -> str:
        cuts = statistics.quantiles(self.waited, n=100)
        return (
            f"{self.settled / self.took:.0f} settlements a second, p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms,"
            f" p99 {cuts[98]:.0f} ms, {self.refused} refused"
        )


def _round(port: int, token: str, clients: int, lines: int, seconds: int, first: int) -> Found:
    until = time.perf_counter() + seconds
    numbers = [list(range(first + place, first + 10**6, clients)) for place in range(clients)]
    threads = [Client(port, token, some, lines, until) for some in numbers]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    waited = [each for thread in threads for each in thread.waited]
    return Found(took, waited, sum(thread.refused for thread in threads))


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        prepare()
    else:
        given = [int(text) for text in sys.argv[1:4]]
        main(*(given + [15, 20, 20][len(given) :]))
