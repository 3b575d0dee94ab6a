"""A statement in plain words: who may do what to what, and under which conditions."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from tenfold.model.arn import Arn
from tenfold.policy.actions import ActionIndex
from tenfold.policy.breadth import any_action
from tenfold.policy.conditions import operator
from tenfold.policy.fences import fence
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.parse import Condition, Policy, Principals, Statement
from tenfold.policy.principals import Party, Who, open_to_all, parties

_NOBODY_NAMED = {
    Kind.SCP: "every principal of the accounts that it is attached to",
    Kind.BOUNDARY: "whoever it bounds, at most",
    Kind.SESSION: "the session, at most",
}
_RELATIONS = {
    "StringNotEquals": "is not",
    "StringEqualsIgnoreCase": "is, in any letter case,",
    "StringNotEqualsIgnoreCase": "is not, in any letter case,",
    "StringLike": "is like",
    "StringNotLike": "is not like",
    "ArnEquals": "is like",
    "ArnLike": "is like",
    "ArnNotEquals": "is not like",
    "ArnNotLike": "is not like",
    "NumericNotEquals": "is not",
    "NumericLessThan": "is less than",
    "NumericLessThanEquals": "is at most",
    "NumericGreaterThan": "is more than",
    "NumericGreaterThanEquals": "is at least",
    "DateNotEquals": "is not",
    "DateLessThan": "is before",
    "DateLessThanEquals": "is not after",
    "DateGreaterThan": "is after",
    "DateGreaterThanEquals": "is not before",
    "NotIpAddress": "is not in",
    "IpAddress": "is in",
}
_SHOWN_ACTIONS = 3
_ROOM = "leaves room for"


class Description(msgspec.Struct, frozen=True):
    """A statement in words; `only_if` must all hold. `verb` is allows, denies, or leaves room for."""

    label: str
    verb: str
    who: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    only_if: tuple[str, ...]


def described(statement: Statement, policy: Policy, kind: Kind, actions: ActionIndex) -> Description:
    """A statement of a policy of that kind in words."""
    room = statement.allows and (kind in (Kind.SCP, Kind.BOUNDARY, Kind.ENDPOINT))
    verb = _ROOM if room else "allows" if statement.allows else "denies"
    held = tuple(map(_condition, statement.conditions))
    return Description(
        statement.label,
        verb,
        _who(statement, kind),
        tuple(_actions(statement, actions)),
        tuple(_resources(statement, kind, variables=policy.variables)),
        held,
    )


def _condition(condition: Condition) -> str:
    """A condition in words: as a fence, where it is one that has words of its own, else key, relation and values."""
    said = fence(condition)
    found = operator(condition.operator)
    if found is None or condition.key not in said:
        return said
    name = condition.operator.rpartition(":")[2].removesuffix("IfExists")
    if found.family == "null":
        return said
    of = {"ForAllValues": "every value of ", "ForAnyValue": "some value of "}.get(found.quantifier, "")
    loose = ", or there is none" if found.if_exists or found.quantifier == "ForAllValues" else ""
    values = (" nor " if found.negated else " or ").join(condition.values) or "nothing"
    return f"{of}{condition.key} {_RELATIONS.get(name, 'is')} {values}{loose}"


def _who(statement: Statement, kind: Kind) -> tuple[str, ...]:
    if statement.principals is not None:
        return tuple(_named(statement.principals))
    if statement.not_principals is not None:
        return (f"everyone but {', '.join(_named(statement.not_principals))}",)
    return (_NOBODY_NAMED.get(kind, "whoever it is attached to"),)


def _named(named: Principals) -> Iterator[str]:
    for party in parties(named, {}):
        yield _party(party)


def _party(party: Party) -> str:
    if party.who is Who.ANYONE:
        return "anyone, with or without an AWS account"
    if party.who is Who.ACCOUNT:
        return f"account {party.account}, and whom its administrators let"
    if party.who is Who.NOBODY:
        return f"nobody (the deleted {party.name})"
    if party.who is Who.PRINCIPAL:
        return _principal(party.name)
    if party.who is Who.FEDERATED:
        return f"whoever signs in at {party.name}" if open_to_all(party.name) else f"users of {party.name}"
    return f"{party.who} {party.name}"


def _principal(name: str) -> str:
    """`role/path/deploy` of an account as "role path/deploy of account 111122223333"."""
    try:
        arn = Arn.parse(name)
    except ValueError:
        return name
    kind, _, rest = arn.resource.partition("/")
    if kind == "assumed-role":
        role, _, session = rest.partition("/")
        return f"session {session} of role {role} of account {arn.account}"
    return f"{kind} {rest} of account {arn.account}" if rest else name


def _actions(statement: Statement, actions: ActionIndex) -> Iterator[str]:
    if statement.not_actions is not None:
        yield f"every action but {', '.join(statement.not_actions) or 'none'}"
    for text in statement.actions or ():
        yield "every action of every service" if any_action(text) else f"{text}{_behind(text, actions)}"


def _behind(text: str, actions: ActionIndex) -> str:
    """What is behind an entry, in brackets: its access level, or how many actions of which levels."""
    found = [one for name in actions.expand(text) if (one := actions.action(name))]
    if not found:
        return " (unknown)" if actions else ""
    if len(found) == 1 and found[0].name.lower() == text.lower():
        return f" ({found[0].level.lower()})"
    levels = Counter(one.level.lower() for one in found).most_common()
    if len(found) <= _SHOWN_ACTIONS:
        return f" ({', '.join(one.name.partition(':')[2] for one in found)})"
    return f" ({len(found)} actions: {', '.join(f'{count} {level}' for level, count in levels)})"


def _resources(statement: Statement, kind: Kind, *, variables: bool) -> Iterator[str]:
    if statement.not_resources is not None:
        yield f"every resource but {', '.join(statement.not_resources) or 'none'}"
    elif statement.resources is None:
        yield "the role itself" if kind is Kind.TRUST else "the resource it is attached to"
    for text in statement.resources or ():
        literal = " (its ${...} taken literally)" if "${" in text and not variables else ""
        yield ("every resource" if text == "*" else text) + literal
