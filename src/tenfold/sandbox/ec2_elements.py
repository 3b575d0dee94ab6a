"""Parameters and answers of EC2 in CloudTrail's two forms.

Most calls keep the form of EC2's first API: lists are `{"items": [...]}` under names of their own, and some defaults
are recorded though nobody gave them. Newer calls carry the query's own keys inside `<Operation>Request`, and the
answer's XML inside `<Operation>Response`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.model import Shape

from tenfold.sandbox.calls import Call
from tenfold.sandbox.elements import Elements, lower_first
from tenfold.sandbox.tables import (
    EC2_DEFAULTS,
    EC2_LISTS,
    EC2_NEWER_FORM_WORDS,
    EC2_PERMISSION_LISTS,
    EC2_RENAMED,
    EC2_SINGULAR_ITEMS,
    EC2_TEXTS,
)
from tenfold.sandbox.wire import Reply
from tenfold.sandbox.xml_elements import coerce, tree_of

_COMMON_QUERY_KEYS = frozenset({"Action", "Version"})
_LAUNCHED = ("imageId", "minCount", "maxCount")


def request_parameters(call: Call) -> Elements | None:
    """The parameters of an EC2 call."""
    assert call.model is not None
    if _newer(call):
        return {f"{call.operation}Request": _query_tree(call)}
    rendered = dict(EC2_DEFAULTS.get(call.operation, {}))
    if call.model.input_shape is not None:
        rendered |= _Request(call.operation).structure(call.model.input_shape, call.parameters)
    if call.operation == "RunInstances":
        rendered["instancesSet"] = {"items": [{key: rendered.pop(key) for key in _LAUNCHED if key in rendered}]}
    return rendered or None


def response_elements(call: Call, answer: Mapping[str, Any], reply: Reply, request_id: str) -> Elements:
    """The answer to an EC2 write."""
    assert call.model is not None
    if _newer(call):
        return tree_of(reply.body)
    shape = call.model.output_shape
    rendered: Elements = {"requestId": request_id}
    if shape is None or "Return" in shape.members:
        rendered["_return"] = True
    if shape is not None:
        rendered |= _Answer(call.operation).structure(shape, answer)
        rendered.pop("return", None)
    return rendered


def _newer(call: Call) -> bool:
    return any(word in call.operation for word in EC2_NEWER_FORM_WORDS)


def _key(operation: str, name: str, member: Shape) -> str:
    renamed = EC2_RENAMED.get((operation, name)) or EC2_RENAMED.get(("*", name))
    return renamed or lower_first(member.serialization.get("name", name))


@dataclass(frozen=True)
class _Request:
    """Renders the parameters of one operation."""

    operation: str

    def structure(self, shape: Shape, value: Mapping[str, Any]) -> Elements:
        rendered: Elements = {}
        for name, member in shape.members.items():
            given = value.get(name)
            if member.type_name == "list":
                rendered |= self._list(shape, name, member, given)
            elif given is not None:
                rendered[_key(self.operation, name, member)] = self._value(member, given)
        return rendered

    def _value(self, shape: Shape, value: Any) -> Any:
        if shape.type_name == "structure":
            return self.structure(shape, value)
        return _milliseconds(value) if isinstance(value, datetime) else value

    def _list(self, parent: Shape, name: str, member: Shape, given: Any) -> Elements:
        """A list under its key. Absent ones of a Describe call, and those of a permission, are empty sets."""
        if parent.name == "TagSpecification":
            return {"tags": self._items(member, given or [], "")}
        key, item_key = EC2_LISTS.get(name, (_key(self.operation, name, member), ""))
        if given:
            return {key: {"items": self._items(member, given, item_key)}}
        always = self.operation.startswith("Describe") and name in EC2_LISTS
        return {key: {}} if always or key in EC2_PERMISSION_LISTS else {}

    def _items(self, shape: Shape, given: list[Any], item_key: str) -> list[Any]:
        rendered = [self._value(shape.member, item) for item in given]
        return [{item_key: item} for item in rendered] if item_key else rendered


@dataclass(frozen=True)
class _Answer:
    """Renders the answer to one operation."""

    operation: str

    def structure(self, shape: Shape, value: Mapping[str, Any]) -> Elements:
        rendered: Elements = {}
        for name, member in shape.members.items():
            given = value.get(name)
            if given is not None and given != "":  # moto writes empty elements that AWS leaves away
                key = _key(self.operation, name, member)
                rendered[key] = self._member(key, member, given)
        return rendered

    def _member(self, key: str, shape: Shape, value: Any) -> Any:
        if key in EC2_TEXTS.get(self.operation, ()):
            return str(value)
        if shape.type_name != "list":
            return self._value(shape, value)
        items = [self._value(shape.member, item) for item in value]
        return {"item" if key in EC2_SINGULAR_ITEMS else "items": items} if items else {}

    def _value(self, shape: Shape, value: Any) -> Any:
        if shape.type_name == "structure":
            return self.structure(shape, value)
        return _milliseconds(value) if isinstance(value, datetime) else value


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _query_tree(call: Call) -> Elements:
    """The query's keys as a tree: `Tag.1.Key=a` -> `{"Tag": {"tag": 1, "Key": "a"}}`; several numbers make a list."""
    tree: Elements = {}
    for path, text in call.wire.request().values.items():
        if path not in _COMMON_QUERY_KEYS:
            _put(tree, path.split("."), coerce(text))
    return {key: _numbered(value) for key, value in tree.items()}


def _put(tree: Elements, path: list[str], value: Any) -> None:
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
    tree[path[-1]] = value


def _numbered(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if not all(key.isdigit() for key in value):
        return {key: _numbered(item) for key, item in value.items()}
    items = [_element(int(number), _numbered(item)) for number, item in value.items()]
    return items[0] if len(items) == 1 else items


def _element(number: int, value: Any) -> Elements:
    return {"tag": number, **value} if isinstance(value, dict) else {"tag": number, "content": value}
