"""Everything that decides a request, beside the request itself."""

from collections.abc import Mapping

import msgspec

from tenfold.model.resource import Json
from tenfold.policy.exposure import Block
from tenfold.policy.layers import Reading
from tenfold.policy.parse import Policy

Policies = tuple[Policy, ...]

LAYERS = ("identity", "resource_policy", "boundaries", "session", "scps", "rcps", "endpoint")
"""The layers of policies, by the names of the fields of `Access`."""


class Door(msgspec.Struct, frozen=True):
    """The access point that a request comes through: its own policy, owner, VPC (empty takes all) and block flags.

    `bucket` is the ARN of the bucket behind it, `bucket_account` the bucket's owner.
    """

    arn: str
    bucket: str
    policy: Policy | None = None
    account: str = ""
    bucket_account: str = ""
    vpc: str = ""
    block: Mapping[str, bool] = {}


class Access(msgspec.Struct, frozen=True):
    """The policies and settings that bear on a request.

    `identity`, `boundaries` and `session` are of the caller; `scps` of his account, one tuple a level from the root
    of the organisation down, empty for the management account; `rcps` the same of the resource's account;
    `endpoint` is the policy of the VPC endpoint that the request passes. Each policy of `boundaries` and `endpoint`
    must allow; of the others of one layer or level any.

    `blocks` are the flags of block public access by level (organization, account, bucket), `acl` is GetBucketAcl's
    or GetObjectAcl's answer for what the action is about, `ownership` the bucket's object ownership (empty: ACLs
    count), `object_owner` the account that owns the object when it is not the bucket's. `canonical` maps canonical
    user ids to account ids. `unknown` names layers that are not known; see `LAYERS`.
    """

    identity: Policies = ()
    resource_policy: Policy | None = None
    boundaries: Policies = ()
    session: Policies = ()
    scps: tuple[Policies, ...] = ()
    rcps: tuple[Policies, ...] = ()
    endpoint: Policies = ()
    blocks: Mapping[str, Block] = {}
    acl: Mapping[str, Json] | None = None
    ownership: str = ""
    object_owner: str = ""
    canonical: Mapping[str, str] = {}
    door: Door | None = None
    unknown: frozenset[str] = frozenset()

    def unread(self, layer: str) -> list[Reading]:
        """A reading that leaves everything open, when it is not known what else there is of a layer."""
        return [Reading(layer, unread=True)] if layer in self.unknown else []
