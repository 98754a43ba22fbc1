"""yigongti appraisal: score cards checked, subjects scored from a file of values, a pool shared out; nothing kept."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yigongti.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from yigongti.engines.appraisal.public import Card, Observed, Receiver, Score
    from yigongti.foundation.policy import Policy

_POLICY = click.option(
    "--policy", "policies", multiple=True, type=click.Path(path_type=Path), help="政策目录 · policy folders"
)
_COLUMNS = ("subject", "item", "state", "value", "n", "target")


@click.group(help="绩效考核 · Score cards")
def appraisal() -> None:
    pass


@appraisal.command(help="检查评分表；有错则列出并以 1 退出 · Check the cards; lists what is wrong, exit code 1")
@click.argument("cards", nargs=-1)
@click.option("--file", "files", multiple=True, type=click.Path(exists=True, path_type=Path), help="单个文件 · a file")
@click.option("--on", default="", help="启用日，默认今天 · day of use, today if not given")
@_POLICY
def lint(cards: tuple[str, ...], files: tuple[Path, ...], on: str, policies: tuple[Path, ...]) -> None:
    from yigongti.engines.appraisal.public import IncomeWords, known_measures, load_card_from, load_cards
    from yigongti.engines.appraisal.public import lint as lint_card
    from yigongti.interfaces.cli.main import terminal_language

    policy = _policy(policies)
    day = _day(on) if on else date.today()  # noqa: DTZ011  # the day of the person at the terminal
    there = load_cards(policy)
    chosen = [load_card_from(file) for file in files] + [_card(there, name) for name in cards]
    measures, words = known_measures(policy), IncomeWords.from_policy(policy, on=day)
    forms = {str(document.data["id"]) for document in policy.documents("forms")}
    wrong = 0
    for card in chosen or there.values():
        found = lint_card(card, measures, words, on=day, forms=forms)
        wrong += len(found)
        for error in found:
            click.echo(f"{error.in_language(terminal_language())} [{error.code}]", err=True)
        if not found:
            click.echo(f"{card.id}: {len(card.version_on(day).items)}")
    if wrong:
        sys.exit(1)


@appraisal.command(help="按评分表评分：CSV 列 subject,item,state,value,n,target · Score subjects from a CSV file")
@click.argument("card")
@click.argument("values", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", required=True, help="考核期最后一天 · last day of the period")
@click.option("--why", is_flag=True, help="为什么得这个分、怎样提高 · why, and what would change it")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · as JSON")
@_POLICY
def score(card: str, values: Path, on: str, why: bool, as_json: bool, policies: tuple[Path, ...]) -> None:
    from yigongti.engines.appraisal.public import load_card_from, load_cards, score_all
    from yigongti.interfaces.cli.main import terminal_language

    chosen = load_card_from(Path(card)) if card.endswith(".yaml") else _card(load_cards(_policy(policies)), card)
    scores = score_all(chosen, read_values(values), _day(on), explain=why or as_json)
    if as_json:
        click.echo(json.dumps([_told(each) for each in scores], ensure_ascii=False, indent=2))
        return
    language = terminal_language()
    for each in scores:
        shown = "—" if each.score is None else str(each.score)
        click.echo(f"{shown:>7}  {each.subject}  {list(each.trace)[-1].said.in_language(language)}")
        for item in each.items if why else ():
            click.echo(f"         {item.why.in_language(language)}")
            for change in item.changes:
                click.echo(f"           ↑ {change.said.in_language(language)} (+{change.gain})")


@appraisal.command(help="绩效总额逐级分配（预览，不入账）· Share a pool out: a preview, nothing is posted")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · as JSON")
def pool(file: Path, as_json: bool) -> None:
    from yigongti.engines.appraisal.public import share_pool
    from yigongti.foundation.policy import read_yaml
    from yigongti.interfaces.cli.main import terminal_language

    data = read_yaml(file.read_text("utf-8"), file.name)
    if not isinstance(data, dict) or not {"pool", "receivers"} <= set(data):
        raise _unreadable("pool, receivers", file.name)
    shared = share_pool(_number(data["pool"], file.name), _receivers(data["receivers"], file.name))
    if as_json:
        rows = [{"code": row.code, "of": row.of, "amount": f"{row.amount:.2f}", "kept": f"{row.kept:.2f}",
                 "bound": str(row.bound)} for row in shared.rows]  # fmt: skip
        click.echo(json.dumps({"pool": f"{shared.pool:.2f}", "rows": rows}, ensure_ascii=False, indent=2))
        return
    for row in shared.rows:
        click.echo(f"{row.amount:>16,.2f}  {'  ' * row.depth}{row.code}  {row.said.in_language(terminal_language())}")


def read_values(file: Path) -> dict[str, dict[str, Observed]]:
    """The values of a CSV file, by subject and item. Raises InvalidInput with the row for what cannot be read."""
    from yigongti.engines.appraisal.public import Observed, State

    found: dict[str, dict[str, Observed]] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        lacking = [name for name in _COLUMNS[:2] if name not in (reader.fieldnames or ())]
        if lacking or set(reader.fieldnames or ()) - set(_COLUMNS):
            raise _unreadable(",".join(reader.fieldnames or ()), f"{file.name} 1")
        for line, row in enumerate(reader, start=2):
            where = f"{file.name} {line}"
            numbers = {name: _number(row[name], where) if row.get(name) else None for name in _COLUMNS[3:]}
            state = row.get("state") or ("value" if numbers["value"] is not None else "no_data")
            if state not in [str(each) for each in State]:
                raise _unreadable(state, where)
            own = found.setdefault(row["subject"], {})
            if row["item"] in own:
                raise InvalidInput(
                    "appraisal.value_twice",
                    zh=f"{row['subject']} 的 {row['item']} 重复",
                    en=f"{row['item']} of {row['subject']} stands twice",
                    where=where,
                )
            own[row["item"]] = Observed(State(state), **numbers)
    return found


def _told(each: Score) -> dict[str, Any]:
    return {
        "subject": each.subject,
        "score": None if each.score is None else str(each.score),
        "grade": each.grade.id if each.grade else None,
        "coefficient": None if each.coefficient is None else str(each.coefficient),
        "reason": {"zh": each.reason.zh, "en": each.reason.en},
        "vetoes": list(each.vetoes),
        "items": [
            {
                "item": item.item,
                "points": None if item.points is None else str(item.points),
                "weight": str(item.weight),
                "why": {"zh": item.why.zh, "en": item.why.en},
                "changes": [{"zh": c.said.zh, "en": c.said.en, "gain": str(c.gain)} for c in item.changes],
            }
            for item in each.items
        ],
    }


def _receivers(rows: Any, where: str) -> list[Receiver]:
    from yigongti.engines.appraisal.public import Factor, Receiver
    from yigongti.foundation.errors import Text

    found = []
    for row in rows if isinstance(rows, list) else [None]:
        if not isinstance(row, dict) or not isinstance(row.get("factors"), dict) or not row.get("code"):
            raise _unreadable("receivers: code, factors", where)
        code = str(row["code"])
        factors = tuple(Factor(Text(zh=name, en=name), _number(text, code)) for name, text in row["factors"].items())
        bounds = {name: _number(row[name], code) if name in row else None for name in ("floor", "cap")}
        members = tuple(_receivers(row["members"], code)) if "members" in row else ()
        kept = _number(row.get("kept", "0"), code)
        label = str(row.get("label", code))
        found.append(Receiver(code, Text(zh=label, en=label), factors, **bounds, kept=kept, members=members))
    return found


def _card(cards: dict[str, Card], name: str) -> Card:
    if name not in cards:
        raise InvalidInput(
            "appraisal.card_unknown",
            zh=f"没有评分表 {name}；现有：{'、'.join(cards)}",
            en=f"there is no card {name}; there are {', '.join(cards)}",
        )
    return cards[name]


def _policy(policies: tuple[Path, ...]) -> Policy:
    from yigongti.config.paths import policy_folder
    from yigongti.foundation.policy import Policy

    return Policy.load(list(policies) or [policy_folder()])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unreadable(text) from None


def _number(text: Any, where: str = "") -> Decimal:
    try:
        number = Decimal(str(text).replace(",", ""))
    except InvalidOperation:
        raise _unreadable(str(text), where) from None
    if not number.is_finite():
        raise _unreadable(str(text), where)
    return number


def _unreadable(text: str, where: str = "") -> InvalidInput:
    return InvalidInput("appraisal.not_readable", zh=f"“{text}”写法不对", en=f"“{text}” cannot be read", where=where)
