"""The pages of a clearing: who sees what, the next step, and the statement on paper and in a sheet."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from systems.year_end_clearing.conftest import AT
from yigongti.kernel.presentation.printing import can_print
from yigongti.processes.year_end_clearing.models import ClearingRun
from yigongti.processes.year_end_clearing.queries import the_row
from yigongti.processes.year_end_clearing.statement import statement_document, statement_words
from yigongti.processes.year_end_clearing.workbook import clearing_workbook


@pytest.fixture
def township(posted, signed_in):
    """The township hospital looks at its posted year."""
    return signed_in("township_clerk", "T1", username="five")


def row_of(run, code="T1"):
    run = ClearingRun.objects.using("bulk").select_related("institution", "office").get(pk=run.pk)
    return run, the_row(run, code)


def test_the_list_says_that_nothing_is_cleared_yet_and_what_to_do_first(county, signed_in):
    page = signed_in("fund_accountant").get("/year_end_clearing/").content.decode()
    assert "还没有清算过任何年度" in page
    assert "请先登记" in page


def test_a_run_shows_its_formulas_and_its_distribution(posted, signed_in):
    page = signed_in("fund_accountant", username="six").get(f"/year_end_clearing/{posted.pk}/").content.decode()
    assert "100,000.00 × 100% × 93%" in page
    assert "27,900.00" in page
    assert "已入账" in page


def test_the_director_confirms_and_the_accountant_posts(acting, signed_in):
    run = acting.compute()
    signed_in("community_director", "H1", username="seven").post(f"/year_end_clearing/{run.pk}/confirm")
    assert ClearingRun.objects.using("bulk").get().state == "confirmed"
    signed_in("fund_accountant", username="eight").post(f"/year_end_clearing/{run.pk}/post")
    assert ClearingRun.objects.using("bulk").get().state == "posted"


def test_withdrawing_without_a_reason_is_told_on_the_page(acting, signed_in):
    run = acting.compute()
    answer = signed_in("fund_accountant", username="nine").post(f"/year_end_clearing/{run.pk}/withdraw", {"why": ""})
    assert answer.status_code == 400
    assert "请写明撤回的原因" in answer.content.decode()


def test_a_year_without_a_contract_is_not_computed(county, signed_in):
    from yigongti.kernel.organisations.models import Institution

    Institution.objects.using("bulk").filter(code="H1").update(leads_community=True)
    form = {"community": "H1", "year": "2026", "score": "93"}
    answer = signed_in("fund_accountant").post("/year_end_clearing/compute", form)
    assert answer.status_code == 400
    assert "没有生效的总额协议" in answer.content.decode()


def test_an_institution_reads_its_own_statement_and_no_other(posted, township):
    assert "28,900.00" in township.get(f"/year_end_clearing/{posted.pk}/T1").content.decode()
    assert township.get(f"/year_end_clearing/{posted.pk}/H1").status_code == 404


def test_the_statement_comes_as_a_document_with_the_formulas(posted, township):
    answer = township.get(f"/year_end_clearing/{posted.pk}/T1/docx")
    words = zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    assert "城关镇卫生院" in words
    assert "27,900.00" in words


@pytest.mark.skipif(not can_print(), reason="libpango is absent")
def test_the_statement_comes_as_a_page_to_print(posted, township):
    assert township.get(f"/year_end_clearing/{posted.pk}/T1/pdf").content.startswith(b"%PDF")


def test_the_workbook_holds_amounts_as_numbers(posted):
    run, row = row_of(posted)
    book = CalamineWorkbook.from_filelike(io.BytesIO(clearing_workbook(run, [row], "zh-hans")))
    sheet = book.get_sheet_by_name("清算").to_python()
    assert sheet[5][:4] == ["机构代码", "机构", "层级", "结余留用"]
    assert sheet[6][:4] == ["T1", "城关镇卫生院", "township", 27900.0]


def test_the_same_statement_gives_the_same_bytes(posted):
    run, row = row_of(posted)
    assert statement_document(run, row, "zh-hans", AT) == statement_document(run, row, "zh-hans", AT)
    assert clearing_workbook(run, [row], "en") == clearing_workbook(run, [row], "en")


def test_a_draft_says_on_paper_that_it_is_one(acting):
    run, row = row_of(acting.compute())
    assert "草稿" in "".join(statement_words(run, row, "zh-hans")["paragraphs"])
    assert "draft" in "".join(statement_words(run, row, "en")["paragraphs"])


@pytest.fixture
def gathered(county, people, clearing_policy):
    """The community's year from a contract and one closed month: gathered() → ClearingInputs"""
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.organisations.models import Institution
    from yigongti.processes.year_end_clearing.gathering import Given, gather
    from yigongti.systems.fund.models import Contract, FundMonth, FundYear, InstitutionMonth, PublishedFundMonth

    Institution.objects.using("bulk").filter(code="H1").update(leads_community=True)
    hospital, office = county["H1"].pk, county["C"].pk
    year = FundYear.objects.using("bulk").create(
        office_id=office, year=2026, people=1, pool=Decimal("10.00"), release="r", made_at=AT
    )
    Contract.objects.using("bulk").create(
        fund_year=year, office_id=office, institution_id=hospital, year=2026, people=1, quota=Decimal("1000.00"),
        retained_ratio=Decimal("0.1"), state="in_force", made_at=AT,
    )  # fmt: skip
    PublishedFundMonth.objects.using("bulk").create(
        month="2026-03", snapshot_digest="d" * 64, release="r", rows=2, published_at=AT
    )
    for care, place, pool in (("inpatient", "community", "400.00"), ("outpatient", "province", "30.00")):
        FundMonth.objects.using("bulk").create(
            institution_id=hospital, month="2026-03", care=care, place=place, referral="none", cases=1, people=1,
            total_cost=Decimal(pool), outside_catalogue=0, pool=Decimal(pool), other_insurance=0, patient=0,
        )  # fmt: skip
    money = dict.fromkeys(
        ("pool_other", "critical_illness", "medical_assistance", "other_funds", "personal_account", "cash"), Decimal(0)
    )
    InstitutionMonth.objects.using("bulk").create(
        institution_id=county["T1"].pk, month="2026-03", cases=7, total_cost=1, pool_packaged=1, **money
    )

    def run():
        with scope(people["accountant"]):
            return gather(2026, Institution.objects.get(code="H1"), Given(Decimal(90)), clearing_policy)

    return run


def test_a_year_is_gathered_from_contract_and_closed_months(gathered):
    found = gathered()
    assert found.spending == {"inside": Decimal("400.00"), "out_of_county": Decimal("30.00")}
    assert [(each.code, each.tier, each.workload) for each in found.institutions] == [
        ("H1", "county", 0), ("T1", "township", 7), ("V1", "village", 0),
    ]  # fmt: skip
    assert (found.quota, len(found.missing_months), date(found.year, 1, 1)) == (1000, 11, date(2026, 1, 1))


def test_what_payment_by_group_adds_is_spent_where_the_people_were_treated(gathered, county):
    """H1 treated people of its own community (+60) and of another (+5); H2 one of H1's (−20). H1 holds a deposit."""
    from yigongti.systems.fund.models import CasePayment, MonthSettlement, PaidCase

    common = {"month": "2026-03", "insurance_type": "390", "packaged": True}
    money = {"cost": 900, "claimed": 500, "payment": 960}
    for case, at, community, added in (("1", "H1", "H1", 60), ("2", "H1", "H2", 5), ("3", "H2", "H1", -20)):
        PaidCase.objects.using("bulk").create(
            institution=county[at],
            community=county[community],
            case_id=case,
            bills=1,
            difference=added,
            **common,
            **money,
        )
    CasePayment.objects.using("bulk").create(
        institution=county["H1"], cases=2, difference=65, made_at=AT, **common, **money
    )
    MonthSettlement.objects.using("bulk").create(
        institution=county["H1"], month="2026-03", packaged=500, difference=65, other=0, retained=0, set_off=0,
        deposit=Decimal("28.25"), paid=Decimal("536.75"), made_at=AT,
    )  # fmt: skip
    found = gathered()
    assert (found.spending["inside"], found.spending["other_community"]) == (Decimal(460), Decimal(-20))
    (cases,) = next(each for each in found.institutions if each.code == "H1").cases
    assert (cases.fund, cases.patients, cases.deposit) == (Decimal(565), Decimal(400), Decimal("28.25"))


def test_contract_fees_that_nobody_gave_are_said_to_be_missing(acting, inputs, signed_in):
    run = acting.compute()
    page = signed_in("fund_accountant", username="nine").get(f"/year_end_clearing/{run.pk}/").content.decode()
    assert "未含家庭医生签约服务费" in page
