"""Policy documents: text in, frozen values out. What is not legal IAM JSON raises and says where."""

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NoReturn

import msgspec

from tenfold.model.errors import InputError
from tenfold.model.resource import Json

VERSIONS = ("2008-10-17", "2012-10-17")
_DOCUMENT = ("Version", "Id", "Statement")
_STATEMENT = (
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
)  # fmt: skip
_PRINCIPAL = {"AWS": "aws", "Service": "service", "Federated": "federated", "CanonicalUser": "canonical"}


class PolicyError(InputError):
    """A policy document that cannot be read; `where` is the place in it, such as `Statement[1].Effect`."""


class Condition(msgspec.Struct, frozen=True):
    """One operator, one key as it was written, and its values (any of them suffices)."""

    operator: str
    key: str
    values: tuple[str, ...]


class Principals(msgspec.Struct, frozen=True):
    """Whom a Principal or NotPrincipal element names; `everyone` when a bare `*` is among them."""

    everyone: bool = False
    aws: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()
    canonical: tuple[str, ...] = ()


class Statement(msgspec.Struct, frozen=True):
    """One statement. Of each pair (actions, not_actions and so on) at most one is there; None means not written."""

    index: int
    effect: str
    sid: str = ""
    principals: Principals | None = None
    not_principals: Principals | None = None
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def allows(self) -> bool:
        """Effect is Allow."""
        return self.effect == "Allow"

    @property
    def label(self) -> str:
        """`Statement[0] web`: the index, and the Sid when there is one."""
        return f"Statement[{self.index}] {self.sid}".rstrip()


class Policy(msgspec.Struct, frozen=True, dict=True):
    """A policy document; `unknown` names elements that IAM does not have."""

    statements: tuple[Statement, ...]
    version: str = VERSIONS[0]
    id: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def variables(self) -> bool:
        """`${...}` is a policy variable only in the later version of the language."""
        return self.version == VERSIONS[1]

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The places of elements that IAM does not have, such as `Statement[0].Comment`."""
        inside = (f"Statement[{one.index}].{name}" for one in self.statements for name in one.unknown)
        return (*self.unknown, *inside)

    @cached_property
    def found(self) -> dict[str, tuple[Statement, ...]]:
        """The statements about an action, for actions that were asked for before (see `document.about`)."""
        return {}


def parse(
    document: str | bytes | Mapping[str, Json], *, needs: Collection[str] = (), bars: Collection[str] = ()
) -> Policy:
    """Read a policy document.

    Args:
        document: the JSON text, or the object it stands for.
        needs: elements that every statement must have, by their positive name: a bucket policy needs
            `Principal` and `Resource`; `NotPrincipal` and `NotResource` serve as well.
        bars: elements that no statement may have: a policy of an identity names no `Principal`.

    Raises:
        PolicyError: when it is not JSON, repeats a key, or is not what the IAM grammar allows.
    """
    found = _decode(document) if isinstance(document, str | bytes) else document
    if not isinstance(found, Mapping):
        _refuse("", "a policy is a JSON object")
    version = found.get("Version", VERSIONS[0])
    if version not in VERSIONS:
        _refuse("Version", f"{_short(version)} is not a version of the policy language")
    if "Statement" not in found:
        _refuse("Statement", "there is no Statement")
    unknown = _unknown(found, _DOCUMENT, "")
    statements = found["Statement"]
    rows = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(rows, list | tuple):
        _refuse("Statement", "neither an object nor a list")
    read = tuple(_statement(index, row, needs, bars) for index, row in enumerate(rows))
    return Policy(read, version, _text(found.get("Id", ""), "Id"), unknown)


def _decode(document: str | bytes) -> Json:
    doubled: list[tuple[Json, str]] = []

    def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            doubled.append((found, next(name for name in names if names.count(name) > 1)))
        return found

    try:
        text = document.decode() if isinstance(document, bytes) else document
        tree = json.loads(text, object_pairs_hook=unique, parse_constant=_constant)
        if doubled:
            # The last one is the outermost: one inside of it may be lost under the key that stands there twice.
            where, name = doubled[-1]
            _refuse(next(_places(tree, where, "")) + _short(name), "the key stands there twice")
    except RecursionError:
        _refuse("", "nested too deeply")
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError):
            raise PolicyError(f"not JSON: {error.msg}", where="policy", offset=error.pos) from None
        _refuse("", f"not JSON: {error}")
    return tree


def _places(tree: Json, wanted: Json, path: str) -> Iterator[str]:
    """Where an object stands in a tree, as the path before the names of its keys."""
    if tree is wanted:
        yield path
    if isinstance(tree, dict):
        for name, inside in tree.items():
            yield from _places(inside, wanted, f"{path}{name}.")
    elif isinstance(tree, list):
        for index, inside in enumerate(tree):
            yield from _places(inside, wanted, f"{path.removesuffix('.')}[{index}].")


def _constant(name: str) -> NoReturn:
    _refuse("", f"not JSON: {name}")


def _statement(index: int, row: Json, needs: Collection[str], bars: Collection[str]) -> Statement:
    where = f"Statement[{index}]"
    if not isinstance(row, Mapping):
        _refuse(where, "not an object")
    if row.get("Effect") not in ("Allow", "Deny"):
        _refuse(f"{where}.Effect", f"{_short(row.get('Effect'))} is neither Allow nor Deny")
    unknown = _unknown(row, _STATEMENT, where + ".")
    _hold_elements(row, where, needs, bars)
    return Statement(
        index=index,
        effect=row["Effect"],
        sid=_text(row.get("Sid", ""), f"{where}.Sid"),
        principals=_principals(row, "Principal", where),
        not_principals=_principals(row, "NotPrincipal", where),
        actions=_texts(row, "Action", where),
        not_actions=_texts(row, "NotAction", where),
        resources=_texts(row, "Resource", where),
        not_resources=_texts(row, "NotResource", where),
        conditions=_conditions(row.get("Condition", {}), f"{where}.Condition"),
        unknown=unknown,
    )


def _hold_elements(row: Mapping[str, Json], where: str, needs: Collection[str], bars: Collection[str]) -> None:
    for element in ("Action", *needs):
        if element not in row and f"Not{element}" not in row:
            _refuse(where, f"neither {element} nor Not{element}")
    for element in ("Action", "Principal", "Resource"):
        if element in row and f"Not{element}" in row:
            _refuse(where, f"both {element} and Not{element}")
    for element in (name for bar in bars for name in (bar, f"Not{bar}")):
        if element in row:
            _refuse(f"{where}.{element}", "has no place in a policy of this kind")


def _unknown(row: Mapping[str, Json], known: Collection[str], where: str) -> tuple[str, ...]:
    """Elements that IAM does not have; one that differs in letter case only could be meant, and is refused."""
    names = {name.lower(): name for name in known}
    others = tuple(sorted(str(name) for name in row if name not in known))
    for name in others:
        if name.lower() in names:
            _refuse(where + name, f"written otherwise than {names[name.lower()]}")
    return others


def _principals(row: Mapping[str, Json], element: str, where: str) -> Principals | None:
    if element not in row:
        return None
    value, place = row[element], f"{where}.{element}"
    if value == "*":
        return Principals(everyone=True)
    if not isinstance(value, Mapping) or not value:
        _refuse(place, 'neither "*" nor an object')
    fields: dict[str, tuple[str, ...]] = {}
    for kind in value:
        if kind not in _PRINCIPAL:
            _refuse(f"{place}.{_short(kind)}", "not a kind of principal")
        fields[_PRINCIPAL[kind]] = _texts(value, kind, place) or ()
    aws = fields.pop("aws", ())
    return Principals(everyone="*" in aws, aws=tuple(name for name in aws if name != "*"), **fields)


def _conditions(block: Json, where: str) -> tuple[Condition, ...]:
    if not isinstance(block, Mapping):
        _refuse(where, "not an object")
    found: list[Condition] = []
    for operator, keys in block.items():
        if not isinstance(keys, Mapping):
            _refuse(f"{where}.{_short(operator)}", "not an object")
        found.extend(
            Condition(str(operator), str(key), _values(values, f"{where}.{operator}.{key}"))
            for key, values in keys.items()
        )
    return tuple(found)


def _values(value: Json, where: str) -> tuple[str, ...]:
    return tuple(_scalar(one, where) for one in (value if isinstance(value, list | tuple) else [value]))


def _scalar(value: Json, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return _text(value, where)


def _texts(row: Mapping[str, Json], element: str, where: str) -> tuple[str, ...] | None:
    if element not in row:
        return None
    value, place = row[element], f"{where}.{element}"
    if isinstance(value, list | tuple):
        return tuple(_text(one, f"{place}[{index}]") for index, one in enumerate(value))
    return (_text(value, place),)


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        _refuse(where, f"{_short(value)} is not text")
    return value


def _short(value: Json) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."  # noqa: PLR2004 - what fits on one line of an error


def _refuse(where: str, reason: str) -> NoReturn:
    raise PolicyError(f"{where}: {reason}" if where else reason, where="policy")
