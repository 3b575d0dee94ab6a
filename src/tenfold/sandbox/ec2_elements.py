"""Parameters and answers of EC2 in CloudTrail's two forms.

Most calls keep the form of EC2's first API: lists are `{"items": [...]}` under names of their own, and some defaults are
recorded though nobody gave them. Newer calls carry the query's own keys inside `<Operation>Request`, and the answer's XML
inside `<Operation>Response`.
"""

from collections.abc import Mapping
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


def request_parameters(call: Call) -> Elements | None:
    """The parameters of an EC2 call."""
    assert call.model is not None
    if _newer(call):
        return {f"{call.operation}Request": _query_tree(call)}
    shape = call.model.input_shape
    rendered = dict(EC2_DEFAULTS.get(call.operation, {}))
    if shape is not None:
        rendered |= _structure(call.operation, shape, call.parameters, top=True)
    if call.operation == "RunInstances":
        _launch_into_set(rendered)
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
        rendered |= {key: value for key, value in _answer(call.operation, shape, answer).items() if key != "return"}
    return rendered


def _newer(call: Call) -> bool:
    return any(word in call.operation for word in EC2_NEWER_FORM_WORDS)


def _structure(operation: str, shape: Shape, value: Mapping[str, Any], *, top: bool = False) -> Elements:
    rendered: Elements = {}
    for name, member in shape.members.items():
        given = value.get(name)
        if member.type_name == "list":
            _add_list(rendered, operation, shape, name, member, given, top=top)
        elif given is not None:
            rendered[_key(operation, name, member)] = _value(operation, member, given)
    return rendered


def _key(operation: str, name: str, member: Shape) -> str:
    renamed = EC2_RENAMED.get((operation, name)) or EC2_RENAMED.get(("*", name))
    return renamed or lower_first(member.serialization.get("name", name))


def _value(operation: str, shape: Shape, value: Any) -> Any:
    if shape.type_name == "structure":
        return _structure(operation, shape, value)
    if isinstance(value, datetime):
        return _milliseconds(value)
    return value


def _add_list(rendered: Elements, operation: str, parent: Shape, name: str, member: Shape, given: Any, *, top: bool) -> None:
    """A list as EC2 records it: absent ones of a Describe call, and those of a permission, come as empty sets."""
    key, item_key = EC2_LISTS.get(name, (_key(operation, name, member), ""))
    if parent.name == "IpPermission":
        key, item_key = _key(operation, name, member), ""
    if parent.name == "TagSpecification":
        rendered["tags"] = _items(operation, member, given or [], "")
    elif given:
        rendered[key] = {"items": _items(operation, member, given, item_key)}
    elif key in EC2_PERMISSION_LISTS or (top and operation.startswith("Describe") and name in EC2_LISTS):
        rendered[key] = {}


def _items(operation: str, shape: Shape, given: list[Any], item_key: str) -> list[Any]:
    rendered = [_value(operation, shape.member, item) for item in given]
    return [{item_key: item} for item in rendered] if item_key else rendered


def _launch_into_set(rendered: Elements) -> None:
    """RunInstances records image and counts as the one item of a set."""
    rendered["instancesSet"] = {"items": [{key: rendered.pop(key) for key in ("imageId", "minCount", "maxCount") if key in rendered}]}


def _answer(operation: str, shape: Shape, value: Any) -> Any:
    if shape.type_name == "structure":
        names = {name: lower_first(member.serialization.get("name", name)) for name, member in shape.members.items()}
        texts = EC2_TEXTS.get(operation, frozenset())
        return {
            names[name]: str(value[name]) if names[name] in texts else _answer_member(operation, names[name], member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    return _milliseconds(value) if isinstance(value, datetime) else value


def _answer_member(operation: str, key: str, shape: Shape, value: Any) -> Any:
    if shape.type_name != "list":
        return _answer(operation, shape, value)
    items = [_answer(operation, shape.member, item) for item in value]
    return {"item" if key in EC2_SINGULAR_ITEMS else "items": items} if items else {}


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
