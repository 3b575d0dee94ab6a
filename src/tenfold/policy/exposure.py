"""What is known of a bucket, and who can reach it."""

import enum
from collections.abc import Mapping
from datetime import datetime

import msgspec

from tenfold.model.gap import Gap
from tenfold.model.resource import Absent, Json
from tenfold.policy.document import Request
from tenfold.policy.principals import Who

Block = Mapping[str, bool] | Absent | Gap
"""The four flags of block public access; Absent is all off."""


class AccessPoint(msgspec.Struct, frozen=True):
    """One access point of a bucket: `network_origin` Internet or VPC, its own block flags and policy text."""

    name: str
    arn: str
    network_origin: str
    policy: str | Absent | Gap
    block: Block
    vpc: str = ""


class BucketFacts(msgspec.Struct, frozen=True):
    """Everything that decides who can reach a bucket.

    `policy` is the document as S3 returned it, `acl` the dict of GetBucketAcl, `ownership` BucketOwnerEnforced,
    BucketOwnerPreferred or ObjectWriter (Absent is as ObjectWriter), `org_id` None when not known, `owner` the
    owner's canonical user id, `canonical_accounts` canonical user id -> account id, `at` the time they hold for,
    `region` the bucket's (empty when not known). `multi_region_points` says why access points of the owner's that
    span regions were not read; None when all are among `access_points`.
    """

    name: str
    arn: str
    partition: str
    account: str
    policy: str | Absent | Gap
    acl: Json | Gap
    ownership: str | Absent | Gap
    bucket_block: Block
    account_block: Block
    access_points: tuple[AccessPoint, ...] | Gap = ()
    org_id: str | None = None
    owner: str = ""
    region: str = ""
    multi_region_points: Gap | None = None
    canonical_accounts: Mapping[str, str] = {}
    at: datetime | None = None


class Reached(enum.StrEnum):
    """The three answers."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer with its reason; `where` names the statement, grant or block, `witness` a request that passes.

    `turns_on` are the context keys, in lower case, that the policies look at.
    """

    reached: Reached
    reason: str
    where: str = ""
    witness: Request | None = None
    turns_on: tuple[str, ...] = ()

    def request(self) -> dict[str, str] | None:
        """The witness as flat text, with those keys of its context that matter; None when there is none."""
        if self.witness is None:
            return None
        named = ("principal", "action", "resource", *self.turns_on)
        return {name: value for name, value in self.witness.shown().items() if name in named}


class Grant(msgspec.Struct, frozen=True):
    """What one statement or ACL grant gives to one party.

    `who` is the class, `name` the account id, ARN, organisation, service or provider, `account` its 12 digits when
    known (for a service, the account it acts for); `within` are organisations of which it must belong to one;
    `fences` says in words under which conditions; `effective` whether it opens anything as things stand.
    """

    who: Who
    name: str
    via: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    effective: Answer
    account: str = ""
    fences: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


class Exposure(msgspec.Struct, frozen=True):
    """Who can reach a bucket, by its policy, its ACL and its access points.

    `aws_public` is AWS's own word for policy or ACL, blocks aside; `anyone` is asked of callers without
    credentials, `any_account` of a principal in an account that nobody names. `undecided` holds the reasons for
    what could not be told, `unread` the gaps that may hide a grant, `caveats` what lies outside of these facts.
    """

    aws_public: bool | None
    aws_reason: str
    anyone: Answer
    any_account: Answer
    grants: tuple[Grant, ...]
    undecided: tuple[str, ...] = ()
    unread: tuple[Gap, ...] = ()
    caveats: tuple[str, ...] = ()
