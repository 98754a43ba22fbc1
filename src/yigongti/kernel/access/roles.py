"""Roles and permissions, told in prose.

A permission is "<folder of the system>.<verb>". A role is what a post allows at its institution and all below.
Adding a permission: one line in PERMISSIONS and its name in the roles that hold it. A test reads this file against
the names that the code asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

from yigongti.foundation.errors import Text


@dataclass(frozen=True, slots=True)
class Role:
    """What a post allows. `writes`: whether the database lets its holder change rows of its institutions at all."""

    id: str
    name: Text
    allows: Text
    permissions: frozenset[str]
    writes: bool = True


PERMISSIONS: dict[str, Text] = {
    "overview.see": Text("查看总览", "See the overview"),
    "front_pages.see": Text("查看病案首页与质量", "See front pages and their quality"),
    "front_pages.submit": Text(
        "上报病案首页、费用明细和结算清单", "Submit front pages, fee lines and settlement lists"
    ),
    "front_pages.correct": Text("修订病案首页和编码", "Correct front pages and codes"),
    "front_pages.answer_defects": Text("答复病案缺陷", "Answer defects of front pages"),
    "front_pages.sign_month": Text("签认科室月度病案质量", "Sign a department's month of record quality"),
    "front_pages.decide_codes": Text("确认一对多的编码对照", "Decide one-to-many code conversions"),
    "casemix_payment.see": Text("查看分组、权重与盈亏", "See groups, weights and balances"),
    "casemix_payment.see_cases": Text("查看病例及其入组路径", "See cases and the path to their group"),
    "casemix_payment.see_signals": Text("查看疑似高套编码线索", "See patterns that may be up-coding"),
    "casemix_payment.try_changes": Text("模拟改变诊断和手术", "Try other diagnoses and procedures"),
    "casemix_payment.ask_change": Text("对病例分组提出异议", "Ask for a case's grouping to be changed"),
    "casemix_payment.answer_change": Text("答复分组异议", "Answer requests to change a grouping"),
    "claim_checks.see": Text("查看费用审核结果", "See what the claim checks found"),
    "claim_checks.see_quality": Text("查看审核规则的准确程度", "See how often the claim checks are right"),
    "claim_checks.review": Text("初审疑点、要求说明、裁定", "Review findings, ask the hospital, decide"),
    "claim_checks.answer": Text("代表机构说明疑点", "Answer findings for the institution"),
    "claim_checks.explain": Text("对交办给自己的疑点作出说明", "Explain a finding that was handed to oneself"),
    "claim_checks.self_check": Text("上报前自查费用", "Check one's own bills before submitting"),
    "claim_checks.preview": Text("开方或结算前预审", "Check a prescription or bill before it is made out"),
    "claim_checks.manage_knowledge": Text("导入和撤销审核知识", "Take over and withdraw knowledge of the checks"),
    "claim_checks.sample": Text("抽样复核疑点", "Draw samples of findings and review them"),
    "claim_checks.change": Text("提出和签署规则调整", "Propose and sign changes of the checks"),
    "prices.see": Text("查看价格目录与调价", "See the price catalogue and its revisions"),
    "prices.prepare": Text("拟定调价，受理新增项目", "Prepare price revisions, take in new items"),
    "prices.sign": Text("签发调价", "Sign price revisions"),
    "prices.apply": Text("申请新增收费项目", "Apply for new items to be charged"),
    "supervision.see": Text("查看监管案件", "See the cases of supervision"),
    "supervision.take_up": Text("受理或不予受理线索", "Take leads up or dismiss them"),
    "supervision.order": Text("下达整改通知、派员核查、复核答复", "Order to correct, send inspectors, review answers"),
    "supervision.answer": Text("答复整改通知、提出申诉", "Answer orders to correct, and appeal"),
    "supervision.inspect": Text("现场核查", "Inspect on site"),
    "supervision.rule": Text("拟定裁定", "Propose rulings"),
    "supervision.confirm_ruling": Text("复核和签批裁定", "Confirm and sign rulings"),
    "supervision.account": Text("执行裁定：追回、记分、医德档案", "Carry rulings out: recovery, points, ethics file"),
    "supervision.campaign": Text("组织专项检查", "Run campaigns of inspection"),
    "supervision.publish": Text("公示裁定和撤回公示", "Publish rulings and withdraw them"),
    "benefits.see": Text("查看基金结算", "See settlements"),
    "benefits.settle": Text("窗口结算、退费、外伤登记", "Settle bills at the counter, refund, hold injuries"),
    "benefits.quote": Text("试算待遇", "Work out what insurance would pay"),
    "benefits.approve": Text("审批慢特病、核查外伤、办理参保", "Approve diseases, confirm causes, keep enrolments"),
    "fund.see": Text("查看总额打包基金", "See the packaged fund"),
    "fund.contract": Text("拟定年度预算与协议", "Draw up the year's budget and contract"),
    "fund.sign": Text("复核签署预算与协议", "Confirm and sign the budget and contract"),
    "fund.accept": Text("代表医共体确认协议与清算", "Accept contract and clearing for the community"),
    "fund.pay": Text("预拨与月度结算", "Prepay and settle months"),
    "fund.clear": Text("年终清算", "Clear the year"),
    "rehearsal.run": Text("推演政策调整", "Rehearse changes of policy"),
    "rehearsal.sign": Text("复核并发布政策调整", "Confirm and publish changes of policy"),
    "ledger.see": Text("查看账簿", "See the books"),
    "ledger.close": Text("结账和反结账", "Close periods and ask to reopen them"),
    "verification.see": Text("查看账实核对", "See what must hold between books and bills"),
    "verification.run": Text("运行账实核对", "Run the checks between books and bills"),
    "monthly_close.see": Text("查看月结", "See the monthly close"),
    "monthly_close.run": Text("运行月结", "Run the monthly close"),
    "people.see": Text("查看居民登记信息", "See residents' registrations"),
    "people.see_identity": Text(
        "查看完整的姓名、证件号、电话和住址", "See full names, numbers, telephones and addresses"
    ),
    "people.register": Text("登记居民", "Register residents"),
    "people.match": Text("处理疑似重复的居民，合并与撤销", "Decide doubtful pairs, merge and un-merge"),
    "people.let_in": Text("让本机构或团队照管居民", "Let the institution or a team care for a resident"),
    "records.see": Text("查看所照管居民的健康档案", "See the records of residents in one's care"),
    "records.write": Text("写入健康档案", "Write into records"),
    "records.see_public_health": Text(
        "查看辖区居民的公共卫生记录", "See public-health facts of the county's residents"
    ),
    "records.break_glass": Text("紧急情况下开启档案", "Open a record in an emergency"),
    "records.open_for_matter": Text("为他人办理的事项开启档案", "Open a record to another person for a matter in hand"),
    "records.extract": Text("提取去标识的统计数据", "Take de-identified extracts for statistics"),
    "records.export": Text("批量导出健康档案", "Export records in bulk"),
    "fhir.manage_clients": Text("管理接口系统的接入", "Manage the systems that exchange data"),
    "hl7v2.see": Text("查看 HL7 v2 消息", "See HL7 v2 messages"),
    "hl7v2.see_identity": Text("查看报文涉及的人员和原始内容", "See whom messages are about, and their bytes"),
    "hl7v2.retry": Text("重试和重新处理 HL7 v2 消息", "Retry and rerun HL7 v2 messages"),
    "forms.fill": Text("填写检查表和问卷", "Fill checklists and questionnaires"),
    "forms.preview": Text("查看和试填表单", "Look at forms and try them out"),
    "trail.see_views": Text("查看谁看过谁的档案", "See who looked at whose record"),
    "matters.see_late": Text("查看各机构逾期事项", "See what is late at the institutions"),
    "matters.answer_complaints": Text("答复对平台的意见与投诉", "Answer complaints about the platform"),
    "access.manage": Text("管理账号与岗位", "Manage accounts and posts"),
    "organisations.manage": Text("管理机构与科室", "Manage institutions and departments"),
    "trail.see": Text("查看操作留痕", "See the trail of actions"),
    "jobs.see": Text("查看后台任务", "See background jobs"),
}

_CARE = {"people.see", "people.see_identity", "records.see", "records.write", "records.break_glass"}

_SEE_ALL = {
    "overview.see", "front_pages.see", "casemix_payment.see", "casemix_payment.see_cases", "monthly_close.see",
    "prices.see", "claim_checks.see",
}  # fmt: skip
_OWN_BILLS = {"claim_checks.answer", "claim_checks.self_check", "claim_checks.preview"}
_CHECK_BILLS = {
    "claim_checks.see_quality", "claim_checks.review", "claim_checks.manage_knowledge", "claim_checks.sample",
    "claim_checks.change", "claim_checks.preview",
}  # fmt: skip


_COUNTER = {"benefits.settle", "benefits.quote"}
_FUND_OFFICE = {
    "fund.see", "fund.contract", "fund.sign", "fund.pay", "fund.clear", "ledger.see", "ledger.close",
    "rehearsal.run", "rehearsal.sign", "verification.see", "verification.run",
}  # fmt: skip


def _role(
    id: str, zh: str, en: str, allows_zh: str, allows_en: str, permissions: set[str], writes: bool = True
) -> Role:
    return Role(id, Text(zh, en), Text(allows_zh, allows_en), frozenset(permissions), writes)


_ALL = [
    _role(
        "county_director", "医共体管理中心主任", "Director of the medical community",
        "查看全县各机构的总览、病案、分组和盈亏，不修改任何数据。",
        "Sees the overview, records, groups and balances of every institution of the county; changes nothing.",
        _SEE_ALL | {
            "casemix_payment.see_signals", "claim_checks.see_quality", "supervision.see", "jobs.see",
            "matters.see_late", "fund.see", "ledger.see", "verification.see",
        },
        writes=False,
    ),
    _role(
        "health_bureau_clerk", "卫生健康局工作人员", "Health bureau clerk",
        "查看全县病案质量与月结，催报未报机构。",
        "Sees record quality and the monthly close of the county, and reminds those who have not submitted.",
        _SEE_ALL | {"supervision.see", "jobs.see", "forms.fill", "forms.preview", "matters.see_late"},
    ),
    _role(
        "insurance_bureau_officer", "医疗保障局工作人员", "Insurance bureau officer",
        "查看全县病例、分组和支付，运行月结，答复分组异议；审批病种、核查外伤，受理县外票据。",
        "Sees cases, groups and payments of the county, runs the monthly close, answers requests about groupings;"
        " approves diseases, confirms causes of injuries, settles bills from outside the county.",
        _SEE_ALL | {
            "casemix_payment.see_signals", "casemix_payment.try_changes", "casemix_payment.answer_change",
            "monthly_close.run", "supervision.see", "jobs.see", "prices.prepare", "prices.sign", "forms.fill",
            "forms.preview", "matters.see_late", "benefits.see", "benefits.approve",
        } | _CHECK_BILLS | _FUND_OFFICE | _COUNTER,  # bills that residents bring from outside the county
    ),
    _role(
        "hospital_insurance_office", "医院医保办", "Hospital insurance office",
        "上报本院数据，查看本院各科室的病例、分组和盈亏，对分组提出异议。",
        "Submits the hospital's data, sees its cases, groups and balances, asks for groupings to be changed.",
        _SEE_ALL | {
            "front_pages.submit", "casemix_payment.see_signals", "casemix_payment.try_changes",
            "casemix_payment.ask_change", "jobs.see", "prices.apply", "supervision.see", "supervision.answer",
            "forms.fill", "matters.see_late", "benefits.see", "benefits.quote", "fund.see", "ledger.see",
        } | _OWN_BILLS,
    ),
    _role(
        "record_room_clerk", "病案室", "Record room clerk",
        "上报病案首页，查看并处理质量缺陷。",
        "Submits front pages, sees defects and deals with them.",
        {
            "overview.see", "front_pages.see", "front_pages.submit", "front_pages.correct",
            "front_pages.answer_defects", "jobs.see",
        },
    ),
    _role(
        "coder", "编码员", "Coder",
        "修订编码，确认编码对照，模拟分组，答复科室的分组异议。",
        "Corrects codes, decides code conversions, tries groupings, answers the departments' requests.",
        {
            "overview.see", "front_pages.see", "front_pages.submit", "front_pages.correct", "front_pages.decide_codes",
            "casemix_payment.see", "casemix_payment.see_cases", "casemix_payment.try_changes",
            "casemix_payment.answer_change", "jobs.see",
        },
    ),
    _role(
        "department_head", "科主任", "Head of department",
        "查看本科室的病例、分组和盈亏，对分组提出异议；签认本科室月度病案质量。",
        "Sees the cases, groups and balance of the own department, asks for groupings to be changed; signs the"
        " department's month of record quality.",
        {
            "overview.see", "front_pages.see", "front_pages.answer_defects", "front_pages.sign_month",
            "casemix_payment.see", "casemix_payment.see_cases", "casemix_payment.try_changes",
            "casemix_payment.ask_change", "claim_checks.see", "claim_checks.explain", "forms.fill",
        },
    ),
    _role(
        "physician", "医师", "Physician",
        "查看本科室病例的入组路径，在床旁模拟分组；答复本人病案的缺陷；查看和书写本院在管患者的健康档案。",
        "Sees how the cases of the own department were grouped and tries groupings at the bedside; reads and writes the"
        " records of patients in the hospital's care.",
        {
            "front_pages.see", "front_pages.answer_defects", "casemix_payment.see_cases", "casemix_payment.try_changes",
            "claim_checks.see", "claim_checks.explain", "claim_checks.preview", "forms.fill",
        } | _CARE,
    ),
    _role(
        "township_clerk", "乡镇卫生院工作人员", "Township hospital clerk",
        "上报本院数据，查看本院病案质量和盈亏，处理病案缺陷；登记居民。",
        "Submits the township hospital's data, sees its record quality and balance, deals with defects; registers"
        " residents.",
        {
            "overview.see", "front_pages.see", "front_pages.submit", "front_pages.correct", "casemix_payment.see",
            "casemix_payment.see_cases", "jobs.see", "people.see", "people.register", "people.let_in",
            "prices.see", "prices.apply", "claim_checks.see", "supervision.see", "supervision.answer", "forms.fill",
            "front_pages.answer_defects", "front_pages.sign_month", "fund.see", "ledger.see", "benefits.see",
        } | _OWN_BILLS | _COUNTER,
    ),
    _role(
        "village_doctor", "乡村医生", "Village doctor",
        "登记本村居民，查看和书写签约及在管居民的健康档案。",
        "Registers the village's residents; reads and writes the records of those in the clinic's or the team's care.",
        {
            "overview.see", "people.register", "claim_checks.preview", "supervision.see", "supervision.answer",
            "forms.fill",
        } | _CARE | _COUNTER,
    ),
    _role(
        "registration_desk", "挂号登记处", "Registration desk",
        "登记来院居民，让本院照管；不查看健康档案。",
        "Registers those who come and lets the hospital care for them; sees no records.",
        {"people.see", "people.see_identity", "people.register", "people.let_in"},
    ),
    _role(
        "settlement_clerk", "结算窗口", "Settlement counter",
        "在窗口为来院居民结算、退费；只看本机构的结算。",
        "Settles and refunds the bills of those who come; sees the settlements of the own institution only.",
        {"people.see", "people.see_identity"} | _COUNTER,
    ),
    _role(
        "community_director", "医共体牵头医院负责人", "Director of a community",
        "查看本医共体的基金、账簿、分组和盈亏，确认年度协议与清算。",
        "Sees the fund, books, groups and balances of the own community; accepts the year's contract and clearing.",
        _SEE_ALL | {"fund.see", "fund.accept", "ledger.see", "benefits.see", "matters.see_late"},
    ),
    _role(
        "fund_accountant", "基金会计", "Fund accountant",
        "记账、结账、预拨、清算，核对账实；不签署协议，不裁定。",
        "Keeps the books, closes periods, prepays and clears, verifies; signs no contract and rules on nothing.",
        {
            "overview.see", "fund.see", "fund.pay", "fund.clear", "ledger.see", "ledger.close", "benefits.see",
            "verification.see", "verification.run", "jobs.see",
        },
    ),
    _role(
        "public_health_worker", "公共卫生人员", "Public health worker",
        "查看辖区居民的公共卫生记录，书写公共卫生服务；不查看其他诊疗记录。",
        "Sees the public-health facts of the county's residents and writes public-health services; no other records.",
        {"overview.see", "people.see", "records.see_public_health", "records.write", "forms.fill"},
    ),
    _role(
        "master_index_clerk", "居民主索引管理员", "Master index clerk",
        "登记居民，核对疑似重复的登记，合并与撤销；不查看健康档案。",
        "Registers residents, decides doubtful pairs, merges and un-merges; sees no records.",
        {"overview.see", "people.see", "people.see_identity", "people.register", "people.match", "jobs.see"},
    ),
    _role(
        "privacy_officer", "个人信息保护负责人", "Privacy officer",
        "查看谁看过谁的档案和所有紧急开启，为经办事项的人开启档案；自己不查看健康档案。",
        "Sees who looked at whose record and every opening, opens records to those who handle a matter; sees none.",
        {"overview.see", "people.see", "trail.see", "trail.see_views", "records.open_for_matter", "records.extract"},
    ),
    _role(
        "exchange_operator", "接口管理员", "Exchange operator",
        "管理接口系统的接入，查看、重试消息；消息涉及的人员默认隐去，查看即留痕。",
        "Manages the systems that exchange data, sees and retries their messages; whom they are about is masked, and"
        " looking at it is recorded.",
        {"fhir.manage_clients", "hl7v2.see", "hl7v2.see_identity", "hl7v2.retry", "jobs.see"},
    ),
    _role(
        "exchange_system", "接口系统", "Exchanging system",
        "医院或检验系统按授权范围收发本机构居民的数据；不供人登录。",
        "A hospital's or laboratory's system sends and fetches the data of the institution's residents as far as its"
        " scopes allow; no person signs in with it.",
        {"people.see", "people.see_identity", "people.register", "people.let_in", "records.see", "records.write",
         "records.see_public_health", "records.export", "claim_checks.preview"} | _COUNTER,
    ),
    _role(
        "supervision_officer", "监管执法人员", "Supervision officer",
        "受理线索，下达整改通知，派员核查，复核答复，组织专项检查，执行和公示裁定；不裁定。",
        "Takes leads up, orders to correct, sends inspectors, reviews answers, runs campaigns, carries rulings out and"
        " publishes them; does not rule.",
        {
            "overview.see", "supervision.see", "supervision.take_up", "supervision.order", "supervision.account",
            "supervision.campaign", "supervision.publish", "forms.fill", "forms.preview", "jobs.see",
        },
    ),
    _role(
        "supervision_inspector", "现场检查员", "Inspector on site",
        "按派员现场核查和巡查，填写检查表，提交报告；不能结案。",
        "Checks and patrols on site as assigned, fills in checklists and reports; cannot close a case.",
        {"overview.see", "supervision.see", "supervision.inspect", "forms.fill"},
    ),
    _role(
        "ruling_member", "裁定小组成员", "Member of the ruling panel",
        "拟定裁定，复核和签批他人拟定的裁定。",
        "Proposes rulings, confirms and signs those that others propose.",
        {"overview.see", "supervision.see", "supervision.rule", "supervision.confirm_ruling"},
    ),
    _role(
        "trail_reader", "审计员", "Trail reader",
        "查看谁在何时做了什么，不修改任何数据。",
        "Sees who did what and when; changes nothing.",
        {"overview.see", "trail.see"}, writes=False,
    ),
    _role(
        "system_administrator", "系统管理员", "System administrator",
        "管理账号、岗位和机构，答复对平台的意见；不查看病例。",
        "Manages accounts, posts and institutions, answers complaints about the platform; sees no cases.",
        {"matters.answer_complaints", "access.manage", "organisations.manage", "jobs.see", "trail.see"},
    ),
]  # fmt: skip

ROLES: dict[str, Role] = {role.id: role for role in _ALL}
