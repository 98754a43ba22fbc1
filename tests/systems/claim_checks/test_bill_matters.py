"""From a finding to a decision: opened once, asked, explained by a physician, answered, decided by two persons."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from systems.claim_checks.conftest import CHECKED_AT, MONTH
from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, Matter, act
from yigongti.systems.claim_checks.public import open_matters

AT = CHECKED_AT + timedelta(hours=1)


@pytest.fixture
def opened(checked):
    """The matters of the month; answers how many."""
    return open_matters(MONTH, checked.policy, CHECKED_AT)


@pytest.fixture
def people(opened, actor):
    return {
        "bureau": actor("insurance_bureau_officer", "C", username="one"),
        "second": actor("insurance_bureau_officer", "C", username="two"),
        "office": actor("hospital_insurance_office", "H1"),
        "stranger": actor("hospital_insurance_office", "H2"),
        "physician": actor("physician", "H1", department="0301"),
    }


def of_case(case_id):
    return Matter.objects.using("bulk").get(kind="claim_checks.bill", data__case_id=case_id)


def step(who, matter, name, words="演示", amount=None, at=AT, **data):
    with scope(who):
        given = Given(words=words, amount=None if amount is None else Decimal(amount), data=data)
        return act(who, matter.pk, name, at=at, given=given)


def test_each_bill_above_the_limit_becomes_one_matter(opened):
    cases = Matter.objects.using("bulk").filter(kind="claim_checks.bill").values_list("data__case_id", flat=True)
    assert sorted(cases) == ["C0001", "C0002", "C0004", "C0005"], "the visit's 30 yuan are below the limit"
    assert opened.opened == 4


def test_closing_again_opens_nothing_twice_even_what_was_closed(opened, people, checked):
    step(people["bureau"], of_case("C0001"), "dismiss")
    checked.publish()
    done = open_matters(MONTH, checked.policy, AT)
    assert (done.opened, done.renewed, done.closed) == (0, 0, 0)


def test_a_bill_goes_to_the_hospital_to_its_physician_and_back_and_is_upheld(people):
    matter = of_case("C0001")
    asked = step(people["bureau"], matter, "ask")
    step(people["office"], matter, "assign", physician_account=people["physician"].account_id)
    back = step(people["physician"], matter, "explain")
    assert back.due_on == asked.due_on, "handing it to a physician gains no time"
    step(people["office"], matter, "answer")
    done = step(people["bureau"], matter, "uphold", amount="200.00")
    assert (done.state, done.amount) == ("upheld", Decimal("200.00"))


def test_only_the_physician_who_was_asked_may_explain(people, actor):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    step(people["office"], matter, "assign", physician_account=people["physician"].account_id)
    with pytest.raises(NotPermitted):
        step(actor("physician", "H1", username="colleague", department="0301"), matter, "explain")


def test_a_bill_cannot_be_handed_to_somebody_who_is_no_physician_of_the_hospital(people):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    with pytest.raises(InvalidInput):
        step(people["office"], matter, "assign", physician_account=people["bureau"].account_id)


def test_no_more_than_was_counted_can_be_upheld(people):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    step(people["office"], matter, "answer")
    with pytest.raises(InvalidInput, match="counted"):
        step(people["bureau"], matter, "uphold", amount="500.01")


def test_above_the_limit_a_second_person_must_confirm(people):
    matter = of_case("C0001")
    Matter.objects.using("bulk").filter(pk=matter.pk).update(data={**matter.data, "counted": "9000.00"})
    step(people["bureau"], matter, "ask")
    step(people["office"], matter, "answer")
    with pytest.raises(Conflict, match="second person"):
        step(people["bureau"], matter, "uphold", amount="9000.00")
    step(people["bureau"], matter, "propose", amount="9000.00")
    with pytest.raises(NotPermitted, match="second person"):
        step(people["bureau"], matter, "confirm")
    assert step(people["second"], matter, "confirm").state == "upheld"


def test_the_hospital_cannot_rule_on_its_own_bill(people):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    step(people["office"], matter, "answer")
    with pytest.raises(NotPermitted):
        step(people["office"], matter, "accept")


def test_another_hospital_sees_nothing_of_it(people):
    from yigongti.foundation.errors import NotFound

    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    with pytest.raises(NotFound):
        step(people["stranger"], matter, "answer")


def test_a_hospital_puts_itself_right_before_its_answer_is_due_and_not_after(people):
    first, second = of_case("C0001"), of_case("C0002")
    for matter in (first, second):
        step(people["bureau"], matter, "ask")
    assert step(people["office"], first, "withdraw", amount="500.00").state == "withdrawn"
    late = datetime(2027, 1, 20, 2, 0, tzinfo=UTC)
    with pytest.raises(Conflict, match="too late"):
        step(people["office"], second, "withdraw", amount="900.00", at=late)


def test_the_bureau_waits_for_the_answer_until_it_is_due(people):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    with pytest.raises(Conflict, match="may still answer"):
        step(people["bureau"], matter, "go_on")
    assert step(people["bureau"], matter, "go_on", at=datetime(2027, 1, 20, 2, 0, tzinfo=UTC)).state == "answered"


def without_findings(*cases):
    from yigongti.systems.claim_checks.models import BillFindings, Finding

    for model in (BillFindings, Finding):
        model.objects.using("bulk").filter(case_id__in=cases).delete()


def again(checked, at=AT):
    done = open_matters(MONTH, checked.policy, at)
    return done.opened, done.renewed, done.closed


def test_a_bill_that_was_put_right_is_closed_as_corrected_unless_it_was_answered(people, checked):
    for case in ("C0002", "C0004"):
        step(people["bureau"], of_case(case), "ask")
    step(people["office"], of_case("C0004"), "answer")
    without_findings("C0001", "C0002", "C0004")
    assert again(checked, AT + timedelta(hours=1)) == (0, 0, 2)
    states = [of_case(case).state for case in ("C0001", "C0002", "C0004")]
    assert states == ["corrected", "corrected", "answered"], "who has answered gets a decision"
    assert again(checked, AT + timedelta(hours=2)) == (0, 0, 0)


def test_a_bill_that_was_corrected_and_is_wrong_again_becomes_a_matter_again(opened, checked):
    without_findings("C0001")
    again(checked)
    checked.publish()
    assert again(checked, AT + timedelta(hours=1)) == (1, 0, 0)


def test_other_findings_give_the_matter_their_title_and_amount_and_a_line_of_history(opened, checked):
    from yigongti.systems.claim_checks.models import BillFindings, Finding

    Finding.objects.using("bulk").filter(case_id="C0001", line_number=2).delete()
    BillFindings.objects.using("bulk").filter(case_id="C0001").update(
        counted=Decimal("300.00"), violation_amount=Decimal("300.00"), findings=2
    )
    assert again(checked) == (0, 1, 0)
    matter = of_case("C0001")
    assert (matter.amount, matter.data["counted"]) == (Decimal("300.00"), "300.00")
    assert "2 处疑点，涉及 300.00 元" in matter.title_zh
    (line,) = matter.steps.using("bulk").filter(action="told_anew")
    assert (line.amount, line.words[:4]) == (Decimal("300.00"), "重新审核")
    assert again(checked, AT + timedelta(hours=1)) == (0, 0, 0)


def test_what_was_upheld_stays_as_it_was_decided(people, checked):
    from yigongti.systems.claim_checks.models import BillFindings

    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    step(people["office"], matter, "answer")
    step(people["bureau"], matter, "uphold", amount="200.00")
    BillFindings.objects.using("bulk").filter(case_id="C0001").update(
        counted=Decimal("100.00"), violation_amount=Decimal("100.00")
    )
    assert again(checked) == (0, 0, 0)
    assert of_case("C0001").amount == Decimal("200.00")


def test_asking_prints_a_letter_that_tells_every_finding(people):
    import io
    import zipfile

    from yigongti.kernel.matters.letters.making import make_letters
    from yigongti.kernel.matters.letters.storing import opened as opened_file
    from yigongti.kernel.matters.models import Letter

    step(people["bureau"], of_case("C0001"), "ask", words="请逐项说明")
    assert make_letters(AT) == 1
    letter = Letter.objects.using("bulk").get()
    with zipfile.ZipFile(io.BytesIO(opened_file(letter.document_digest))) as packed:
        text = packed.read("word/document.xml").decode()
    wanted = (letter.number, "示范县人民医院", "请逐项说明", "限男性使用，患者为女性", "试办不予支付", "300.00")
    assert [words for words in wanted if words not in text] == []
    assert opened_file(letter.print_digest).startswith(b"%PDF-")


def test_the_hospital_names_the_physician_on_the_page_and_the_physician_explains(people, signed_in):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    office = signed_in("hospital_insurance_office", "H1", username="office-page")
    physician = signed_in("physician", "H1", username="physician-page", department="0301")
    asked = office.get(f"/matters/{matter.pk}/").content.decode()
    from yigongti.kernel.access.models import Account

    number = Account.objects.using("bulk").get(username="physician-page").pk
    assert f'<option value="{number}"' in asked
    sent = office.post(f"/matters/{matter.pk}/assign", {"ask_physician_account": str(number), "version": "2"})
    assert sent.status_code == 302, sent.content.decode()[:3000]
    assert "C0001" in physician.get("/matters/").content.decode()
    page = physician.get(f"/matters/{matter.pk}/").content.decode()
    assert "限男性使用，患者为女性" in page
    version = str(of_case("C0001").version)
    said = physician.post(f"/matters/{matter.pk}/explain", {"words": "系录入错误", "version": version})
    assert said.status_code == 302, said.content.decode()[:3000]
    assert (of_case("C0001").state, of_case("C0001").holder_account_id) == ("asked", 0)
