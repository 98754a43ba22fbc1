"""Invented people's names: surnames by a falling frequency, given names by sex and by the fashion of the birth year.

Frequencies are of the order in which Chinese surnames are common; they are not a census table.
"""

from __future__ import annotations

import random

import numpy as np

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_OLD_MEN = "国建志德明福贵荣华富金宝根长永春林树生财发兴正光文义庆胜利全有"
_OLD_WOMEN = "秀桂玉兰英凤珍梅香莲芳素淑翠爱巧金银彩霞云琴菊花娥仙桃春"
_MEN = "伟强军勇杰涛磊斌超鹏辉刚波峰亮浩飞宇凯健俊龙平洋海东旭晨阳"
_WOMEN = "丽敏静艳娟霞燕娜婷玲雪慧莉倩琳佳红洁萍颖欣媛晶露芬蓉蕾"
_BOYS = "子轩宇浩然梓睿俊博文泽天佑铭晨辰皓一诺奕航嘉恒承安沐言"
_GIRLS = "梓涵欣怡诗语可馨雨萱若彤依诺思琪佳悦一心妍妙安然芷晴书瑶"


def surname_weights() -> np.ndarray:
    """The share of each surname: the most common has about eight in a hundred."""
    ranks = np.arange(1, len(SURNAMES) + 1, dtype=np.float64)
    weights = 1.0 / (ranks + 3.0) ** 0.95
    share: np.ndarray = weights / weights.sum()
    return share


def given_places(sex: str, birth_year: int) -> str:
    """The characters that parents of that time chose from."""
    if birth_year < 1975:
        return _OLD_MEN if sex == "1" else _OLD_WOMEN
    if birth_year < 2005:
        return _MEN if sex == "1" else _WOMEN
    return _BOYS if sex == "1" else _GIRLS


def draw_names(stream: np.random.Generator, sexes: np.ndarray, birth_years: np.ndarray) -> list[str]:
    """One invented name for each resident; sexes are 1 or 2."""
    count = len(sexes)
    surnames = stream.choice(len(SURNAMES), size=count, p=surname_weights())
    first = stream.integers(0, 1 << 30, size=count)
    second = stream.integers(0, 1 << 30, size=count)
    single = stream.random(count) < 0.16
    names = []
    for at in range(count):
        places = given_places("1" if sexes[at] == 1 else "2", int(birth_years[at]))
        given = places[first[at] % len(places)]
        if not single[at]:
            given += places[second[at] % len(places)]
        names.append(SURNAMES[surnames[at]] + given)
    return names


def draw_name(draw: random.Random, surname: str = "", sex: str = "1", birth_year: int = 1980) -> str:
    """One invented name, with the given surname if there is one."""
    places = given_places(sex, birth_year)
    given = draw.choice(places) + (draw.choice(places) if draw.random() < 0.84 else "")
    return (surname or draw.choice(SURNAMES[:60])) + given
