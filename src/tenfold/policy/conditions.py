"""Condition operators, with AWS's rules for keys that a request does not carry."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Any

import msgspec

from tenfold.policy.match import UNKNOWN, Lookup, Untold, filled, matches, pattern
from tenfold.policy.parse import Condition

Test = Callable[[str, str, Lookup, bool], bool | None]
"""(value in the policy, value in the request, lookup, variables on) -> holds, does not, or cannot be told."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_ARN_PARTS = 6
_DIGITS = 100
_EPOCH = re.compile(r"-?\d{1,12}(\.\d+)?")


class Operator(msgspec.Struct, frozen=True):
    """One condition operator taken apart.

    `family` is string, arn, numeric, date, bool, binary, address or null; `quantifier` is ForAllValues,
    ForAnyValue or empty; `wild` says that `*` and `?` in its values are wildcards.
    """

    family: str
    negated: bool
    wild: bool
    quantifier: str
    if_exists: bool
    test: Test


def all_of(parts: Iterable[bool | None]) -> bool | None:
    """And, where None is "cannot be told"."""
    seen: bool | None = True
    for part in parts:
        if part is False:
            return False
        if part is None:
            seen = None
    return seen


def any_of(parts: Iterable[bool | None]) -> bool | None:
    """Or, where None is "cannot be told"."""
    return negation(all_of(negation(part) for part in parts))


def negation(part: bool | None) -> bool | None:
    """Not, where None is "cannot be told"."""
    return None if part is None else not part


def holds(condition: Condition, lookup: Lookup, *, variables: bool) -> bool | None:
    """Whether a condition holds for what `lookup` says of the request; None when that cannot be told.

    `lookup` gets keys in lower case. A key that the request does not carry fails a positive operator and passes a
    negated one, an IfExists one and ForAllValues; it fails ForAnyValue. A plain operator over several values in
    the request is undefined by AWS: None, unless all of them agree.
    """
    found = operator(condition.operator)
    values = lookup(condition.key.lower())
    if found is None or values is UNKNOWN:
        return None
    if found.family == "null":
        return _null(condition.values, values is None)
    if isinstance(values, Untold):
        return None
    if not values or (found.quantifier and not any(values)):  # the IAM guide: an empty text is an empty set
        return _missing(found)
    return _joined(found, [_value(found, condition.values, value, lookup, variables) for value in values])


@lru_cache(maxsize=1024)
def operator(text: str) -> Operator | None:
    """The operator of that name, exact in letter case; None when IAM has none."""
    quantifier, colon, rest = text.rpartition(":")
    if colon and quantifier not in ("ForAllValues", "ForAnyValue"):
        return None
    name = rest.removesuffix("IfExists")
    if name not in _BASES or (name == "Null" and text != name):
        return None
    family, negated, wild, test = _BASES[name]
    return Operator(family, negated, wild, quantifier, rest != name, test)


@lru_cache(maxsize=16384)
def network(text: str) -> Network | None:
    """The address block of a CIDR or a single address; host bits are cleared; None when it is neither."""
    try:
        found = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    mapped = found.network_address.ipv4_mapped if isinstance(found, ipaddress.IPv6Network) else None
    if mapped is not None and found.prefixlen >= 96:  # noqa: PLR2004 - ::ffff:0:0/96 holds the mapped IPv4 addresses
        return ipaddress.ip_network(f"{mapped}/{found.prefixlen - 96}", strict=False)
    return found


def moment(text: str) -> datetime | None:
    """A date of the policy language: ISO 8601 or seconds since 1970, UTC unless it says otherwise."""
    try:
        if _EPOCH.fullmatch(text):
            return datetime.fromtimestamp(float(text), UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def number(text: str) -> Decimal | None:
    """A finite number, or None; one that no request can come near is none."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and found.adjusted() < _DIGITS else None


def _missing(found: Operator) -> bool:
    if found.if_exists or found.quantifier == "ForAllValues":
        return True
    return found.negated and not found.quantifier


def _joined(found: Operator, results: list[bool | None]) -> bool | None:
    """What the answers for each value of the request come to."""
    if found.quantifier == "ForAllValues":
        return all_of(results)
    if found.quantifier == "ForAnyValue":
        return any_of(results)
    return results[0] if all(result is results[0] for result in results) else None


def _null(wanted: tuple[str, ...], absent: bool) -> bool | None:
    words = {value.lower() for value in wanted}
    if not words <= {"true", "false"}:
        return None
    return ("true" if absent else "false") in words


def _value(found: Operator, wanted: tuple[str, ...], value: str, lookup: Lookup, variables: bool) -> bool | None:
    """One value of the request against all values of the policy: any of them; negated: none of them."""
    hit = any_of(found.test(want, value, lookup, variables) for want in wanted)
    if any(_void(found, want, lookup, variables) for want in wanted):
        # A variable without value fails and voids the statement, says the IAM guide; where another value fits,
        # whether it does "might" be so: open.
        return None if hit is not False and not found.negated else False
    return negation(hit) if found.negated else hit


def _void(found: Operator, want: str, lookup: Lookup, variables: bool) -> bool:
    if not variables or "${" not in want or found.family not in ("string", "arn"):
        return False
    return filled(pattern(want, variables=True), lookup) is None


def _string(want: str, value: str, lookup: Lookup, variables: bool, *, wild: bool, fold: bool = False) -> bool | None:
    if not fold and not (wild and ("*" in want or "?" in want)) and not (variables and "${" in want):
        return want == value
    glob = filled(pattern(want, variables=variables, wild=wild), lookup)
    if glob is UNKNOWN:
        return None
    if glob is None:
        return False
    if fold:
        return matches(tuple(item.lower() if isinstance(item, str) else item for item in glob), value.lower())
    return matches(glob, value)


def _arn(want: str, value: str, lookup: Lookup, variables: bool) -> bool | None:
    """Each of the first five parts is matched by itself: a wildcard does not cross their colons."""
    wants, values = _arn_parts(want), value.split(":", _ARN_PARTS - 1)
    if len(wants) != _ARN_PARTS:
        return True if want == "*" else None  # what AWS makes of a shortened ARN is not documented
    if len(values) != _ARN_PARTS:
        return False
    return all_of(_string(a, b, lookup, variables, wild=True) for a, b in zip(wants, values, strict=True))


def _arn_parts(text: str) -> list[str]:
    """The six parts of an ARN pattern; a colon inside `${...}` parts nothing."""
    parts, depth = [""], 0
    for at, char in enumerate(text):
        depth += 1 if text.startswith("${", at) else -1 if char == "}" and depth else 0
        if char == ":" and not depth and len(parts) < _ARN_PARTS:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _ordered(
    want: str, value: str, _lookup: Lookup, _variables: bool, *, read: Callable[[str], Any], order: tuple[int, ...]
) -> bool | None:
    a, b = read(value), read(want)
    if b is None:
        return None
    return a is not None and (a > b) - (a < b) in order


def _bool(want: str, value: str, _lookup: Lookup, _variables: bool) -> bool | None:
    return want.lower() == value.lower() if want.lower() in ("true", "false") else None


def _binary(want: str, value: str, _lookup: Lookup, _variables: bool) -> bool | None:
    try:
        return base64.b64decode(want, validate=True) == base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None


def _address(want: str, value: str, _lookup: Lookup, _variables: bool) -> bool | None:
    block, one = network(want), network(value)
    if block is None:
        return None
    if one is None or one.version != block.version:
        return False
    return one.network_address in block


def _nothing(_want: str, _value: str, _lookup: Lookup, _variables: bool) -> bool | None:
    return None


_EQUAL, _LIKE = partial(_string, wild=False), partial(_string, wild=True)
_FOLDED = partial(_string, wild=False, fold=True)
_LESS, _SAME, _MORE = (-1,), (0,), (1,)


def _comparisons(name: str, read: Callable[[str], Any]) -> dict[str, tuple[str, bool, bool, Test]]:
    """The six comparisons of numbers or dates."""
    kinds = {
        "Equals": (False, _SAME), "NotEquals": (True, _SAME), "LessThan": (False, _LESS), "GreaterThan": (False, _MORE),
        "LessThanEquals": (False, _LESS + _SAME), "GreaterThanEquals": (False, _MORE + _SAME),
    }  # fmt: skip
    return {
        name + kind: (name.lower(), negated, False, partial(_ordered, read=read, order=order))
        for kind, (negated, order) in kinds.items()
    }


_BASES: dict[str, tuple[str, bool, bool, Test]] = {
    "StringEquals": ("string", False, False, _EQUAL),
    "StringNotEquals": ("string", True, False, _EQUAL),
    "StringEqualsIgnoreCase": ("string", False, False, _FOLDED),
    "StringNotEqualsIgnoreCase": ("string", True, False, _FOLDED),
    "StringLike": ("string", False, True, _LIKE),
    "StringNotLike": ("string", True, True, _LIKE),
    "ArnEquals": ("arn", False, True, _arn),
    "ArnLike": ("arn", False, True, _arn),
    "ArnNotEquals": ("arn", True, True, _arn),
    "ArnNotLike": ("arn", True, True, _arn),
    "Bool": ("bool", False, False, _bool),
    "BinaryEquals": ("binary", False, False, _binary),
    "IpAddress": ("address", False, False, _address),
    "NotIpAddress": ("address", True, False, _address),
    "Null": ("null", False, False, _nothing),
    **_comparisons("Numeric", number),
    **_comparisons("Date", moment),
}
