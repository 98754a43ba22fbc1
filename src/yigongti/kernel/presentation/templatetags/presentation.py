"""Template tags that every page may use without loading them."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from yigongti.kernel.presentation import figures
from yigongti.kernel.presentation.focus import focus_of

register = template.Library()

register.filter("money", figures.money)
register.filter("percent", figures.percent)


@register.filter
def number(value: figures.Number | None, places: int = 0) -> str:
    """With thousands separators: {{ rows|number }}, {{ cmi|number:4 }}"""
    return "" if value is None else figures.rounded(value, places)


@register.filter
def short_amount(value: figures.Number | None) -> str | SafeString:
    """12.35万 with the full value on hover."""
    if value is None:
        return ""
    return format_html(
        '<span class="figure" title="{}">{}</span>',
        figures.money(value),
        figures.short_amount(value, get_language() or "zh-hans"),
    )


@register.filter
def in_language(value: Any) -> str:
    """The text of anything that has both languages (Text, Month, Institution…), in the user's."""
    return str(value.in_language(get_language() or "zh-hans")) if value else ""


@register.filter
def labelled(pair: dict[str, str] | None) -> str:
    """The text of a {zh, en} pair of policy data, in the user's language."""
    if not pair:
        return ""
    return pair.get("en" if (get_language() or "").startswith("en") else "zh", "")


@register.simple_tag
def change_mark(now: Any, before: Any, better: str = "") -> str | SafeString:
    """An arrow with the change in percent; the colour never stands alone. {% change_mark cmi cmi_before "higher" %}"""
    found = figures.change(now, before, better)
    if found is None:
        return ""
    arrow = {"up": "▲", "down": "▼", "same": "＝"}[found.direction]
    text = figures.percent(abs(found.ratio)) if found.ratio is not None else figures.rounded(found.difference, 2)
    return format_html('<span class="change change-{}">{} {}</span>', found.tone, arrow, text)


@register.simple_tag(takes_context=True)
def keep(context: dict[str, Any], **changes: Any) -> SafeString:
    """The query string of this page with changes; an empty value drops the name: <a href="?{% keep page=2 %}">"""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return mark_safe(query.urlencode().replace("&", "&amp;"))


@register.simple_tag(takes_context=True)
def focus_query(context: dict[str, Any]) -> SafeString:
    """institution=…&month=… : to be put on every link to another page, so that the focus stays."""
    return mark_safe(focus_of(context["request"]).query.replace("&", "&amp;"))


@register.simple_tag
def chart(name: str, option: dict[str, Any], height: int = 320, label: str = "") -> SafeString:
    """A chart: {% chart "quadrant" option 360 _("Time against cost") %}; `option` is what ECharts draws."""
    text = json.dumps(option, ensure_ascii=False, default=str)
    for sign, escape in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")):
        text = text.replace(sign, escape)
    return format_html(
        '<figure class="chart" id="{0}" role="img" aria-label="{1}" style="height:{2}px" data-chart="{0}-option">'
        "</figure>"
        '<script type="application/json" id="{0}-option">{3}</script>',
        name, label, height, mark_safe(text),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def verification_code(context: dict[str, Any]) -> str:
    """A code on paper that tells whether a printed page was made here: over address, actor and minute."""
    from django.utils import timezone

    from yigongti.kernel.presentation.paper import code_for

    request = context["request"]
    return code_for(request.get_full_path(), request.actor.username, timezone.now())
