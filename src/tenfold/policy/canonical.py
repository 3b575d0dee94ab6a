"""Policies back into JSON, each in one form: what stands alone stands without a list."""

import json
from collections.abc import Sequence

from tenfold.model.resource import Json
from tenfold.policy.parse import Condition, Policy, Principals, Statement


def printed(policy: Policy) -> str:
    """The policy as JSON text that `parse` reads as the same policy; elements that IAM does not have are left out."""
    return json.dumps(document(policy), indent=2, ensure_ascii=False)


def document(policy: Policy) -> dict[str, Json]:
    """The policy as the object that its JSON stands for."""
    head = {"Version": policy.version} | ({"Id": policy.id} if policy.id else {})
    return {**head, "Statement": [_statement(one) for one in policy.statements]}


def _statement(statement: Statement) -> dict[str, Json]:
    elements: dict[str, Json] = {
        "Sid": statement.sid or None,
        "Effect": statement.effect,
        "Principal": _principals(statement.principals),
        "NotPrincipal": _principals(statement.not_principals),
        "Action": _values(statement.actions),
        "NotAction": _values(statement.not_actions),
        "Resource": _values(statement.resources),
        "NotResource": _values(statement.not_resources),
        "Condition": _conditions(statement.conditions) or None,
    }
    return {name: value for name, value in elements.items() if value is not None}


def _principals(named: Principals | None) -> Json:
    if named is None:
        return None
    aws = ("*", *named.aws) if named.everyone else named.aws
    kinds = {"AWS": aws, "Service": named.service, "Federated": named.federated, "CanonicalUser": named.canonical}
    found = {kind: _values(names) for kind, names in kinds.items() if names}
    return "*" if found == {"AWS": "*"} else found or {"AWS": []}


def _conditions(conditions: Sequence[Condition]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for condition in conditions:
        found.setdefault(condition.operator, {})[condition.key] = _values(condition.values)
    return found


def _values(values: tuple[str, ...] | None) -> Json:
    return None if values is None else values[0] if len(values) == 1 else list(values)
