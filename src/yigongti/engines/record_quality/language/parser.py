"""Reads a condition: text in, typed tree out, or a PolicyError that says which word is wrong.

condition  = and-part { "or" and-part }
and-part   = one { "and" one }
one        = "not" one | "(" condition ")" | quantified | predicate
quantified = ("any" | "no" | "every") LIST ( "where" "(" condition ")" | question )
predicate  = value question
question   = ("=" | "!=" | "<" | "<=" | ">" | ">=") value
           | ["not"] "in" ( "{" TEXT {"," TEXT} "}" | "category" RANGE {"," RANGE} | "codeset" NAME )
           | "starts" "with" TEXT {"," TEXT}  |  "matches" PATTERN
           | "is" ["not"] ("empty" | "valid")  |  "is" "filled"
value      = term { ("+" | "-" | "*") term }
term       = NUMBER | TEXT | COLUMN | FUNCTION "(" value {"," value} ")"
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from yigongti.engines.record_quality import vocabulary
from yigongti.engines.record_quality.codesets import Codeset
from yigongti.engines.record_quality.language.patterns import require_portable
from yigongti.engines.record_quality.language.syntax import (
    And,
    Arithmetic,
    Call,
    ColumnValue,
    Comparison,
    Condition,
    InCategory,
    InCodeset,
    IsEmpty,
    IsIn,
    IsValid,
    Kind,
    Literal,
    Matches,
    Member,
    Not,
    Or,
    Quantified,
    StartsWith,
    Value,
)
from yigongti.engines.record_quality.language.tokens import Word, cut, wrong
from yigongti.foundation.errors import PolicyError

DEEPEST_NESTING = 20


def parse_condition(text: str, codesets: Mapping[str, Codeset], where: str = "") -> Condition:
    """The condition that the text says. Raises PolicyError (and nothing else) for any text that says none."""
    parser = _Parser(cut(text, where), codesets, where)
    condition = parser.condition()
    parser.expect_end()
    return condition


class _Parser:
    def __init__(self, words: list[Word], codesets: Mapping[str, Codeset], where: str) -> None:
        self._words = words
        self._at = 0
        self._depth = 0
        self._codesets = codesets
        self._where = where
        self._inside: str | None = None  # the list whose positions are looked at

    # -- words ---------------------------------------------------------------------------------------------------

    @property
    def _word(self) -> Word:
        return self._words[self._at]

    def _next(self) -> Word:
        word = self._word
        self._at += word.sort != "end"
        return word

    def _accept(self, *texts: str) -> str:
        """The word if it is one of these, and moves on; "" otherwise. Words in quotation marks never count."""
        if self._word.sort in ("name", "operator", "mark") and self._word.text in texts:
            return self._next().text
        return ""

    def _expect(self, *texts: str) -> str:
        found = self._accept(*texts)
        if not found:
            raise self._wrong(f"此处应为 {' 或 '.join(texts)}", f"expected {' or '.join(texts)}")
        return found

    def _wrong(self, zh: str, en: str) -> PolicyError:
        word = self._word
        shown = word.text or "end"
        return wrong(
            f"第 {word.place} 个字符处（{shown}）：{zh}", f"at character {word.place} ({shown}): {en}", self._where
        )

    def expect_end(self) -> None:
        if self._word.sort != "end":
            raise self._wrong("条件到此应已结束", "the condition should end here")

    # -- conditions ----------------------------------------------------------------------------------------------

    def condition(self) -> Condition:
        parts = [self._and_part()]
        while self._accept("or"):
            parts.append(self._and_part())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and_part(self) -> Condition:
        parts = [self._one()]
        while self._accept("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            raise self._wrong("括号或 not 嵌套过深", "parentheses or not are nested too deep")
        try:
            if self._accept("not"):
                return Not(self._one())
            if self._accept("("):
                condition = self.condition()
                self._expect(")")
                return condition
            if quantifier := self._accept("any", "no", "every"):
                return self._quantified(quantifier)
            return self._question(self._value())
        finally:
            self._depth -= 1

    def _quantified(self, quantifier: str) -> Condition:
        if self._inside:
            raise self._wrong("any、no、every 不能嵌套", "any, no and every cannot stand inside each other")
        name, kind = self._list_column()
        self._inside = name
        try:
            if self._accept("where"):
                self._expect("(")
                condition = self.condition()
                self._expect(")")
            else:
                condition = self._question(Member(name, kind.of_one))
        finally:
            self._inside = None
        return Quantified(quantifier, name, kind, condition)

    def _question(self, value: Value) -> Condition:
        if value.kind.is_list and not (self._word.text == "is"):
            raise self._wrong("列表要用 any、no、every 来问", "ask of a list with any, no or every")
        if self._word.sort == "operator":
            return self._comparison(value)
        if self._accept("not"):
            self._expect("in")
            return Not(self._membership(value))
        if self._accept("in"):
            return self._membership(value)
        if self._accept("starts"):
            self._expect("with")
            return StartsWith(self._need(value, Kind.TEXT), self._texts())
        if self._accept("matches"):
            pattern = self._text()
            require_portable(pattern, self._where)
            return Matches(self._need(value, Kind.TEXT), pattern)
        self._expect("is")
        return self._state(value)

    def _comparison(self, left: Value) -> Condition:
        operator = self._next().text
        right = self._value()
        if left.kind != right.kind or right.kind.is_list:
            raise self._wrong(
                f"{left.kind} 不能与 {right.kind} 比较", f"a {left.kind} cannot be compared with a {right.kind}"
            )
        if left.kind is Kind.TEXT and operator not in ("=", "!="):
            raise self._wrong("文字和代码只能问是否相等", "texts and codes can only be asked whether they are equal")
        return Comparison(operator, left, right)

    def _membership(self, value: Value) -> Condition:
        self._need(value, Kind.TEXT)
        if self._accept("{"):
            members = self._texts()
            self._expect("}")
            return IsIn(value, members)
        if self._accept("category"):
            return InCategory(value, self._ranges())
        self._expect("codeset")
        if self._word.sort != "name" or self._word.text not in self._codesets:
            raise self._wrong("policy/codesets 中没有这个目录", "there is no such list in policy/codesets")
        codeset = self._codesets[self._next().text]
        return InCodeset(value, codeset.id, codeset.codes, codeset.by_prefix)

    def _state(self, value: Value) -> Condition:
        negated = bool(self._accept("not"))
        asked = self._expect("empty", "valid") if negated else self._expect("empty", "filled", "valid")
        if asked == "valid":
            condition: Condition = IsValid(self._need(value, Kind.TEXT))
        else:
            condition = IsEmpty(value)
        return Not(condition) if negated or asked == "filled" else condition

    # -- values --------------------------------------------------------------------------------------------------

    def _value(self) -> Value:
        value = self._term()
        while operator := self._accept("+", "-", "*"):
            self._need(value, Kind.NUMBER)
            value = Arithmetic(operator, value, self._need(self._term(), Kind.NUMBER))
        return value

    def _term(self) -> Value:
        word = self._word
        if word.sort == "number":
            if len(word.text) > 12:
                raise self._wrong("数字过长", "the number is too long")
            return Literal(Decimal(self._next().text), Kind.NUMBER)
        if word.sort == "text":
            return Literal(self._text(), Kind.TEXT)
        if word.sort != "name":
            raise self._wrong("此处应为栏目、函数、数字或文字", "expected a column, a function, a number or a text")
        if word.text in vocabulary.READY_MADE:
            self._next()
            return _Parser(cut(vocabulary.READY_MADE[word.text], ""), {}, word.text)._value()
        if word.text in vocabulary.COLUMNS:
            return self._column()
        self._next()
        if word.text in vocabulary.LIST_FUNCTIONS:
            return self._list_call(word.text)
        if word.text == "total":
            return self._total()
        if word.text in vocabulary.FUNCTIONS:
            return self._call(word.text)
        self._at -= 1
        raise self._wrong("没有这个栏目或函数", "there is no such column or function")

    def _column(self) -> Value:
        name = self._next().text
        kind = vocabulary.COLUMNS[name]
        return Member(name, kind.of_one) if kind.is_list and self._inside else ColumnValue(name, kind)

    def _call(self, function: str) -> Value:
        takes, answers = vocabulary.FUNCTIONS[function]
        self._deeper()
        self._expect("(")
        arguments: list[Value] = []
        for position, kind in enumerate(takes):
            if position:
                self._expect(",")
            arguments.append(self._need(self._value(), kind))
        self._expect(")")
        self._depth -= 1
        return Call(function, tuple(arguments), answers)

    def _list_call(self, function: str) -> Value:
        self._expect("(")
        name, kind = self._list_column()
        self._expect(")")
        return Call(function, (ColumnValue(name, kind),), kind.of_one if function == "first" else Kind.NUMBER)

    def _total(self) -> Value:
        """`total(a, b, group)`: the sum of columns, an empty one counting nothing."""
        self._expect("(")
        columns: list[Value] = []
        while True:
            if self._word.sort == "name" and self._word.text in vocabulary.GROUPS:
                columns.extend(ColumnValue(name, Kind.NUMBER) for name in vocabulary.GROUPS[self._next().text])
            elif self._word.sort == "name" and self._word.text in vocabulary.COLUMNS:
                columns.append(self._need(self._column(), Kind.NUMBER))
            else:
                raise self._wrong("此处应为金额栏目", "expected a column that holds a number")
            if not self._accept(","):
                break
        self._expect(")")
        return Call("total", tuple(columns), Kind.NUMBER)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            raise self._wrong("函数嵌套过深", "functions are nested too deep")

    def _list_column(self) -> tuple[str, Kind]:
        kind = vocabulary.COLUMNS.get(self._word.text) if self._word.sort == "name" else None
        if kind is None or not kind.is_list:
            raise self._wrong("此处应为列表栏目（如 diagnoses）", "expected a list column (such as diagnoses)")
        return self._next().text, kind

    # -- words of a kind -----------------------------------------------------------------------------------------

    def _need(self, value: Value, kind: Kind) -> Value:
        if value.kind != kind:
            raise self._wrong(f"此处需要 {kind}，却是 {value.kind}", f"this needs a {kind}, not a {value.kind}")
        return value

    def _text(self) -> str:
        if self._word.sort != "text":
            raise self._wrong("此处应为引号中的文字", "expected a text in quotation marks")
        return self._next().text[1:-1]

    def _texts(self) -> tuple[str, ...]:
        texts = [self._text()]
        while self._accept(","):
            texts.append(self._text())
        if "" in texts:
            raise self._wrong("空文字请写 is empty", "for an empty text write `is empty`")
        return tuple(texts)

    def _ranges(self) -> tuple[tuple[str, str], ...]:
        ranges = []
        while True:
            if self._word.sort not in ("range", "category"):
                raise self._wrong("此处应为类目，如 O00-O99", "expected categories such as O00-O99")
            first, _, last = self._word.text.partition("-")
            if last and last < first:
                raise self._wrong("类目范围前后颠倒", "the range of categories is upside down")
            ranges.append((first, last or first))
            self._next()
            if not self._accept(","):
                return tuple(ranges)
