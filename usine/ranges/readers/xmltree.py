"""XML as nodes that know their line: no document type, no entities, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from usine.ranges.readers.content import Content

MAX_NODES = 500_000
MAX_DEPTH = 50
BUFFER = 2**16


class Node:
    """An element: its tag, attributes, own text, children, and the line that it starts on."""

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int):
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.text = ""
        self.children: list[Node] = []

    def find(self, tag: str) -> Node | None:
        """The first child with this tag."""
        return next(self.find_all(tag), None)

    def find_all(self, tag: str) -> Iterator[Node]:
        """The children with this tag."""
        return (child for child in self.children if child.tag == tag)


def parse_xml(content: Content) -> Node:
    """The root of an XML file. Raises RangeInvalid where it is not well-formed, has a document type or is too deep."""
    parser = _Parser(forbid_dtd=True)
    builder = _Builder(content, parser)
    parser.setContentHandler(builder)
    try:
        parser.feed(content.data)
        parser.close()
    except DefusedXmlException as error:
        raise content.invalid(
            "The file declares a document type or entities: remove them, they are not read.",
            parser.getLineNumber(),
        ) from error
    except SAXParseException as error:
        message = (
            f"The XML is not well-formed ({error.getMessage()}): mend it, or copy the file again, whole."
        )
        raise content.invalid(message, error.getLineNumber() or 0) from error
    except (SAXException, LookupError, ValueError) as error:
        raise content.invalid("The XML is in an encoding that is not read: save it as UTF-8.", 1) from error
    return builder.root


class _Parser(DefusedExpatParser):  # type: ignore[misc]
    """Hands over long stretches of text at once instead of line by line."""

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = BUFFER


class _Builder(ContentHandler):
    def __init__(self, content: Content, place: Locator):
        super().__init__()
        self.root = Node("", {}, 0)
        self._content = content
        self._open: list[tuple[Node, list[str]]] = []
        self._count = 0
        self._place = place

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        node = Node(name, dict(attrs.items()), self._place.getLineNumber() or 0)
        self._count += 1
        if len(self._open) == MAX_DEPTH or self._count > MAX_NODES:
            limit = (
                f"{MAX_NODES} elements" if self._count > MAX_NODES else f"{MAX_DEPTH} elements in each other"
            )
            raise self._content.invalid(f"The file has more than {limit}: this is not a range.", node.line)
        if self._open:
            self._open[-1][0].children.append(node)
        else:
            self.root = node
        self._open.append((node, []))

    def endElement(self, name: str) -> None:  # noqa: N802
        node, parts = self._open.pop()
        node.text = "".join(parts)

    def characters(self, content: str) -> None:
        self._open[-1][1].append(content)
