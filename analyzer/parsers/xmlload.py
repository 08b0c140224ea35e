"""XML of an unknown sender: no entities, no network, no DTD, no huge trees; names without their namespaces."""

from __future__ import annotations

from lxml import etree

from analyzer.parsers.content import UnreadableError, filled

Element = etree._Element
MOST_TAGS = 500_000  # the largest genuine file has some thousands
MOST_ATTRIBUTES = 1_000  # of one element; each look at one goes through all of them


def load_xml(data: bytes, root: str) -> Element:
    """The root element of `data`, which must be called `root`.

    Namespaces are dropped from element names: the agents of ten years put the same elements into different ones.
    Raises EmptyError, or UnreadableError that names the line.
    """
    element = parse_xml(filled(data))
    if element.tag != root:
        raise UnreadableError(f"the root element is <{element.tag}>, not <{root}>", line_of(element))
    return element


def parse_xml(text: str) -> Element:
    """The root element of `text`. What the XML declaration says of the encoding is overruled: `text` is decoded."""
    if "<!ENTITY" in text:  # before any parser sees it: attribute values would be expanded even unresolved
        line = text.count("\n", 0, text.index("<!ENTITY")) + 1
        raise UnreadableError("a document type with entities is refused", line)
    if text.count("<") > MOST_TAGS:
        raise UnreadableError(f"more than {MOST_TAGS} tags")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        why = (error.msg or "no element").partition(", line ")[0]
        raise UnreadableError(f"not XML: {why} at line {line} column {column}", max(line, 1)) from None
    if root is None:
        raise UnreadableError("not XML: no element")
    for element in root.iter():
        if len(element.attrib) > MOST_ATTRIBUTES:
            raise UnreadableError(f"an element of more than {MOST_ATTRIBUTES} attributes", line_of(element))
        if isinstance(element.tag, str):
            element.tag = etree.QName(element).localname
    return root


def text_at(element: Element, path: str) -> str:
    """The text of the first element at `path` below `element`, stripped; '' where there is none."""
    found = element.find(path)
    return (found.text or "").strip() if found is not None else ""


def attribute(element: Element | None, name: str) -> str:
    """An attribute's value, its name compared without regard to case and namespace; '' where there is none."""
    if element is None:
        return ""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2].lower() == name.lower():
            return str(value).strip()
    return ""


def line_of(element: Element) -> int:
    """The element's line in the file, from 1."""
    line = element.sourceline
    return line if isinstance(line, int) and line > 0 else 1
