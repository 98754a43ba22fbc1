"""A small demo county, submitted and closed once for the whole sweep, with a browser for every role."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sweep_answers import fault_of
from sweep_residents import sample_resident
from sweep_routes import Route, Sample

from prepared_county import closed_county

MONTH = "2026-10"
OURS, THEIRS = "county_hospital", "tcm_hospital"
OTHER_HOSPITAL = ("hospital_insurance_office", "coder")
"""Roles that have an account at the second hospital too."""
WITHOUT_DEMO_ACCOUNT = ("exchange_system",)
"""Roles of systems: the demo gives them no password, but a session of one must see no more than it may either."""


@dataclass
class Sweep:
    """The county: accounts by role, samples of two hospitals, and browsers that are made once for each account."""

    accounts: dict[str, str]
    ours: Sample
    theirs: Sample
    names: dict[str, str]
    folder: Path
    _browsers: dict[tuple[str, bool], Any] = field(default_factory=dict)
    _got: dict[tuple[str, str | None], tuple[int, str]] = field(default_factory=dict)

    def got(self, route: Route, role: str | None) -> tuple[int, str]:
        """What a role that gets the route at our hospital is answered: its status and what is wrong with it ("" if
        nothing is). Asked once, whatever is held against the answer."""
        if (route.name, role) not in self._got:
            answer = self.browser(role).get(route.address(self.ours))
            self._got[route.name, role] = answer.status_code, fault_of(answer)
        return self._got[route.name, role]

    def browser(self, role: str | None, *, at: str = OURS, csrf: bool = False) -> Any:
        """A browser signed in as the role's account, at our hospital or at the other; None is a visitor."""
        from django.test import Client

        from yigongti.demo.accounts import PASSWORD

        name = "" if role is None else self.accounts[role] if at == OURS else f"{role}-{THEIRS}"
        if (name, csrf) not in self._browsers:
            client = Client(enforce_csrf_checks=False, raise_request_exception=False)
            if name:
                answer = client.post("/accounts/sign-in", {"username": name, "password": PASSWORD})
                assert answer.status_code == 302, f"{name} cannot sign in: {answer.content.decode()[:2000]}"
            client.handler.enforce_csrf_checks = csrf
            self._browsers[name, csrf] = client
        return self._browsers[name, csrf]

    def resident_browser(self) -> Any:
        """A browser in which an invented resident has signed in; how that goes is tested with resident_services."""
        from django.test import Client
        from django.utils import timezone

        from yigongti.kernel.organisations.models import Institution
        from yigongti.kernel.people.details import Details, columns, tidied
        from yigongti.kernel.people.models import Resident

        keeper = Institution.objects.using("bulk").get(code=self.ours.institution)
        found, _made = Resident.objects.using("bulk").get_or_create(
            name="演示·居民",
            defaults={
                "institution_id": keeper.pk,
                "registered_at": timezone.now(),
                **columns(tidied(Details("演示·居民"))),
            },
        )
        client = Client()
        session = client.session
        session["resident"], session["resident_seen"] = found.pk, int(timezone.now().timestamp())
        session.save()
        client.cookies["yigongti_session"] = session.session_key
        return client


@pytest.fixture(scope="module")
def sweep(database_server, django_db_blocker, tmp_path_factory):
    """The closed county; its tables are emptied when the file is over, so that other files find none."""
    folder = tmp_path_factory.mktemp("sweep")
    with django_db_blocker.unblock(), closed_county(database_server, folder):
        yield _county(folder)


def _county(folder: Path) -> Sweep:
    from django.utils import timezone

    from yigongti.demo.accounts import DEMO_ACCOUNTS, PASSWORD, create_accounts
    from yigongti.kernel.access.actions.create_account import create_account
    from yigongti.kernel.organisations.models import Institution

    create_accounts()
    hospitals = {kind: Institution.objects.using("bulk").filter(kind=kind).order_by("id")[0] for kind in (OURS, THEIRS)}
    for role, kind in [*((role, THEIRS) for role in OTHER_HOSPITAL), *((role, OURS) for role in WITHOUT_DEMO_ACCOUNT)]:
        create_account(
            username=f"{role}-{kind}", display_name="演示", password=PASSWORD, role_id=role,
            institution_code=hospitals[kind].code, at=timezone.now(), valid_from=hospitals[kind].valid_from,
            is_demo=True,
        )  # fmt: skip
    _give_the_head_a_department_with_cases(hospitals[OURS])
    return Sweep(
        {account.role_id: account.username for account in reversed(DEMO_ACCOUNTS)}  # the first of a role counts
        | {role: f"{role}-{OURS}" for role in WITHOUT_DEMO_ACCOUNT},
        _sample(hospitals[OURS]),
        _sample(hospitals[THEIRS]),
        {kind: hospital.name for kind, hospital in hospitals.items()},
        folder,
    )


def _give_the_head_a_department_with_cases(hospital: Any) -> None:
    """In so small a county the head's own department may have had no case: the busiest one is taken."""
    from django.db.models import Count

    from yigongti.kernel.access.models import Post
    from yigongti.systems.casemix_payment.models import PricedCase

    cases = PricedCase.objects.using("bulk").filter(month=MONTH, institution_id=hospital.pk)
    busiest = list(cases.order_by().values("department_code").annotate(n=Count("id")).order_by("-n", "department_code"))
    assert len(busiest) > 1, "the sweep needs a hospital with cases in two departments"
    posts = Post.objects.using("bulk").filter(institution_id=hospital.pk).exclude(department_code="")
    assert posts.update(department_code=busiest[0]["department_code"]) == 2  # the head and the physician


def _sample(hospital: Any) -> Sample:
    """A row of every kind that addresses name, made where the month itself brought none."""
    from django.utils import timezone

    from yigongti.interfaces.hl7v2.models import MessageLog, sealed
    from yigongti.kernel.access.actions.add_client import add_client
    from yigongti.kernel.access.models import Post
    from yigongti.kernel.jobs.models import Job
    from yigongti.kernel.matters.letters.storing import put
    from yigongti.kernel.matters.models import Letter, Matter, Step
    from yigongti.systems.casemix_payment.models import AdjustmentRequest, PricedCase
    from yigongti.systems.front_pages.models import CodeQuestion, MappingProfile, Submission

    now, own = timezone.now(), {"institution_id": hospital.pk}
    head = Post.objects.using("bulk").filter(role_id="department_head", institution_id=hospital.pk).first()
    department = {"department_code": head.department_code} if head else {}
    case = PricedCase.objects.using("bulk").filter(month=MONTH, **own, **department).order_by("id")[0]
    submission = Submission.objects.using("bulk").filter(kind="discharges", state="committed", **own).order_by("id")[0]
    job = Job.objects.using("bulk").create(
        kind="front_pages.check", account_id=1, username="sweep", created_at=now, state=Job.State.DONE, **own
    )
    question = CodeQuestion.objects.using("bulk").create(
        submission_id=submission.pk, code_kind="diagnosis", code=f"X{hospital.pk:02d}.900",
        candidates=["X01.001", "X01.002"], occurrences=3, **own,
    )  # fmt: skip
    profile = MappingProfile.objects.using("bulk").create(
        kind="discharges", name=f"sweep-{hospital.code}", changed_by="sweep", changed_at=now, **own
    )
    waiting = Matter.objects.using("bulk").create(
        kind="casemix_payment.adjustment", subject=f"{MONTH}/{hospital.code}/{case.case_id}", title_zh="演示",
        title_en="Demo", owner_id=hospital.pk, holder_id=hospital.pk, desk="casemix_payment.answer_change",
        department_code=case.department_code, month=MONTH, state="asked", state_since=now, shown=True, opened_at=now,
        opened_by_id=1, opened_by_name=f"演示·{hospital.code}", changed_at=now, **own,
    )  # fmt: skip
    step = Step.objects.using("bulk").create(matter_id=waiting.pk, number=1, action="opened", target="asked", at=now)
    words = {name: {"zh": "演示", "en": "Demo"} for name in ("office", "addressee", "title", "date")}
    letter = Letter.objects.using("bulk").create(
        matter_id=waiting.pk, step_id=step.pk, kind="claim_query", office_id=hospital.pk, word="演", year=2026,
        serial=1, number=f"演〔2026〕1号{hospital.code}"[:64], values=words, code=f"{hospital.pk:016X}", due_at=now,
        made_at=now, print_digest=put(b"%PDF-"),
    )  # fmt: skip
    request = AdjustmentRequest.objects.using("bulk").create(
        matter_id=waiting.pk, month=MONTH, case_id=case.case_id, department_code=case.department_code,
        reason="演示", asked_by_id=1,
        asked_by_name=f"演示·{hospital.code}", asked_at=now, diagnoses_before=case.diagnoses, drg_before=case.drg,
        diagnoses_asked=case.diagnoses, drg_asked=case.drg, **own,
    )  # fmt: skip
    message = MessageLog.objects.using("bulk").create(
        channel="file", sender="HIS", address="sweep.hl7", control_id=f"sweep-{hospital.code}", message_type="ADT",
        event="A01", raw_sealed=sealed(f"MSH|^~\\&|HIS|{hospital.code}|||||ADT^A01|1|P|2.5.1\r".encode()), size=40,
        received_at=now, state="dead", **own,
    )  # fmt: skip
    client, _secret = add_client(
        name="演示", institution_code=hospital.code, scopes=["system/*.rs"], at=now, valid_from=now.date(), using="bulk"
    )
    return Sample(
        hospital.code,
        case.case_id,
        job.pk,
        message.pk,
        client.client_id,
        submission.pk,
        question.pk,
        request.pk,
        profile.pk,
        letter=letter.code,
        **sample_resident(hospital),
        attachment=_attachment(hospital).pk,
        matter=_matter(hospital).pk,
        assignment=_assignment(hospital).pk,
        **_supervised(hospital),
        **_claims_checked(hospital, case),
        **_priced(hospital),
        **_settled(hospital),
        **_cleared(hospital),
        **_contracted(hospital),
        ledger_entry=_posted(hospital),
        **_rehearsed(),
    )


def _posted(hospital: Any) -> int:
    """An entry in the hospital's book."""
    from datetime import date
    from decimal import Decimal

    from django.utils import timezone

    from yigongti.foundation.errors import Text
    from yigongti.kernel.access.actor import NOBODY
    from yigongti.kernel.ledger.public import EntryDraft, PostingDraft, post

    draft = EntryDraft(
        f"sweep/{hospital.code}", hospital.pk, date(2026, 10, 12), "payment",
        Text(f"演示·{hospital.code}", f"demo {hospital.code}"), f"sweep:{hospital.code}",
        (PostingDraft("1002", Decimal("5.00")), PostingDraft("1101.01", Decimal("-5.00"))),
    )  # fmt: skip
    (made,) = post(NOBODY, [draft], timezone.now(), using="bulk")
    return made.pk


def _claims_checked(hospital: Any, case: Any) -> dict[str, int]:
    """Something found in the case's bill, a self-check, and reference data of the claim checks."""
    from django.utils import timezone

    from yigongti.systems.claim_checks.models import (
        BillFindings,
        ChangeOfCheck,
        Finding,
        KnowledgeBatch,
        Sample,
        SelfCheck,
    )

    now, day = timezone.now(), case.discharged_on
    place = {
        "institution_id": hospital.pk, "month": MONTH, "case_id": case.case_id, "department_code": case.department_code,
    }  # fmt: skip
    found = Finding.objects.using("bulk").create(
        check_id="sex_limited_medicine", version=day, strength="doubtful", happened_on=day, amount=5, counted=5,
        said_zh=f"演示·{hospital.code}", said_en=f"demo {hospital.code}", **place,
    )  # fmt: skip
    BillFindings.objects.using("bulk").get_or_create(
        institution_id=hospital.pk, month=MONTH, case_id=case.case_id,
        defaults={
            "department_code": case.department_code, "care_setting": "2", "started_on": day, "ended_on": day,
            "total_cost": 5, "strength": "doubtful", "findings": 1, "violation_amount": 0, "doubtful_amount": 5,
            "clue_amount": 0, "counted": 5, "checks": "sex_limited_medicine",
        },
    )  # fmt: skip
    own = SelfCheck.objects.using("bulk").create(
        institution_id=hospital.pk, month=MONTH, of_files=False, made_by_id=1, made_by_name="演示", made_at=now,
        checks_digest="x", bills=1, lines=1, findings=0, violation_amount=0, doubtful_amount=0, clue_amount=0,
    )  # fmt: skip
    batch = KnowledgeBatch.objects.using("bulk").create(
        upload="sweep", check_id="sex_limited_medicine", title="演示", published_on=day, valid_from=day, file_name="x",
        file_digest="x", rows=0, added=0, changed=0, ended=0, unchanged=0, made_by_id=1,
        made_by_name="演示", made_at=now,
    )  # fmt: skip
    change = ChangeOfCheck.objects.using("bulk").create(
        check_id="sex_limited_medicine", kind="pause", valid_from=day, reason="演示", made_by_id=1, made_by_name="演示",
        made_at=now,
    )  # fmt: skip
    sample = Sample.objects.using("bulk").create(
        institution_id=hospital.pk, month=MONTH, seed=1, size=2, level=0.95, key="x", made_by_id=1, made_by_name="演示",
        made_at=now,
    )  # fmt: skip
    return {
        "finding": found.pk, "self_check": own.pk, "batch": batch.pk, "change_of_check": change.pk,
        "drawn_sample": sample.pk,
    }  # fmt: skip


def _priced(hospital: Any) -> dict[str, Any]:
    """An item with a price, a revision that the bureau is preparing, and the hospital's application for a new item."""
    from datetime import timedelta

    from django.utils import timezone

    from yigongti.kernel.organisations.models import Institution
    from yigongti.systems.prices.models import Application, Price, PriceItem, Revision, RevisionLine

    now, office = timezone.now(), Institution.objects.using("bulk").filter(kind="county").order_by("id")[0]
    item = PriceItem.objects.using("bulk").create(code=f"SWEEP-{hospital.pk}", name="演示项目")
    Price.objects.using("bulk").create(item_id=item.pk, level="county", price=5, valid_from=now.date())
    revision = Revision.objects.using("bulk").create(
        office_id=office.pk, title="演示", effective_on=now.date() + timedelta(days=30), made_at=now, changed_at=now
    )
    line = RevisionLine.objects.using("bulk").create(
        revision_id=revision.pk, code=item.code, name=item.name, level="county", before=5, after=6
    )
    application = Application.objects.using("bulk").create(
        institution_id=hospital.pk, name=f"演示·{hospital.code}", unit="次", content="演示", why="演示", cost="演示",
        proposed_price=5, asked_at=now,
    )  # fmt: skip
    return {
        "price_item": item.code, "price_revision": revision.pk, "price_line": line.pk,
        "price_application": application.pk,
    }  # fmt: skip


def _settled(hospital: Any) -> dict[str, int]:
    """A bill settled at the hospital, a disease that it asked for, and an injury that it holds."""
    from django.utils import timezone

    from yigongti.kernel.people.models import Resident
    from yigongti.systems.benefits.models import AMOUNTS, Approval, HeldInjury, Settlement

    # nobody asks for one disease twice: each hospital has a resident of its own
    now, resident = timezone.now(), Resident.objects.using("bulk").order_by("id")[hospital.pk]
    whose = {
        "institution_id": hospital.pk, "resident_id": resident.pk, "insured_number": "SWEEP",
        "name": f"演示·{hospital.code}",
    }  # fmt: skip
    day = now.date()
    settlement = Settlement.objects.using("bulk").create(
        number="1", key="sweep", content="x", insurance_type="390", care="inpatient", level="county", place="community",
        referral="none", started_on=day, ended_on=day, settled_on=day, year=day.year, release="x", settled_at=now,
        deductible_of_stay=0, **whose,
        **(dict.fromkeys(AMOUNTS, 0) | {"total_cost": 5, "in_policy": 5, "base": 5, "cash": 5}),
    )  # fmt: skip
    approval = Approval.objects.using("bulk").create(
        kind="special_disease", disease_code="dialysis", valid_from=day, valid_to=day, asked_at=now, **whose
    )
    injury = HeldInjury.objects.using("bulk").create(
        key="sweep", told_cause="演示", request={}, total_cost=5, held_at=now, **whose
    )
    return {"settlement": settlement.pk, "benefit_approval": approval.pk, "held_injury": injury.pk}


def _cleared(hospital: Any) -> dict[str, int]:
    """A posted year of the hospital's community."""
    from django.utils import timezone

    from yigongti.kernel.organisations.models import Institution
    from yigongti.processes.year_end_clearing.models import ClearingRow, ClearingRun

    now, office = timezone.now(), Institution.objects.using("bulk").filter(kind="county").order_by("id")[0]
    both = {"institution_id": hospital.pk, "office_id": office.pk}
    sums = ("quota", "spending", "surplus", "kept", "returned", "overrun", "fund_share", "community_share")
    run = ClearingRun.objects.using("bulk").create(
        year=2012, state="posted", inputs={"spending": {}}, digest="x", release="x", computed_by=0,
        computed_by_name=f"演示·{hospital.code}", computed_at=now, **dict.fromkeys(sums, 0), **both,
    )  # fmt: skip
    amounts = ("kept", "borne", "retained", "returned", "forfeited", "due")
    ClearingRow.objects.using("bulk").create(
        run_id=run.pk, community_id=hospital.pk, tier="county", **dict.fromkeys(amounts, 0), **both
    )
    return {"clearing": run.pk}


def _contracted(hospital: Any) -> dict[str, int]:
    """A contract of the fund with the hospital's community, waiting for it."""
    from django.utils import timezone

    from yigongti.kernel.organisations.models import Institution
    from yigongti.systems.fund.models import Contract, FundYear

    now, office = timezone.now(), Institution.objects.using("bulk").filter(kind="county").order_by("id")[0]
    year = FundYear.objects.using("bulk").create(
        office_id=office.pk, year=2031, people=1, pool=5, release="x", made_at=now
    )
    contract = Contract.objects.using("bulk").create(
        fund_year_id=year.pk, office_id=office.pk, institution_id=hospital.pk, year=2031, people=1, quota=5,
        retained_ratio=0, state=Contract.State.ACCEPTING, made_at=now,
    )  # fmt: skip
    return {"fund_contract": contract.pk}


def _rehearsed() -> dict[str, int]:
    """A change of policy that the county's office is preparing, with a document that it cites."""
    from datetime import timedelta

    from django.utils import timezone

    from yigongti.kernel.organisations.models import Institution
    from yigongti.processes.rehearsal.models import Rehearsal, RehearsalFile

    now, office = timezone.now(), Institution.objects.using("bulk").filter(kind="county").order_by("id")[0]
    made = Rehearsal.objects.using("bulk").create(
        office_id=office.pk, title="演示", reason="演示", effective_on=now.date() + timedelta(days=30),
        first_month=MONTH, last_month=MONTH, made_at=now, changed_at=now,
    )  # fmt: skip
    file = RehearsalFile.objects.using("bulk").create(
        rehearsal_id=made.pk, path="sources/sweep.yaml", content=b"id: sweep\ntitle: sweep\nchecked: no\n", digest="x"
    )
    return {"rehearsal": made.pk, "rehearsal_file": file.pk}


def _supervised(hospital: Any) -> dict[str, int]:
    """A case that was ruled on and is shown to the hospital, its points and publication; an inspection of it."""
    from datetime import timedelta

    from django.utils import timezone

    from yigongti.kernel.organisations.models import Institution
    from yigongti.systems.supervision.models import Campaign, Case, Inspection, Points, Publication

    now, office = timezone.now(), Institution.objects.using("bulk").filter(kind="county").order_by("id")[0]
    both = {"institution_id": hospital.pk, "office_id": office.pk}
    case = Case.objects.using("bulk").create(
        source="other", source_key=f"sweep/{hospital.code}", subject="sweep", title_zh=f"演示·{hospital.code}",
        title_en=f"demo {hospital.code}", amount_claimed=5, amount_ruled=5, ruled_at=now, opened_at=now, shown=True,
        state="accountability", **both,
    )  # fmt: skip
    points = Points.objects.using("bulk").create(
        case_id=case.pk, who="institution", rule="sweep", label_zh="演示", label_en="demo", score=1,
        article="product-default", day=now.date(), given_at=now, **both,
    )  # fmt: skip
    publication = Publication.objects.using("bulk").create(
        case_id=case.pk, number=case.number, facts="演示", amount=5, published_at=now, **both
    )
    campaign = Campaign.objects.using("bulk").create(
        office_id=office.pk, title_zh=f"演示·{hospital.code}", title_en=f"demo {hospital.code}", form="hygiene_patrol",
        starts_on=now.date(), ends_on=now.date() + timedelta(days=1), made_at=now, state="running",
    )  # fmt: skip
    inspection = Inspection.objects.using("bulk").create(
        campaign_id=campaign.pk, due_on=now.date(), state="done", done_at=now, **both
    )
    return {
        "supervision_case": case.pk, "points": points.pk, "publication": publication.pk, "campaign": campaign.pk,
        "inspection": inspection.pk,
    }  # fmt: skip


def _matter(hospital: Any) -> Any:
    """A front page of the hospital with defects, opened where the month has none."""
    from django.utils import timezone

    from yigongti.foundation.errors import Text
    from yigongti.kernel.matters.public import Matter, Opening, open_many

    subject = f"{MONTH}/{hospital.code}/sweep"
    title = Text(f"演示·{hospital.code}缺陷", f"Defects of {hospital.code}")
    made = Opening(subject, title, hospital.pk, hospital.pk, month=MONTH, data={"rules": []})
    open_many("front_pages.defects", [made], at=timezone.now())
    return Matter.objects.using("bulk").get(subject=subject)


def _attachment(hospital: Any) -> Any:
    """A text that the hospital's coder attached; it is attached to nothing that another role could open."""
    from django.utils import timezone

    from yigongti.kernel.access.models import Post
    from yigongti.kernel.attachments.models import Attachment
    from yigongti.kernel.attachments.storing import receive, settle

    kept = receive([f"演示 {hospital.code}".encode()], 1_000)
    settle(kept)
    coder = Post.objects.using("bulk").filter(role_id="coder", institution_id=hospital.pk).first()
    return Attachment.objects.using("bulk").create(
        digest=kept.digest, size=kept.size, kind="text", name="sweep.txt", subject="sweep.Sample/1",
        institution_id=hospital.pk, uploaded_by=coder.account_id, uploaded_at=timezone.now(),
    )  # fmt: skip


def _assignment(hospital: Any) -> Any:
    """A checklist that is to be filled at the hospital."""
    from django.utils import timezone

    from yigongti.foundation.errors import Text
    from yigongti.kernel.forms.public import assign

    now = timezone.now()
    return assign(
        None, "school_canteen", on=timezone.localdate(), subject=f"sweep.Sample/{hospital.pk}", at=now,
        title=Text(f"演示·{hospital.code}", f"Sample {hospital.code}"), institution_id=hospital.pk,
        owner_institution_id=hospital.pk,
    )  # fmt: skip
