"""A small county's files of measures, invented and right; a test breaks one line of one file."""

from __future__ import annotations

from yigongti.engines.measures.public import Definitions, Refusal, lint, read_definitions
from yigongti.foundation.policy import Document, read_yaml

SOURCES = ("invented",)
FILES = {
    "measures/facts.yaml": """
facts:
  visits:
    label: {zh: 就诊, en: Visits}
    schema: visits
    columns:
      institution_level: {kind: code, codes: [village, township], how: {zh: 级别, en: Level}}
      minutes: {kind: integer, unit: minute, how: {zh: 分钟, en: Minutes}}
  returns:
    label: {zh: 月报, en: Returns}
    columns:
      breakdown: {kind: code, how: {zh: 分组, en: Class}}
awaited:
  colds: {zh: 感冒目录, en: Colds}
""",
    "measures/units.yaml": """
visit: {label: {zh: 人次, en: visits}}
person: {label: {zh: 人, en: people}}
yuan: {label: {zh: 元, en: yuan}}
minute: {label: {zh: 分钟, en: minutes}}
level: {label: {zh: 级, en: level}}
percent: {label: {zh: "%", en: "%"}}
yuan_per_visit: {label: {zh: 元/人次, en: yuan per visit}, of: [yuan, visit]}
visits_per_1000: {label: {zh: 人次/千人, en: "visits per 1,000"}, of: [visit, person], times: 1000}
""",
    "measures/sets.yaml": """
printed:
  label: {zh: 印出的一套, en: A printed set}
  source: invented
  numbers: ["1", "2.2"]
""",
    "measures/filters/visits.yaml": """
fact: visits
filters:
  online:
    label: {zh: 互联网, en: Online}
    where: [{column: care_setting, is: "5"}]
  cold_online:
    label: {zh: 互联网感冒, en: Colds online}
    where: [{filter: online}, {column: diagnoses, any_in: {codeset: colds}}]
""",
    "measures/counts/visits.yaml": """
fact: visits
counts:
  visits: {label: {zh: 就诊, en: Visits}, unit: visit, over: rows}
  colds_online: {label: {zh: 互联网感冒, en: Colds online}, unit: visit, over: rows, where: [cold_online]}
  visit_costs: {label: {zh: 费用, en: Costs}, unit: yuan, over: sum, column: total_cost}
  middle_minutes: {label: {zh: 分钟中位数, en: Median minutes}, unit: minute, over: median, column: minutes}
""",
    "measures/counts/returns.yaml": """
fact: returns
counts:
  residents: {label: {zh: 常住人口, en: Residents}, unit: person, over: last, item: vital.residents}
  residents_by_age: {label: {zh: 按年龄, en: By age}, unit: person, over: last, item: vital.residents, by: breakdown}
  deaths: {label: {zh: 死亡, en: Deaths}, unit: person, over: sum, item: vital.deaths, by: breakdown}
""",
    "measures/set/colds_share.yaml": """
id: colds_share
label: {zh: 互联网感冒占比, en: Colds online}
why: {zh: 演示, en: For show}
better: higher
unit: percent
grain: [institution, county]
periods: [month, year]
numbers: {printed: "1"}
versions:
  - from: 2024-01-01
    ratio: {numerator: colds_online, denominator: visits, times: 100, share: true}
    source: invented
""",
    "measures/set/cost_of_visit.yaml": """
id: cost_of_visit
label: {zh: 次均费用, en: Cost of a visit}
why: {zh: 演示, en: For show}
better: lower
unit: yuan_per_visit
grain: [county]
periods: [month, year]
numbers: {printed: "2.2-1"}
versions:
  - from: 2024-01-01
    to: 2024-12-31
    ratio: {numerator: visit_costs, denominator: visits}
    source: invented
  - from: 2025-01-01
    ratio: {numerator: visit_costs, denominator: visits}
    source: invented
""",
    "measures/set/visits_each.yaml": """
id: visits_each
label: {zh: 千人就诊, en: Visits of residents}
why: {zh: 演示, en: For show}
better: neither
unit: visits_per_1000
grain: [county]
periods: [year]
numbers: {printed: "2.2-2"}
versions:
  - from: 2024-01-01
    ratio: {numerator: visits, denominator: residents, times: 1000}
    source: invented
""",
    "measures/set/early_deaths.yaml": """
id: early_deaths
label: {zh: 早死概率, en: Early deaths}
why: {zh: 演示, en: For show}
better: lower
unit: percent
grain: [county]
periods: [year]
versions:
  - from: 2024-01-01
    probability_over_ages: {deaths: deaths, people: residents_by_age, ages: ["30", "35"], width: 5}
    source: invented
""",
    "measures/set/dear_colds.yaml": """
id: dear_colds
label: {zh: 感冒人次比, en: Colds against visits}
why: {zh: 演示, en: For show}
better: lower
unit: percent
grain: [county]
periods: [year]
versions:
  - from: 2024-01-01
    quotient:
      of: {ratio: {numerator: visit_costs, denominator: colds_online}}
      against: {ratio: {numerator: visit_costs, denominator: visits}}
    source: invented
""",
    "measures/set/minutes_spent.yaml": """
id: minutes_spent
label: {zh: 用时, en: Minutes}
why: {zh: 演示, en: For show}
better: lower
unit: minute
grain: [county]
periods: [month]
versions:
  - from: 2024-01-01
    median: {of: middle_minutes}
    source: invented
""",
    "measures/set/level_of_records.yaml": """
id: level_of_records
label: {zh: 病历等级, en: Level of records}
why: {zh: 演示, en: For show}
better: more_complete
unit: level
grain: [institution]
periods: [year]
versions:
  - from: 2024-01-01
    graded: {item: vital.level}
    source: invented
""",
    "returns/vital.yaml": """
id: vital
items:
  residents: {label: {zh: 常住人口, en: Residents}, unit: person, kind: stock, breakdown: age}
  deaths: {label: {zh: 死亡, en: Deaths}, unit: person, kind: flow, breakdown: age}
  level: {label: {zh: 等级, en: Level}, unit: level, kind: stock}
""",
    "targets/colds_30.yaml": """
id: colds_30
label: {zh: 三成, en: Three in ten}
measure: colds_share
subject_kind: county
period_kind: year
at: least
lines:
  - {period: "2026", value: 30}
owner_role: county_director
from: 2026-01-01
to: 2026-12-31
source: invented
""",
}


def definitions(broken: str = "", old: str = "", new: str = "", **added: str) -> Definitions:
    """The files with one text of one file replaced. added: more files, "/" and "." of their paths written "__"."""
    files = dict(FILES)
    if broken:
        assert old in files[broken], f"{broken} has no {old}"
        files[broken] = files[broken].replace(old, new)
    files.update({name.replace("__", "/") + ".yaml": text for name, text in added.items()})
    documents: dict[str, list[Document]] = {folder: [] for folder in ("measures", "returns", "targets", "codesets")}
    for path, text in sorted(files.items()):
        documents[path.partition("/")[0]].append(Document(path, read_yaml(text, path), str(hash(text))))
    return read_definitions(documents, SOURCES)


def refused(broken: str, old: str, new: str) -> tuple[Refusal, ...]:
    """What the linter says once one text of one file is replaced."""
    return lint(definitions(broken, old, new))
