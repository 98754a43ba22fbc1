"""The XHTML of a narrative: only what formats text, so that a stored resource can never carry a script to a reader.

Allowed are the elements and attributes that R4 allows (http://hl7.org/fhir/R4/narrative.html, txt-1 and txt-2).
"""

from __future__ import annotations

import re
from html.entities import name2codepoint
from typing import Any
from xml.parsers import expat

_ELEMENTS = """
    a abbr acronym address area b bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt
    em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li map ol p pre q s samp small span strike strong sub sup table tbody
    td tfoot th thead tr tt u ul var
"""
ELEMENTS = frozenset(_ELEMENTS.split())
_ATTRIBUTES = """
    abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset
    cite class color colspan compact coords dir face frame headers height href hreflang hspace id lang longdesc name
    noshade nowrap rel rev rowspan rules scope shape size span src start style summary tabindex title type valign
    value vspace width xml:lang xml:space xmlns
"""
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_KEPT = {"amp", "lt", "gt", "quot", "apos"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):").match
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0]")  # a browser skips them: "java&#9;script:" is a script
SCHEMES = frozenset({"http", "https", "ftp", "mailto", "tel", "urn"})
_is_picture = re.compile(r"(?i)data:image/(?:png|jpe?g|gif|webp|bmp)[;,]").match
_ACTIVE_STYLE = re.compile(r"(?i)expression\s*\(|javascript\s*:|behavio[u]?r\s*:|-moz-binding|@import")


class _NotAllowed(Exception):
    """An element, attribute or link that a narrative must not hold."""


def _is_safe_link(link: str) -> bool:
    link = _INVISIBLE.sub("", link)
    scheme = _SCHEME(link)
    return scheme is None or scheme.group(1).lower() in SCHEMES or _is_picture(link) is not None


class _Reader:
    def __init__(self) -> None:
        self.depth = 0
        self.says_something = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in ELEMENTS or (self.depth == 0 and name != "div"):
            raise _NotAllowed(name)
        self.depth += 1
        if name == "img":
            self.says_something = True
        for attribute, value in attributes.items():
            known = attribute in ATTRIBUTES or attribute.startswith("xmlns:")
            if not known or (attribute in {"href", "src", "cite", "longdesc"} and not _is_safe_link(value)):
                raise _NotAllowed(attribute)
            if attribute == "style" and _ACTIVE_STYLE.search(value):
                raise _NotAllowed(attribute)

    def end(self, name: str) -> None:
        self.depth -= 1

    def text(self, text: str) -> None:
        if not self.says_something and text.strip():
            self.says_something = True


def _named_entity(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in _KEPT or name not in name2codepoint:
        return match.group(0)
    return f"&#{name2codepoint[name]};"


def is_narrative(value: Any) -> bool:
    """Whether the text is one well-formed <div> that only formats text and says something."""
    if type(value) is not str or not value or "<!DOCTYPE" in value or "<!ENTITY" in value or "<?" in value:
        return False
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(_ENTITY.sub(_named_entity, value), True)
    except (expat.ExpatError, _NotAllowed, UnicodeEncodeError):
        return False
    return reader.says_something
