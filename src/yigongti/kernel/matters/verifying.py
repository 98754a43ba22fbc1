"""Whether the histories are whole: lines numbered without gaps, each step beginning where the one before it ended, the
matter standing where its last step led, letters numbered without gaps."""

from __future__ import annotations

from django.db import connection

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.telling import MATTERS

_NUMBERS = """
    SELECT m.id FROM matters_matter m LEFT JOIN matters_step s ON s.matter_id = m.id
     GROUP BY m.id, m.last_step
    HAVING count(s.id) <> m.last_step OR min(s.number) IS DISTINCT FROM 1 OR max(s.number) IS DISTINCT FROM m.last_step
"""
_CHAIN = """
    SELECT DISTINCT matter_id FROM (
        SELECT matter_id, source, lag(target) OVER (PARTITION BY matter_id ORDER BY number) AS before
          FROM matters_step WHERE target <> '') steps
     WHERE before IS NOT NULL AND source <> before
"""
_STANDS = """
    SELECT m.id FROM matters_matter m
     CROSS JOIN LATERAL (SELECT s.target FROM matters_step s WHERE s.matter_id = m.id AND s.target <> ''
                          ORDER BY s.number DESC LIMIT 1) final
     WHERE final.target <> m.state
"""
_LETTERS = """
    SELECT s.id FROM matters_letterserial s LEFT JOIN matters_letter l
        ON l.office_id = s.office_id AND l.word = s.word AND l.year = s.year
     GROUP BY s.id, s.last HAVING count(l.id) <> s.last OR max(l.serial) IS DISTINCT FROM nullif(s.last, 0)
"""
_ASKED = (
    (_NUMBERS, "事项 {} 的办理记录编号不连续", "the steps of matter {} are not numbered without gaps"),
    (_CHAIN, "事项 {} 的办理记录前后不衔接", "a step of matter {} does not begin where the one before it ended"),
    (_STANDS, "事项 {} 的状态与最后一步不符", "matter {} does not stand where its last step led"),
    (_LETTERS, "文书字号簿 {} 有缺号", "numbers are missing in register {} of letters"),
)


def faults() -> list[Text]:
    """What is wrong, one sentence each with the row's number; the empty list is the verdict that all is whole."""
    found = []
    with scope(NOBODY, purpose=MATTERS), connection.cursor() as cursor:
        for query, zh, en in _ASKED:
            cursor.execute(query)
            found += [Text(zh.format(row), en.format(row)) for (row,) in sorted(cursor.fetchall())]
    return found
