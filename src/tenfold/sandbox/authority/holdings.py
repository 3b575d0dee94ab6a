"""The policies that a caller holds: identity policies, boundary, session policies."""

from collections.abc import Iterator
from typing import NamedTuple

from moto.iam.models import Group, IAMBackend, ManagedPolicy, Role, User, iam_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller

_EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


class Held(NamedTuple):
    """The documents of each kind; None where the kind limits nothing."""

    identity: list[str]
    boundary: list[str] | None
    session: list[str] | None


def held_by(caller: Caller, call: Call) -> Held:
    """What a caller holds. The root user, and whoever runs the sandbox, hold everything.

    So does a session of a role that nobody has made: that is how one gets into an empty account.
    """
    iam = iam_backends[caller.account][get_partition(call.region)]
    holder = _holder(iam, caller)
    session = list(caller.session.policies) if caller.session and caller.session.policies is not None else None
    if holder is None:
        return Held([_EVERYTHING], None, session)
    boundary = getattr(holder, "permissions_boundary_arn", None)
    return Held(list(identity_documents(iam, holder)), _managed(iam, boundary) if boundary else None, session)


def _holder(iam: IAMBackend, caller: Caller) -> User | Role | None:
    """The user or role whose policies count."""
    if caller.issuer:
        return iam.roles.get(caller.issuer.id)
    name = caller.name or (caller.session.user if caller.session else "")
    return iam.users.get(name)


def identity_documents(iam: IAMBackend, holder: User | Role | Group) -> Iterator[str]:
    """The documents of the policies that a holder has, inline and attached; a user's groups count."""
    yield from _own(holder)
    if isinstance(holder, User):
        for group in list(iam.groups.values()):
            if holder in group.users:
                yield from _own(group)


def _own(holder: User | Role | Group) -> Iterator[str]:
    yield from holder.policies.values()
    for policy in holder.managed_policies.values():
        yield document_of(policy)


def _managed(iam: IAMBackend, arn: str) -> list[str]:
    policy = iam.managed_policies.get(arn)
    return [document_of(policy)] if policy else []


def document_of(policy: ManagedPolicy) -> str:
    """The document of a managed policy's default version."""
    return next((version.document for version in policy.versions if version.is_default), "")
