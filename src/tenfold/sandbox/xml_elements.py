"""XML as the JSON that CloudTrail makes of it: attributes beside children, numbers and truth values as such."""

import re
from typing import Any

import xmltodict

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d+)?")


def tree_of(body: bytes) -> dict[str, Any]:
    """A document as `{root: {...}}`; `xmlns` is a key like any other, an empty element is an empty text."""
    tree = xmltodict.parse(body, attr_prefix="", cdata_key="content")
    return {key: _typed(value) for key, value in tree.items()}


def coerce(text: str) -> Any:
    """`true` and `12` as what they look like; `007` and words stay text."""
    if text in {"true", "false"}:
        return text == "true"
    if match := _NUMBER.fullmatch(text):
        return float(text) if match[2] else int(text)
    return text


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return "" if value is None else coerce(value)
