"""Templates of answers: JSON in which `${...}` stands for what the call, the clock or a row says.

`${ask.Name|unnamed}` is a parameter of the call, or the text behind the bar when the call does not give it. A text
that is one such place keeps the type of its value; a member without value is left out.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from moto.moto_api._internal import mock_random

Scope = Mapping[str, Any]
"""What the names in templates stand for: `ask`, `account`, `region`, `partition`, `now`, `row`, ..."""

_PLACE = re.compile(r"\$\{([^}|]+)(?:\|([^}]*))?\}")
_EPOCH_MILLISECONDS = 1000


class _Missing:
    """No value: not even null."""

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()


def fill(template: Any, scope: Scope) -> Any:
    """The template with its places filled."""
    if isinstance(template, str):
        return _text(template, scope)
    if isinstance(template, Mapping):
        filled = {key: fill(value, scope) for key, value in template.items()}
        return {key: value for key, value in filled.items() if value is not MISSING}
    if isinstance(template, list):
        items = [fill(value, scope) for value in template]
        return [value for value in items if value is not MISSING]
    return template


def look(path: str, scope: Any) -> Any:
    """The value at a path of names parted by dots, in mappings, lists (by number) and objects; MISSING if none."""
    for step in path.split("."):
        scope = _step(scope, step)
        if scope is MISSING or scope is None:
            return MISSING
    return scope


def places(template: Any) -> list[str]:
    """The paths that a template looks up."""
    if isinstance(template, str):
        return [match[1].strip() for match in _PLACE.finditer(template)]
    inside = template.values() if isinstance(template, Mapping) else template if isinstance(template, list) else ()
    return [place for value in inside for place in places(value)]


def said(value: Any) -> str:
    """A value inside a text; times as the services write them into texts."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{value.microsecond // _EPOCH_MILLISECONDS:03}Z"
    return str(value)


def _step(scope: Any, step: str) -> Any:
    if isinstance(scope, Mapping):
        return scope.get(step, MISSING)
    if isinstance(scope, list | tuple):
        return scope[int(step)] if step.isdecimal() and int(step) < len(scope) else MISSING
    return getattr(scope, step, MISSING)


def _text(template: str, scope: Scope) -> Any:
    whole = _PLACE.fullmatch(template)
    if whole:
        return _value(whole, scope)
    missing = [match for match in _PLACE.finditer(template) if _value(match, scope) is MISSING]
    return MISSING if missing else _PLACE.sub(lambda match: said(_value(match, scope)), template)


def _value(match: re.Match[str], scope: Scope) -> Any:
    name, otherwise = match[1].strip(), match[2]
    function, _, argument = name.partition(" ")
    if function in FUNCTIONS:
        return FUNCTIONS[function](argument, scope)
    found = look(name, scope)
    return found if found is not MISSING or otherwise is None else otherwise


def _size(path: str, scope: Scope) -> int:
    found = look(path, scope)
    return len(found) if isinstance(found, list | tuple | Mapping) else 0


FUNCTIONS: dict[str, Callable[[str, Scope], Any]] = {
    "size": _size,
    "hex": lambda digits, _: mock_random.get_random_hex(int(digits)),
    "some": lambda path, scope: _size(path, scope) > 0,
    "uuid": lambda _, __: str(mock_random.uuid4()),
}
"""Functions of templates, each of the text behind its name: a path, or how many digits to draw from the seed."""
