"""Policies that name principals: what they grant to a caller, and by which of his names."""

from collections.abc import Iterable, Mapping

import msgspec

from tenfold.policy.attempt import Attempt
from tenfold.policy.callers import Kind, Named, Names, spares, ways
from tenfold.policy.conditions import all_of, any_of, operator
from tenfold.policy.document import about, concerns
from tenfold.policy.layers import Gate, Reading, cited, reading
from tenfold.policy.parse import Condition, Policy, Statement

_BOUNDED = frozenset({Kind.USER, Kind.ROLE})


class Grant(msgspec.Struct, frozen=True):
    """An Allow that is, or may be, about a request; `names` are the ways in which it names the caller."""

    place: str
    statement: Statement
    held: bool | None
    names: Names


class Granted(msgspec.Struct, frozen=True):
    """What policies that name principals say of a request: their denies, and their grants by name."""

    reading: Reading
    grants: tuple[Grant, ...]

    def gate(self, *named: Named, missing: str) -> Gate:
        """Open when an Allow names the caller in one of these ways; see `Reading.gate`."""
        if self.reading.unread:
            return self.reading.gate(missing)
        rows: dict[tuple[bool, bool], list[str]] = {}
        for grant in self.grants:
            held = all_of((grant.held, any_of(grant.names.get(way, False) for way in named)))
            if held is not False:
                rows.setdefault((True, held is True), []).append(cited(grant.place, grant.statement, held))
        return reading(self.reading.layer, rows).gate(missing)


def granted(
    layer: str,
    statements: Iterable[tuple[str, Statement, bool | None]],
    attempt: Attempt,
    canonical: Mapping[str, str],
    *,
    bounded: bool = False,
    unread: bool = False,
) -> Granted:
    """Sort statements that are about a request, conditions and all, by whom they name.

    Args:
        layer: what the policies are called.
        statements: place, statement, and whether it is about the request, principals aside.
        attempt: the request.
        canonical: canonical user ids to account ids.
        bounded: the caller has a permissions boundary.
        unread: the policies are not known.
    """
    rows: dict[tuple[bool, bool], list[str]] = {}
    grants = []
    for place, statement, held in statements:
        names = _names(statement, attempt, canonical, bounded=bounded)
        if statement.allows:
            grants.append(Grant(place, statement, held, names))
            continue
        sure = all_of((held, any_of(names.values())))
        if sure is not False:
            rows.setdefault((False, sure is True), []).append(cited(place, statement, sure))
    return Granted(reading(layer, rows, unread=unread), tuple(grants))


def concerned(place: str, policy: Policy | None, attempt: Attempt) -> list[tuple[str, Statement, bool | None]]:
    """The statements of a policy that are, or may be, about a request, principals aside."""
    if policy is None:
        return []
    held = (
        (statement, concerns(statement, attempt.resource, attempt.lookup, variables=policy.variables))
        for statement in about(policy, attempt.action)
    )
    return [(f"{place} {statement.label}", statement, one) for statement, one in held if one is not False]


def _names(statement: Statement, attempt: Attempt, canonical: Mapping[str, str], *, bounded: bool) -> Names:
    """The ways in which a statement is about the caller."""
    caller = attempt.caller
    if statement.principals is not None:
        found = ways(statement.principals, caller, canonical)
        if Named.EVERYONE in found and any(map(_by_arn, statement.conditions)):
            found[Named.DIRECT] = True
        return found
    if statement.not_principals is None:
        return {Named.EVERYONE: True}
    if bounded and not statement.allows and caller.kind in _BOUNDED:
        return {Named.EVERYONE: True}  # the IAM guide: it denies whoever has a boundary, whomever it lists
    spared = spares(statement.not_principals, caller, canonical)
    if statement.allows and spared is False and ways(statement.not_principals, caller, canonical):
        return {Named.EVERYONE: None}
    return {} if spared else {Named.EVERYONE: True if spared is False else None}


def _by_arn(condition: Condition) -> bool:
    """Whether a condition asks for the caller's ARN: with `*` as Principal, that grants as if the ARN stood there.

    The IAM guide on role principals: neither boundaries nor session policies limit what is granted so.
    """
    found = operator(condition.operator)
    return (
        condition.key.lower() == "aws:principalarn"
        and found is not None
        and found.family in ("string", "arn")
        and not (found.negated or found.if_exists or found.quantifier == "ForAllValues")
    )
