"""Reads a rule into its tree, by recursive descent.

    rule       := nothing | either
    either     := both ("or" both)*
    both       := single ("and" single)*
    single     := "not" single | "(" either ")" | "1" | membership | count | sites | comparison
    membership := fields ["not"] "in" sets
    fields     := FIELD | "{" FIELD ("," FIELD)* "}"          sets := NAME | "{" NAME ("," NAME)* "}"
    count      := "length" "(" sets "∩" fields ")" OPERATOR NUMBER      (either order within the brackets)
    sites      := "sites" "(" fields ")" OPERATOR NUMBER
    comparison := NUMBERFIELD OPERATOR NUMBER | NUMBER OPERATOR NUMBERFIELD [OPERATOR NUMBER]

"and" binds tighter than "or". Words are read in either case.
"""

from __future__ import annotations

from decimal import Decimal

from yigongti.engines.casemix.rules.syntax import (
    Always,
    And,
    CodeField,
    Comparison,
    CountInSet,
    InSets,
    Not,
    Number,
    NumberField,
    Operator,
    Or,
    Rule,
    Sites,
)
from yigongti.engines.casemix.rules.tokens import Kind, Token, broken, tokenize
from yigongti.foundation.errors import PolicyError

DEEPEST = 60  # brackets within brackets; keeps a hostile rule from exhausting the stack
_CODE_FIELDS = {field.value: field for field in CodeField}
_NUMBER_FIELDS = {field.value: field for field in NumberField}
_KEYWORDS = {"and", "or", "not", "in", "length", "sites"}


def parse_rule(text: str) -> Rule:
    """The tree of a rule; an empty text is the rule that is always true.

    Raises PolicyError("casemix.rule_syntax") with the place of the first offence.
    """
    parser = _Parser(text, tokenize(text))
    return parser.rule()


class _Parser:
    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.next = 0
        self.depth = 0

    # -- the words ahead ----------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def take(self) -> Token:
        token = self.token
        self.next = min(self.next + 1, len(self.tokens) - 1)  # the END stays
        return token

    def at_word(self, word: str) -> bool:
        return self.token.kind is Kind.NAME and self.token.text.lower() == word

    def take_word(self, word: str) -> bool:
        if self.at_word(word):
            self.take()
            return True
        return False

    def wrong(self, zh: str, en: str, token: Token | None = None) -> PolicyError:
        at = token or self.token
        return broken(zh, en, self.text, at.position)

    def expect(self, kind: Kind, sign: str) -> Token:
        if self.token.kind is not kind:
            raise self.wrong(f"应为“{sign}”", f"“{sign}” is expected")
        return self.take()

    # -- the grammar --------------------------------------------------------------------------------------------

    def rule(self) -> Rule:
        if self.token.kind is Kind.END:
            return Always()
        rule = self.either()
        if self.next < len(self.tokens) - 1:
            raise self.wrong("有多余的内容", "there is something left over")
        return rule

    def either(self) -> Rule:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"括号嵌套超过 {DEEPEST} 层", f"brackets are nested deeper than {DEEPEST}")
        parts = [self.both()]
        while self.take_word("or"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Rule:
        parts = [self.single()]
        while self.take_word("and"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def single(self) -> Rule:
        token = self.token
        if token.kind is Kind.OPEN:
            self.take()
            inner = self.either()
            self.expect(Kind.CLOSE, ")")
            return inner
        if token.kind is Kind.NUMBER:
            return self.number_first()
        if token.kind is Kind.BRACES:
            return self.membership()
        if token.kind is Kind.NAME:
            return self.named()
        raise self.wrong("应为一个条件", "a condition is expected")

    def named(self) -> Rule:
        word = self.token.text
        if self.take_word("not"):
            self.depth += 1
            if self.depth > DEEPEST:
                raise self.wrong(f"not 嵌套超过 {DEEPEST} 层", f"“not” is nested deeper than {DEEPEST}")
            inner = Not(self.single())
            self.depth -= 1
            return inner
        if self.at_word("length"):
            return self.count()
        if self.at_word("sites"):
            return self.sites()
        if word.upper() in _CODE_FIELDS:
            return self.membership()
        if word.upper() in _NUMBER_FIELDS:
            field = _NUMBER_FIELDS[self.take().text.upper()]
            return Comparison(field, self.operator(), self.number())
        raise self.wrong(
            f"不认识“{word}”：应为 ZYZD、QTZD、ZYSS、QTSS、NL、XB、XSRTL、XSRTZ、length 或 sites",
            f"“{word}” is unknown: ZYZD, QTZD, ZYSS, QTSS, NL, XB, XSRTL, XSRTZ, length or sites is expected",
        )

    def number_first(self) -> Rule:
        at = self.token
        number = self.number()
        if self.token.kind is not Kind.OPERATOR:
            if at.text == "1":
                return Always()
            raise self.wrong("单独的数字只能是 1", "a number alone can only be 1", at)
        turned = self.operator().turned
        token = self.take()
        field = _NUMBER_FIELDS.get(token.text.upper()) if token.kind is Kind.NAME else None
        if field is None:
            raise self.wrong("应为 NL、XB、XSRTL 或 XSRTZ", "NL, XB, XSRTL or XSRTZ is expected", token)
        first = Comparison(field, turned, number)
        if self.token.kind is Kind.OPERATOR:
            return And((first, Comparison(field, self.operator(), self.number())))
        return first

    def membership(self) -> Rule:
        fields = self.fields()
        negated = self.take_word("not")
        if not self.take_word("in"):
            raise self.wrong("应为“in”或“not in”", "“in” or “not in” is expected")
        return InSets(fields, self.sets(), negated)

    def count(self) -> Rule:
        self.take()
        self.expect(Kind.OPEN, "(")
        if self.at_fields():
            fields = self.fields()
            self.expect(Kind.INTERSECT, "∩")
            sets = self.sets()
        else:
            sets = self.sets()
            self.expect(Kind.INTERSECT, "∩")
            fields = self.fields()
        if len(sets) != 1:
            raise self.wrong("length 只能对一个集合计数", "length counts in one set")
        self.expect(Kind.CLOSE, ")")
        return CountInSet(sets[0], fields, self.operator(), self.number())

    def sites(self) -> Rule:
        self.take()
        self.expect(Kind.OPEN, "(")
        at = self.token
        fields = self.fields()
        if not all(field.is_diagnosis for field in fields):
            raise self.wrong("sites 只统计诊断的部位", "sites counts the sites of diagnoses", at)
        self.expect(Kind.CLOSE, ")")
        return Sites(fields, self.operator(), self.number())

    # -- the smallest parts -------------------------------------------------------------------------------------

    def at_fields(self) -> bool:
        token = self.token
        names = token.names if token.kind is Kind.BRACES else (token.text,)
        return all(name.upper() in _CODE_FIELDS for name in names)

    def fields(self) -> tuple[CodeField, ...]:
        token = self.take()
        names = token.names if token.kind is Kind.BRACES else (token.text,)
        found = tuple(_CODE_FIELDS[name.upper()] for name in names if name.upper() in _CODE_FIELDS)
        if len(found) != len(names):
            raise self.wrong("应为 ZYZD、QTZD、ZYSS 或 QTSS", "ZYZD, QTZD, ZYSS or QTSS is expected", token)
        if len(set(found)) != len(found):
            raise self.wrong("字段重复", "a field is named twice", token)
        if len({field.is_diagnosis for field in found}) != 1:
            raise self.wrong("诊断与手术不能同列", "diagnoses and procedures cannot stand in one list", token)
        return found

    def sets(self) -> tuple[str, ...]:
        token = self.take()
        if token.kind is Kind.BRACES:
            names = token.names
        elif token.kind is Kind.NAME and token.text.lower() not in _KEYWORDS:
            names = (token.text,)
        else:
            raise self.wrong("应为集合名称，如 {AA1.PX}", "a set's name is expected, as {AA1.PX}", token)
        if any(name.upper() in _CODE_FIELDS for name in names):
            raise self.wrong("应为集合名称，而不是字段", "a set's name is expected, not a field", token)
        return names

    def operator(self) -> Operator:
        return Operator(self.expect(Kind.OPERATOR, ">= <= = != < >").text)

    def number(self) -> Number:
        token = self.expect(Kind.NUMBER, "数字 / number")
        if len(token.text) > 9:
            raise self.wrong("数字过大", "the number is too large", token)
        value = Decimal(token.text)
        return int(value) if value == value.to_integral_value() else value
