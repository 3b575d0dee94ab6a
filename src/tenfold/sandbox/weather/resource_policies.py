"""The policies of resources: which principals they name, where moto keeps them, how a name in them is replaced."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from moto.backends import get_backend


class _Home(NamedTuple):
    """Where the policies of one service are: which things of its state have them, and in which attribute."""

    service: str
    things: Callable[[Any], Iterable[Any]]
    attribute: str


_HOMES = (
    _Home("s3", lambda s3: s3.buckets.values(), "policy"),
    _Home("iam", lambda iam: iam.roles.values(), "assume_role_policy_document"),
    _Home("kms", lambda kms: kms.keys.values(), "policy"),
    _Home("secretsmanager", lambda secrets: secrets.secrets.values(), "policy"),
    _Home("sns", lambda sns: sns.topics.values(), "_policy_json"),
    _Home("sqs", lambda sqs: sqs.queues.values(), "policy"),
    _Home("ecr", lambda ecr: ecr.repositories.values(), "policy"),
)


def rename(arn: str, unique_id: str) -> None:
    """Let every policy that names a principal by its ARN name it by its id, in all accounts."""
    for home in _HOMES:
        for state in _states(home.service):
            for thing in list(home.things(state)):
                policy = getattr(thing, home.attribute, None)
                if policy and arn in _text(policy):
                    setattr(thing, home.attribute, _renamed(policy, arn, unique_id))


def named_in(policy: str | bytes) -> list[str]:
    """The users, roles and accounts that a policy names; none when it cannot be read."""
    try:
        statements = json.loads(policy)["Statement"]
        principals = [row.get("Principal") for row in (statements if isinstance(statements, list) else [statements])]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    named = [principal.get("AWS", ()) for principal in principals if isinstance(principal, dict)]
    listed = [name for names in named for name in (names if isinstance(names, list) else [names])]
    return [name for name in listed if isinstance(name, str)]


def _states(service: str) -> Iterator[Any]:
    for places in list(get_backend(service).values()):  # type: ignore[call-overload]  # names of services are data here
        yield from list(places.values())


def _text(policy: Any) -> str:
    if isinstance(policy, bytes):
        return policy.decode()
    return policy if isinstance(policy, str) else json.dumps(policy)


def _renamed(policy: Any, arn: str, unique_id: str) -> Any:
    """The policy in the form in which it came."""
    document = json.loads(_text(policy))
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in ("Principal", "NotPrincipal"):
            _replace(statement.get(element), arn, unique_id)
    text = json.dumps(document)
    if isinstance(policy, bytes):
        return text.encode()
    return text if isinstance(policy, str) else document


def _replace(principal: Any, arn: str, unique_id: str) -> None:
    named = principal.get("AWS") if isinstance(principal, dict) else None
    if named == arn:
        principal["AWS"] = unique_id
    elif isinstance(named, list):
        principal["AWS"] = [unique_id if name == arn else name for name in named]
