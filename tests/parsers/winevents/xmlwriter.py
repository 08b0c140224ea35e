"""Writes event documents in every way that XML allows, and reads them with lxml, for comparison."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from lxml import etree

from analyzer.lines.stamp import NOT_A_TIME, Clock
from analyzer.parsers.stamps import parse_iso
from analyzer.parsers.winevents.event import LEVEL_CODES, WinEvent

NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
FORBIDDEN = [code for code in (*range(1, 32), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)]
"""Characters that XML forbids and event data holds; hidden from lxml in a private range."""
HIDE = {code: 0xF0000 + code for code in FORBIDDEN}
SHOW = {hidden: code for code, hidden in HIDE.items()}

TEXTS = st.text(st.sampled_from("aZ0 \t\n\r&<>'\"%\\{}-]é你😀\x03\x0b\u200e\u2028"), max_size=12)
WORDS = st.text(st.sampled_from("aZ09-_.é"), min_size=1, max_size=8)
STAMPS = st.sampled_from(
    [
        "2024-05-02T03:12:11.1234567Z",
        "2024-05-02T03:12:11.123456700Z",
        "2024-02-29T23:59:59Z",
        "2012-03-14 04:17:43.354",
        "1601-01-01T00:00:00.0000000Z",
        "2024-13-02T03:12:11Z",
        "",
    ]
)


@dataclass(frozen=True)
class Style:
    """How one event is written."""

    quote: str
    prefix: str
    gap: str  # between elements
    reference: int  # which form of reference
    cdata: bool
    comment: bool
    self_closing: bool

    def escape(self, text: str, quote: str = "") -> str:
        forms = ({"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&apos;", '"': "&quot;"}, "&#{};", "&#x{:x};")
        form = forms[self.reference]
        special = {"&", "<", quote} | ({">", "é", "😀", "\r"} if self.reference else {">"})
        return "".join(
            (form.get(c, c) if isinstance(form, dict) else form.format(ord(c))) if c in special else c for c in text
        )

    def attributes(self, pairs: dict[str, str]) -> str:
        return "".join(f" {name}={self.quote}{self.escape(v, self.quote)}{self.quote}" for name, v in pairs.items())

    def element(self, name: str, text: str, pairs: dict[str, str] | None = None, markup: bool = False) -> str:
        tag = self.prefix + name
        opening = tag + self.attributes(pairs or {})
        if not text and self.self_closing:
            return f"<{opening} />" if self.gap else f"<{opening}/>"
        if not markup:
            text = self._content(text)
        return f"<{opening}>{text}</{tag}>"

    def _content(self, text: str) -> str:
        if self.cdata and "]]>" not in text and text:
            return f"<![CDATA[{text}]]>"
        if self.comment and text:
            return self.escape(text[:1]) + "<!-- </Event> -->" + self.escape(text[1:])
        return self.escape(text)

    def parent(self, name: str, children: list[str], pairs: dict[str, str] | None = None) -> str:
        return self.element(name, self.gap + self.gap.join(children) + self.gap, pairs, markup=True)


STYLES = st.builds(
    Style,
    quote=st.sampled_from("'\""),
    prefix=st.sampled_from(["", "", "", "e:"]),
    gap=st.sampled_from(["", "", "\n  ", "\r\n"]),
    reference=st.integers(0, 2),
    cdata=st.sampled_from([False, False, True]),
    comment=st.sampled_from([False, False, True]),
    self_closing=st.booleans(),
)
PLAIN = Style("'", "", "", 0, False, False, False)
ORDINARY_STYLES = st.builds(
    Style,
    quote=st.sampled_from("'\""),
    prefix=st.just(""),
    gap=st.sampled_from(["", "\n  "]),
    reference=st.integers(0, 2),
    cdata=st.just(False),
    comment=st.just(False),
    self_closing=st.booleans(),
)


@st.composite
def system(draw: st.DrawFn, style: Style) -> str:
    provider = {"Name": draw(WORDS | TEXTS)}
    if draw(st.booleans()):
        provider["Guid"] = "{555908d1-a6d7-4695-8e1e-26931d2012f4}"
    if draw(st.booleans()):
        provider["EventSourceName"] = draw(WORDS)
    children = [
        style.element("Provider", "", provider),
        style.element("EventID", str(draw(st.integers(0, 1 << 33))), draw(st.sampled_from([{}, {"Qualifiers": "7"}]))),
    ]
    for name, values in (("Version", "0"), ("Level", "0123459"), ("Task", "0"), ("Opcode", "0"), ("Keywords", "8")):
        if draw(st.booleans()):
            children.append(style.element(name, draw(st.sampled_from(values))))
    children.append(style.element("TimeCreated", "", {"SystemTime": draw(STAMPS)}))
    if draw(st.booleans()):
        children.append(style.element("EventRecordID", str(draw(st.integers(0, 1 << 62)))))
    children += [style.element("Correlation", ""), style.element("Execution", "", {"ProcessID": "4", "ThreadID": "8"})]
    children += [style.element(name, draw(WORDS | TEXTS)) for name in ("Channel", "Computer") if draw(st.booleans())]
    return style.parent("System", [*children, style.element("Security", "", {"UserID": "S-1-5-18"})])


@st.composite
def payload(draw: st.DrawFn, style: Style, ordinary: bool) -> str:
    kinds = ["EventData", "none"] if ordinary else ["EventData", "UserData", "ProcessingErrorData", "none"]
    kind = draw(st.sampled_from(kinds))
    if kind == "none":
        return ""
    values = draw(st.lists(TEXTS, max_size=4))
    if kind == "EventData":
        children = [
            style.element("Data", v, draw(st.sampled_from([{}, {"Name": "param1"}, {"Name": ""}]))) for v in values
        ]
        if not ordinary and draw(st.booleans()):
            children.append(style.element("ComplexData", "01", {"Name": "State"}))
        if draw(st.booleans()):
            children.append(style.element("Binary", draw(st.sampled_from(["", "52004400"]))))
        return style.parent("EventData", children)
    children = [style.element("Leaf", v, draw(st.sampled_from([{}, {"value": "1"}, {"a": v}]))) for v in values]
    return style.parent(
        kind, [style.parent("EventXML", children, {"xmlns": "urn:x"})] if kind == "UserData" else children
    )


@st.composite
def rendering(draw: st.DrawFn, style: Style) -> str:
    if draw(st.booleans()):
        return ""
    children = [style.element("Message", draw(TEXTS)), style.element("Level", "Fehler"), style.element("Task", "")]
    keywords = style.parent("Keywords", [style.element("Keyword", "Klassisch")])
    return style.parent("RenderingInfo", [*children, keywords], {"Culture": "de-DE"})


@st.composite
def events(draw: st.DrawFn, ordinary: bool = False) -> str:
    """One event as XML."""
    style = draw(ORDINARY_STYLES if ordinary else STYLES)
    parts = [draw(system(style)), draw(payload(style, ordinary)), draw(rendering(style))]
    name = "xmlns:e" if style.prefix else "xmlns"
    return style.parent("Event", [part for part in parts if part], {name: NAMESPACE})


def by_lxml(event: str) -> WinEvent:
    """What an <Event> element says, read by lxml."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, encoding="utf-8")
    root = etree.fromstring(event.translate(HIDE).encode(), parser)
    found = WinEvent("", 0)
    for section in root:
        kind = _local(section)
        if kind == "System":
            for child in section:
                _system(found, _local(child), _text(child).strip(), _attributes(child))
        elif kind == "RenderingInfo":
            found.message = next((_text(child) for child in section if _local(child) == "Message"), "")
        else:
            for element in section.iterdescendants():
                _datum(found, element, kind)
    return found


def _system(found: WinEvent, name: str, text: str, pairs: dict[str, str]) -> None:
    match name:
        case "Provider":
            found.provider, found.guid = pairs.get("Name", ""), pairs.get("Guid", "")
            found.event_source = pairs.get("EventSourceName", "")
        case "EventID":
            found.event_id = int(text) % 65536
        case "Level":
            found.level = LEVEL_CODES.get(int(text), "info")
        case "TimeCreated":
            stamp = parse_iso(pairs["SystemTime"])
            found.micros, found.clock = (stamp.micros, Clock.UTC) if stamp else (NOT_A_TIME, Clock.NONE)
        case "EventRecordID":
            found.record_id = int(text)
        case "Channel":
            found.channel = text
        case "Computer":
            found.computer = text


def _datum(found: WinEvent, element: etree._Element, kind: str) -> None:
    text, pairs = _text(element), _attributes(element)
    text = "" if text.isspace() else text
    if kind != "EventData":
        found.data += [(f"{_local(element)}.{key}", value) for key, value in pairs.items()]
        if len(element) == 0 and (text or not pairs):
            found.data.append((_local(element), text))
    elif _local(element) == "Binary":
        found.binary = text
    else:
        found.data.append((pairs.get("Name", ""), text))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext()).translate(SHOW)


def _attributes(element: etree._Element) -> dict[str, str]:
    return {etree.QName(str(key)).localname: str(value).translate(SHOW) for key, value in element.attrib.items()}
