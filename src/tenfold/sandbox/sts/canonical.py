"""Exclusive canonical XML (W3C xml-exc-c14n 1.0, without comments) of one element of a parsed document."""

from collections.abc import Iterator, Mapping
from xml.dom.minidom import Attr, Element, Node

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_XMLNS = "http://www.w3.org/2000/xmlns/"
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_VALUE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})


def canonical(element: Element, *, without: Element | None = None, inclusive: frozenset[str] = frozenset()) -> bytes:
    """The canonical bytes of an element.

    Args:
        element: where to begin.
        without: an element inside that is left out (an enveloped signature).
        inclusive: prefixes (`#default` for none) that are written where they are in scope, used or not.
    """
    return "".join(_element(element, {}, without, inclusive)).encode()


def _element(
    element: Element, written: Mapping[str, str], without: Element | None, inclusive: frozenset[str]
) -> Iterator[str]:
    if element is without:
        return
    spaces = {prefix: uri for prefix, uri in _wanted(element, inclusive) if written.get(prefix, "") != uri}
    yield f"<{element.tagName}"
    for prefix, uri in sorted(spaces.items()):
        yield f' xmlns{":" if prefix else ""}{prefix}="{uri.translate(_VALUE)}"'
    for attribute in sorted(_attributes(element), key=lambda one: (one.namespaceURI or "", one.localName or one.name)):
        yield f' {attribute.name}="{attribute.value.translate(_VALUE)}"'
    yield ">"
    for child in element.childNodes:
        if child.nodeType == Node.ELEMENT_NODE:
            yield from _element(child, {**written, **spaces}, without, inclusive)
        elif child.nodeType in (Node.TEXT_NODE, Node.CDATA_SECTION_NODE):
            yield child.data.translate(_TEXT)
        elif child.nodeType == Node.PROCESSING_INSTRUCTION_NODE:
            yield f"<?{child.target}{' ' if child.data else ''}{child.data}?>"
    yield f"</{element.tagName}>"


def _wanted(element: Element, inclusive: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The prefixes that the element and its attributes use, and the inclusive ones in scope, each with its URI."""
    used = {element.prefix or ""} | {attribute.prefix for attribute in _attributes(element) if attribute.prefix}
    used |= {"" if prefix == "#default" else prefix for prefix in inclusive}
    for prefix in used - {"xml"}:
        uri = _bound(element, prefix)
        if uri is not None:
            yield prefix, uri


def _bound(element: Element, prefix: str) -> str | None:
    """The URI of a prefix where the element stands; the empty prefix is bound to nothing when nobody binds it."""
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    node: Node | None = element
    while isinstance(node, Element):
        if node.hasAttribute(name):
            return node.getAttribute(name) or ""  # an empty one is None there
        node = node.parentNode
    return None if prefix else ""


def _attributes(element: Element) -> list[Attr]:
    found = (element.attributes.item(index) for index in range(element.attributes.length))
    return [one for one in found if isinstance(one, Attr) and one.namespaceURI != _XMLNS]
