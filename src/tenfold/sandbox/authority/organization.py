"""The place of an account in its organization, and the policies that hold there."""

from collections.abc import Iterator
from typing import Any

import msgspec
from moto.organizations.models import FakePolicy, FakeRoot, OrganizationsBackend, organizations_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.wire import Reply

SERVICE_CONTROL, RESOURCE_CONTROL = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"

Level = list[FakePolicy]
"""The policies of one type at one node between the root and the account."""


class Place(msgspec.Struct, frozen=True):
    """Where an account stands: organization, the nodes from the account up to the root, its path in AWS's form."""

    organization: str
    management: bool
    nodes: tuple[Any, ...]
    backend: OrganizationsBackend

    @property
    def path(self) -> str:
        """`o-ORG/r-ROOT/ou-UNIT/`, the value of `aws:PrincipalOrgPaths`."""
        return "/".join([self.organization, *(node.id for node in reversed(self.nodes[1:]))]) + "/"

    def levels(self, kind: str) -> list[Level]:
        """The policies of a type that hold for the account, level by level.

        The management account is under none. A type that is not enabled at the root is not asked.
        """
        enabled = any(row["Type"] == kind for row in self.nodes[-1].policy_types)
        if self.management or not enabled:
            return []
        return [[policy for policy in node.attached_policies if policy.type == kind] for node in self.nodes]


def enable_controls(call: Call, caller: Caller, reply: Reply) -> None:
    """Let an organization with all features begin as AWS's do, with service control policies enabled at its root."""
    if call.name != "organizations:CreateOrganization" or reply.status >= BAD_REQUEST:
        return
    backend = organizations_backends[caller.account][get_partition(call.region)]
    root = next(unit for unit in backend.ou if isinstance(unit, FakeRoot))
    if backend.org and backend.org.feature_set == "ALL" and not root.policy_types:
        root.add_policy_type(SERVICE_CONTROL)


def levels_over(account: str, partition: str, kind: str) -> list[Level]:
    """The policies of a type over an account, level by level; none where nobody has written any, which is told fast."""
    backend = _backend(account, partition)
    if backend is None or all(policy.aws_managed or policy.type != kind for policy in backend.policies):
        return []
    place = place_of(account, partition)
    return place.levels(kind) if place else []


def place_of(account: str, partition: str) -> Place | None:
    """Where an account stands; None when it belongs to no organization."""
    backend = _backend(account, partition)
    member = next((member for member in backend.accounts if member.id == account), None) if backend else None
    if backend is None or backend.org is None or member is None:
        return None
    return Place(backend.org.id, backend.account_id == account, tuple(_up(backend, member)), backend)


def _backend(account: str, partition: str) -> OrganizationsBackend | None:
    """The organization of an account, kept by the management account; None where it cannot be in any."""
    management, _ = organizations_backends.master_accounts.get(account, (account, partition))
    return organizations_backends[management][partition] if management in organizations_backends else None


def _up(backend: OrganizationsBackend, node: Any) -> Iterator[Any]:
    """A node and those above it, the root last."""
    units = {unit.id: unit for unit in backend.ou}
    while node is not None:
        yield node
        node = units.get(node.parent_id) if getattr(node, "parent_id", None) else None
