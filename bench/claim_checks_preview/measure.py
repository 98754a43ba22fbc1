"""How long does the doctor's desk wait for POST /api/claim-checks/preview?

Question: p50 and p95 of one prescription (5 lines) and of one hospital bill (60 lines, 3 earlier bills), by all checks
and knowledge of the policy; target 50 ms. Peer: none; the target is the measure. Command:

    python bench/claim_checks_preview/measure.py [REPEATS]                 in process: reading, judging, answering
    python bench/claim_checks_preview/measure.py [REPEATS] URL TOKEN       over HTTP, with a client's token
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import date
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigongti.config.settings.test")
POLICY = Path(__file__).resolve().parents[2] / "policy"
DAY = date(2026, 10, 9)


def codes(count: int) -> list[str]:
    """Item codes that the knowledge knows, so that there is something to judge; every one of another check."""
    from yigongti.foundation.policy import Policy
    from yigongti.systems.claim_checks.checks_in_force import own_checks

    found = []
    for check in own_checks(Policy.load(POLICY)):
        known = [row.values.get("item_code") for row in check.knowledge.rows[:: max(1, len(check.knowledge.rows) // 9)]]
        found += [str(code) for code in known if code]
    return [found[n % len(found)] for n in range(count)]


def question(lines: int, history: int) -> dict[str, object]:
    """An invented bill."""

    def bill(n: int) -> dict[str, object]:
        return {
            "case_id": f"演示-{n}", "care_setting": "2" if lines > 10 else "1", "started_on": "2026-10-01", "sex": "2",
            "birth_date": "1966-05-01", "insurance_type": "390", "diagnoses": ["J18.900", "I10.x00"],
            "lines": [
                {"item_code": code, "item_name": "演示", "amount": "12.50", "unit_price": "12.50", "quantity": 1,
                 "fee_item": "fee_western_medicine", "charged_on": "2026-10-09", "days_supply": 7}
                for code in codes(lines)
            ],
        }  # fmt: skip

    return {"on": str(DAY), "bill": bill(0), "history": [bill(n + 1) for n in range(history)]}


def in_process() -> Callable[[bytes], int]:
    """What the view does beside HTTP, the session and the register: read, judge, answer."""
    import django

    django.setup()
    import msgspec

    from yigongti.foundation.policy import Policy
    from yigongti.systems.claim_checks.checks_in_force import own_checks
    from yigongti.systems.claim_checks.month_facts import Place
    from yigongti.systems.claim_checks.preview import answer
    from yigongti.systems.claim_checks.preview_input import read_question

    policy = Policy.load(POLICY)

    def ask(body: bytes) -> int:
        asked = read_question(msgspec.json.decode(body))
        told = answer(asked, "500101", Place("county"), own_checks(policy), policy, DAY)
        json.dumps(told, ensure_ascii=False)
        return len(told["findings"])

    return ask


def over_http(url: str, token: str) -> Callable[[bytes], int]:
    def ask(body: bytes) -> int:
        request = urllib.request.Request(
            url, body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            return len(json.load(answer)["findings"])

    return ask


def main(repeats: int, address: list[str]) -> None:
    ask = in_process()
    if address:
        ask = over_http(*address)
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    print(f"{machine}, {repeats} questions each, load {os.getloadavg()[0]:.1f}")
    for name, lines, history in (("prescription", 5, 0), ("bill", 60, 3)):
        body = json.dumps(question(lines, history), ensure_ascii=False).encode()
        found = ask(body)  # the first one fills the indexes of the knowledge
        times, worked = [], time.process_time()
        for _n in range(repeats):
            begun = time.perf_counter()
            ask(body)
            times.append((time.perf_counter() - begun) * 1000)
        worked = (time.process_time() - worked) * 1000 / repeats
        p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(f"{name:13} {lines:3} lines, {history} earlier, {found:2} findings:", end=" ")
        print(f"p50 {p50:6.1f} ms, p95 {p95:6.1f} ms, processor {worked:5.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300, sys.argv[2:4])
