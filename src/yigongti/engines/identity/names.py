"""How a resident's name sounds: pinyin without tones, its initials, and a blurred sound for what dialects confuse.

A name is read character by character, not as a phrase: the readings of phrases ("音乐", "银行") are no readings of
names. Surnames that are read otherwise than the character alone stand in a table of their own (from memory: not
checked against a dictionary). What pypinyin does not know (letters, a rare character) stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

_TWO_PLACE_SURNAMES = {
    "尉迟": ("yu", "chi"),
    "长孙": ("zhang", "sun"),
    "万俟": ("mo", "qi"),
    "澹台": ("tan", "tai"),
    "令狐": ("ling", "hu"),
    "单于": ("chan", "yu"),
    "鲜于": ("xian", "yu"),
    "宇文": ("yu", "wen"),
    "夏侯": ("xia", "hou"),
    "皇甫": ("huang", "fu"),
    "公冶": ("gong", "ye"),
    "宗政": ("zong", "zheng"),
    "濮阳": ("pu", "yang"),
    "淳于": ("chun", "yu"),
}
_SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "查": "zha",
    "解": "xie",
    "区": "ou",
    "朴": "piao",
    "盖": "ge",
    "乐": "yue",
    "缪": "miao",
    "翟": "zhai",
    "员": "yun",
    "种": "chong",
    "折": "she",
    "覃": "qin",
    "祭": "zhai",
    "秘": "bi",
    "繁": "po",
    "冼": "xian",
    "洗": "xian",
    "隗": "wei",
    "尉": "wei",
    "谌": "chen",
    "逄": "pang",
    "宓": "mi",
    "那": "na",
    "车": "che",
    "召": "shao",
    "长": "zhang",
    "石": "shi",
    "薄": "bo",
    "角": "jue",
    "句": "gou",
    "重": "chong",
    "柏": "bai",
    "卜": "bu",
    "晟": "cheng",
    "眭": "sui",
    "适": "kuo",
    "黑": "he",
}
_BLURRED = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^n(?=[aeiouv])"), "l"),
    (re.compile(r"^f(?=[aeiou])"), "h"),
    (re.compile(r"^hu(?=[aeio])"), "h"),
    (re.compile(r"ng$"), "n"),
)


@dataclass(frozen=True, slots=True)
class Sound:
    """A name's sound. full: "wangguoqiang"; initials: "wgq"; blurred: "wanguoqian" (zh/z, ch/c, sh/s, n/l, f/h and
    the endings -ng/-n are not told apart, as in many dialects). A 儿 that is hung on a name when it is called (王伟儿)
    is not heard in either."""

    full: str
    initials: str
    blurred: str


@lru_cache(maxsize=65_536)
def sound_of(name: str) -> Sound:
    """The sound of a name that is already narrowed and without blanks; empty for an empty name."""
    readings = _readings(name)
    spoken = readings[:-1] if len(name) > 2 and name.endswith("儿") else readings
    return Sound(
        full="".join(spoken),
        initials="".join(reading[0] for reading in readings if reading),
        blurred="".join(_blurred(reading) for reading in spoken),
    )


def _readings(name: str) -> tuple[str, ...]:
    if len(name) >= 3 and name[:2] in _TWO_PLACE_SURNAMES:
        return (*_TWO_PLACE_SURNAMES[name[:2]], *map(_reading, name[2:]))
    if name and name[0] in _SURNAMES:
        return (_SURNAMES[name[0]], *map(_reading, name[1:]))
    return tuple(map(_reading, name))


@lru_cache(maxsize=32_768)
def _reading(character: str) -> str:
    return "".join(lazy_pinyin(character)).lower()


@lru_cache(maxsize=4_096)
def _blurred(reading: str) -> str:
    for pattern, stead in _BLURRED:
        reading = pattern.sub(stead, reading)
    return reading
