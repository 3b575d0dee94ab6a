"""What is planted, as values: the ground it stands on, and each object before it is made."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tenfold.model.arn import Arn
from tenfold.sandbox.company.script import Step

Document = dict[str, Any]
"""A policy, in the policy language."""
HolderKind = Literal["user", "group", "role"]

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ENFORCED, PREFERRED, WRITER = "BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"


class Ground(msgspec.Struct, frozen=True):
    """The organisation as it was founded: partition, id (`o-...`), and its account ids by name."""

    partition: str
    organization: str
    accounts: Mapping[str, str]

    def iam(self, account: str, resource: str) -> str:
        """The ARN of something of IAM's; the account `aws` holds AWS's own policies."""
        return str(Arn(self.partition, "iam", "", account, resource))


class Neighbours(msgspec.Struct, frozen=True):
    """Accounts outside the organisation, and a canonical user id and an organisation that nobody knows."""

    friendly: tuple[str, ...]
    third_party: tuple[str, ...]
    unknown: tuple[str, ...]
    canonical_user: str
    organization: str


class Mark(msgspec.Struct, frozen=True, order=True):
    """A resource that was planted for a check: it must be reported, or it is a decoy that must not."""

    check: str
    arn: str
    risk: bool
    why: str

    def __str__(self) -> str:
        return f"{self.check} {'risk' if self.risk else 'decoy'} {self.arn}: {self.why}"


class Planted(msgspec.Struct, frozen=True, order=True):
    """A resource that was planted for one of the ten risks, or a decoy that looks like it and is fine.

    `slug` says what is wrong, `risk/what-is-wrong`; it stays what it is, so that checks can be held against it.
    """

    slug: str
    arn: str
    account: str
    region: str
    decoy: bool
    why: str

    @property
    def risk(self) -> str:
        """Which of the ten risks it belongs to, in a word."""
        return self.slug.partition("/")[0]


class Root(msgspec.Struct, frozen=True):
    """The root user of an account; uses are days ago, None for never."""

    account: str
    mfa: bool
    password: bool
    access_keys: int
    password_used: int | None = None
    key_used: int | None = None


class Key(msgspec.Struct, frozen=True):
    """An access key, `age` days old, last used so many days ago (None: never)."""

    age: int
    active: bool = True
    used: int | None = None


class Holder(msgspec.Struct, frozen=True):
    """A user, group or role with what it may do; the fields after `trust` are those of users.

    It was `made`, and somebody last logged in (`login`), so many days ago.
    """

    kind: HolderKind
    account: str
    name: str
    path: str = "/"
    inline: Mapping[str, Document] = {}
    attached: tuple[str, ...] = ()
    made: int = 0
    trust: Document | None = None
    keys: tuple[Key, ...] = ()
    console: bool = False
    mfa: bool = False
    login: int = 4


class ManagedPolicy(msgspec.Struct, frozen=True):
    """A customer managed policy, `made` days ago."""

    account: str
    name: str
    document: Document
    made: int


class Shape(msgspec.Struct, frozen=True):
    """The side of a bucket that decides who can reach it.

    `acl` is a canned ACL, `grantee` a canonical user id that the ACL lets read, `ownership` empty where a bucket has
    no ownership controls, `block` the settings that are on (None: no configuration), `vpc` the network of its access
    point.
    """

    policy: Document | None = None
    acl: str = ""
    grantee: str = ""
    ownership: str = ENFORCED
    block: tuple[str, ...] | None = None
    vpc: str = ""


class Bucket(msgspec.Struct, frozen=True):
    """A bucket, `made` days ago."""

    account: str
    name: str
    region: str
    made: int
    shape: Shape = Shape()
    tags: Mapping[str, str] = {}
    versioned: bool = False
    encrypted: bool = False


class Trail(msgspec.Struct, frozen=True):
    """A trail of an account; one that is `data_only` records what happens to objects, and no management events."""

    account: str
    name: str
    region: str
    bucket: str
    multi_region: bool = True
    validation: bool = True
    organization: bool = False
    logging: bool = True
    data_only: bool = False


class Plan(msgspec.Struct, frozen=True):
    """Everything that is planted, and why.

    `steps` are the calls that make what the other fields do not name; `planted` says what they and the rest were
    planted for, `marks` what those for the checks were.

    `blocked` are the accounts that block public access to all their buckets, `strict` those with a password policy;
    `provider` is the SAML provider of the management account.
    """

    seed: int
    company: str
    ground: Ground
    neighbours: Neighbours
    blocked: tuple[str, ...]
    strict: tuple[str, ...]
    provider: str
    roots: tuple[Root, ...]
    policies: tuple[ManagedPolicy, ...]
    holders: tuple[Holder, ...]
    buckets: tuple[Bucket, ...]
    trails: tuple[Trail, ...]
    steps: tuple[Step, ...]
    marks: tuple[Mark, ...]
    planted: tuple[Planted, ...]
    open_bucket: Bucket
    harmless_bucket: Bucket
