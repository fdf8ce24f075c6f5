"""The configurator's templates as data, in one language: what a browser needs to write the very same page itself.

Django's own parser reads the templates; its nodes become lists, sentences are translated on the way. What its
reader (frontend/src/configurator/local/skeleton.ts) does not know is refused here, so that no template outgrows it.

A node is a text, or a list that begins with its kind:
["show", value] | ["if", [[condition or null, nodes], ...]] | ["for", [names], value, nodes] |
["with", {name: value}, nodes] | ["use", template, {name: value}] | ["token"]
A value is {"is": constant, "by": [[filter, argument?], ...]} or {"of": "dotted.path", "by": [...]}.
A condition is ["is", value] | ["not", a] | ["and" | "or" | "==", a, b].
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.template import Context, Engine
from django.template.base import Node, NodeList, TextNode, Variable, VariableNode
from django.template.defaulttags import CsrfTokenNode, ForNode, IfNode, LoadNode, TemplateLiteral
from django.template.loader_tags import BlockNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import gettext

Json = Any
PAGE = "journeys/configurator.html"
FILTERS = frozenset({"length", "lower", "join", "add"})
CONDITIONS = frozenset({"not", "and", "or", "=="})
GAP = re.compile(r"%\((\w+)\)s")


class NotInSkeleton(ValueError):
    """A template uses what the browser's reader does not know."""


def read_skeleton() -> dict[str, list[Json]]:
    """The blocks `content` and `title` of the page and every template that they include, by name."""
    page = Engine.get_default().get_template(PAGE)
    nodes = page.nodelist.get_nodes_by_type(BlockNode)
    blocks = {node.name: node.nodelist for node in nodes if isinstance(node, BlockNode)}
    reader = _Reader()
    return {
        "content": reader.read(blocks["content"]),
        "title": reader.read(blocks["title"]),
        **reader.included,
    }


class _Reader:
    def __init__(self) -> None:
        self.included: dict[str, list[Json]] = {}

    def read(self, nodes: Iterable[Any]) -> list[Json]:
        found: list[Json] = []
        for node in nodes:
            for part in self._read_node(node):
                if isinstance(part, str) and found and isinstance(found[-1], str):
                    found[-1] += part
                elif part != "":
                    found.append(part)
        return found

    def _read_node(self, node: Node) -> Iterator[Json]:
        if isinstance(node, TextNode):
            yield node.s
        elif isinstance(node, TranslateNode):
            yield node.render(Context())
        elif isinstance(node, BlockTranslateNode):
            yield from _read_sentence(node)
        elif isinstance(node, VariableNode):
            yield ["show", _read_value(node.filter_expression)]
        elif isinstance(node, IfNode):
            yield ["if", [self._read_branch(*branch) for branch in node.conditions_nodelists]]
        elif isinstance(node, ForNode):
            yield ["for", list(node.loopvars), _read_value(node.sequence), self.read(node.nodelist_loop)]
        elif isinstance(node, IncludeNode):
            yield ["use", self._include(node), _read_assignments(node.extra_context)]
        elif isinstance(node, CsrfTokenNode):
            yield ["token"]
        elif not isinstance(node, LoadNode):
            raise NotInSkeleton(f"{node!r} is not known to the browser: see {__name__}.")

    def _read_branch(self, condition: Any, nodes: NodeList) -> Json:
        return [None if condition is None else _read_condition(condition), self.read(nodes)]

    def _include(self, node: IncludeNode) -> str:
        name = node.template.var
        if not isinstance(name, str):
            raise NotInSkeleton("A template whose name is computed cannot be included by the browser.")
        if name not in self.included:
            self.included[name] = []  # against a template that includes itself
            self.included[name] = self.read(Engine.get_default().get_template(name).nodelist)
        return str(name)


def _read_sentence(node: BlockTranslateNode) -> Iterator[Json]:
    """A translated sentence with gaps; what fills them is named by the tag's own assignments."""
    if node.plural or node.asvar or node.trimmed:
        raise NotInSkeleton("A sentence with a plural, a name or trimmed space is not known to the browser.")
    message, _names = node.render_token_list(node.singular)
    pieces = GAP.split(gettext(message))
    parts: list[Json] = []
    for place, piece in enumerate(pieces):
        parts.append(["show", {"of": piece, "by": []}] if place % 2 else piece.replace("%%", "%"))
    parts = [part for part in parts if part != ""]
    assigned = _read_assignments(node.extra_context)
    yield from [["with", assigned, parts]] if assigned else parts


def _read_assignments(given: dict[str, Any]) -> dict[str, Json]:
    return {name: _read_value(value) for name, value in given.items()}


def _read_value(value: Any) -> Json:
    by = []
    for function, arguments in value.filters:
        name = getattr(function, "_filter_name", function.__name__)
        if name not in FILTERS:
            raise NotInSkeleton(f"The filter {name} is not known to the browser.")
        by.append([name, *(_read_argument(argument) for _is_variable, argument in arguments)])
    return {**_read_source(value.var), "by": by}


def _read_argument(argument: Any) -> Json:
    source = _read_source(argument)
    if "of" in source:
        raise NotInSkeleton("A filter's argument must be a constant for the browser.")
    return source["is"]


def _read_source(source: Any) -> Json:
    if isinstance(source, Variable) and source.lookups is not None:
        return {"of": ".".join(source.lookups)}
    return {"is": source.literal if isinstance(source, Variable) else source}


def _read_condition(condition: Any) -> Json:
    if isinstance(condition, TemplateLiteral):
        return ["is", _read_value(condition.value)]
    if condition.id not in CONDITIONS:
        raise NotInSkeleton(f"The condition {condition.id} is not known to the browser.")
    operands = [condition.first] if condition.id == "not" else [condition.first, condition.second]
    return [condition.id, *map(_read_condition, operands)]
