"""Filters and orders that calls ask for, in the forms that services give them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tenfold.sandbox.filed.template import MISSING, look, said


def fits(row: Any, where: Mapping[str, Any]) -> bool:
    """Whether a row has the wanted values at these paths: one of them, where a list is wanted."""
    return all(_equal(look(path, row), wanted) for path, wanted in where.items())


def meets(row: Any, criteria: Any) -> bool:
    """Whether a row meets `{field: {operator: value or values}}`; fields in any letter case, operators by any alias."""
    if not isinstance(criteria, Mapping):
        return True
    for field, tests in criteria.items():
        values = list(_deep(row, field.split(".")))
        for operator, wanted in tests.items():
            holds = _OPERATORS.get(operator.lower())
            wanted_list = wanted if isinstance(wanted, list) else [wanted]
            if holds and not holds(values, wanted_list):
                return False
    return True


def ordered(rows: Iterable[Any], field: Any, direction: Any) -> list[Any]:
    """Rows by a field, where one is asked for; those without it come first."""
    found = list(rows)
    if isinstance(field, str) and field:
        found.sort(key=lambda row: _rank(next(iter(_deep(row, field.split("."))), None)))
        if str(direction).upper().startswith("DESC"):
            found.reverse()
    return found


def _equal(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return any(_equal(found, one) for one in wanted)
    if isinstance(found, list) and not isinstance(wanted, list):
        return any(_equal(one, wanted) for one in found)
    return found is not MISSING and said(found) == said(wanted)


def _deep(value: Any, path: list[str]) -> Iterable[Any]:
    """The values at a path, through every list on the way; names in any letter case."""
    if isinstance(value, list):
        for item in value:
            yield from _deep(item, path)
        return
    if not path:
        yield value
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if str(key).lower() == path[0].lower():
                yield from _deep(inner, path[1:])


def _any(test: Callable[[Any, Any], bool]) -> Callable[[list[Any], list[Any]], bool]:
    return lambda values, wanted: any(test(value, one) for value in values for one in wanted)


def _none(test: Callable[[Any, Any], bool]) -> Callable[[list[Any], list[Any]], bool]:
    return lambda values, wanted: not any(test(value, one) for value in values for one in wanted)


def _same(value: Any, wanted: Any) -> bool:
    return _plain(value) == _plain(wanted)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else said(value)


def _rank(value: Any) -> tuple[int, float, str]:
    """Numbers before texts, times as milliseconds: services compare times so."""
    number = _number(value)
    return (0, 0.0, "") if value is None else (1, number, "") if number is not None else (2, 0.0, str(value))


def _number(value: Any) -> float | None:
    if isinstance(value, datetime):
        return value.timestamp() * 1000
    try:
        return float(value)
    except (TypeError, ValueError):
        pass
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000


_EQUAL, _OTHER = _any(_same), _none(_same)
_MORE = _any(lambda value, wanted: _rank(value) > _rank(wanted))
_LESS = _any(lambda value, wanted: _rank(value) < _rank(wanted))
_AT_LEAST = _any(lambda value, wanted: _rank(value) >= _rank(wanted))
_AT_MOST = _any(lambda value, wanted: _rank(value) <= _rank(wanted))
_OPERATORS: dict[str, Callable[[list[Any], list[Any]], bool]] = {
    "eq": _EQUAL,
    "equals": _EQUAL,
    "eqexactmatch": _EQUAL,
    "neq": _OTHER,
    "notequals": _OTHER,
    "gt": _MORE,
    "greaterthan": _MORE,
    "gte": _AT_LEAST,
    "greaterthanorequal": _AT_LEAST,
    "lt": _LESS,
    "lessthan": _LESS,
    "lte": _AT_MOST,
    "lessthanorequal": _AT_MOST,
    "contains": _any(lambda value, wanted: str(wanted) in str(value)),
    "matches": _any(lambda value, wanted: str(wanted) in str(value)),
    "notmatches": _none(lambda value, wanted: str(wanted) in str(value)),
    "prefix": _any(lambda value, wanted: str(value).startswith(str(wanted))),
    "exists": lambda values, wanted: bool(values) == (_plain(wanted[0]) == "true"),
}
