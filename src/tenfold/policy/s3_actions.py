"""S3's actions, by what they act on, and the condition keys that only some of them carry."""

from functools import lru_cache

from tenfold.policy.document import acts
from tenfold.policy.match import glob_of, written
from tenfold.policy.parse import Statement

# On objects of a bucket, the telling ones first. From the service authorization reference for Amazon S3.
_OBJECT_NAMES = """
GetObject PutObject DeleteObject PutObjectAcl GetObjectVersion DeleteObjectVersion AbortMultipartUpload
BypassGovernanceRetention DeleteObjectTagging DeleteObjectVersionTagging GetObjectAcl GetObjectAttributes
GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersionAcl GetObjectVersionAttributes
GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent InitiateReplication
ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner PutObjectLegalHold PutObjectRetention PutObjectTagging
PutObjectVersionAcl PutObjectVersionTagging ReplicateDelete ReplicateObject ReplicateTags RestoreObject
"""
# On the bucket itself.
_BUCKET_NAMES = """
ListBucket ListBucketVersions ListBucketMultipartUploads GetBucketLocation GetBucketAcl PutBucketAcl DeleteBucket
DeleteBucketWebsite GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketCORS GetBucketLogging
GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicyStatus
GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite
GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration
GetMetricsConfiguration GetReplicationConfiguration PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketCORS
PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls
PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite
PutEncryptionConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
PutMetricsConfiguration PutReplicationConfiguration GetBucketPolicy PutBucketPolicy DeleteBucketPolicy
"""
_OBJECT, _BUCKET = _OBJECT_NAMES.split(), _BUCKET_NAMES.split()
# S3 answers "method not allowed" to callers from outside the owner's account, whatever the policy says.
OWNER_ONLY = frozenset(f"s3:{name}" for name in ("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"))
# With ACLs off, S3 answers AccessControlListNotSupported, whatever the policy says.
OF_ACLS = frozenset(f"s3:{name}" for name in ("PutBucketAcl", "PutObjectAcl", "PutObjectVersionAcl"))
# Rights that no request uses by themselves: beside those of a delete or an upload, or in replication alone.
NOT_ALONE = frozenset(
    f"s3:{name}"
    for name in (
        "BypassGovernanceRetention", "GetObjectVersionForReplication", "InitiateReplication",
        "ObjectOwnerOverrideToBucketOwner", "ReplicateDelete", "ReplicateObject", "ReplicateTags",
    )
)  # fmt: skip
OBJECT = frozenset(f"s3:{name}" for name in _OBJECT)
# What access points surely serve.
THROUGH_POINTS = OBJECT | {"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"}
ACTIONS = tuple(f"s3:{name}" for name in (*_OBJECT[:3], *_BUCKET[:2], *_OBJECT[3:], *_BUCKET[2:]))

# What only listings carry; a request for an object never does.
OF_LISTINGS = frozenset({"s3:prefix", "s3:delimiter", "s3:max-keys"})
# What only requests carry that set tags by themselves; an upload has s3:RequestObjectTag instead.
_OF_TAGGING = ("aws:requesttag/", "aws:tagkeys")
_LISTS = ("ListBucket", "ListBucketVersions")
_WRITES = ("PutObject",)
_ACLS = ("PutObject", "PutObjectAcl", "PutObjectVersionAcl", "PutBucketAcl")
_ON_OBJECT = (
    "GetObject", "GetObjectVersion", "GetObjectAcl", "GetObjectVersionAcl", "GetObjectTagging",
    "GetObjectVersionTagging", "PutObjectAcl", "PutObjectVersionAcl", "PutObjectTagging", "PutObjectVersionTagging",
    "DeleteObject", "DeleteObjectVersion", "DeleteObjectTagging", "DeleteObjectVersionTagging",
)  # fmt: skip
_TAGGING = ("PutObject", "PutObjectTagging", "PutObjectVersionTagging")
_VERSIONS = tuple(name for name in _OBJECT if "Version" in name)
# Keys that a caller sets as he likes, and the actions that carry them.
_CARRIED: dict[str, tuple[str, ...]] = {
    "s3:prefix": _LISTS,
    "s3:delimiter": _LISTS,
    "s3:max-keys": _LISTS,
    "s3:versionid": _VERSIONS,
    "s3:existingobjecttag/": _ON_OBJECT,
    "s3:requestobjecttag/": _TAGGING,
    "s3:requestobjecttagkeys": _TAGGING,
    "s3:x-amz-acl": _ACLS,
    "s3:x-amz-grant-": _ACLS,
    "s3:x-amz-copy-source": _WRITES,
    "s3:x-amz-metadata-directive": _WRITES,
    "s3:x-amz-server-side-encryption": _WRITES,
    "s3:x-amz-storage-class": _WRITES,
    "s3:x-amz-website-redirect-location": _WRITES,
    "s3:if-match": _WRITES,
    "s3:if-none-match": _WRITES,
    "s3:object-lock-mode": (*_WRITES, "PutObjectRetention"),
    "s3:object-lock-retain-until-date": (*_WRITES, "PutObjectRetention"),
    "s3:object-lock-legal-hold": (*_WRITES, "PutObjectLegalHold"),
    "s3:x-amz-content-sha256": (*_OBJECT, *_BUCKET),
    **dict.fromkeys(_OF_TAGGING, ("PutBucketTagging", "PutObjectTagging", "PutObjectVersionTagging")),
}


@lru_cache(maxsize=4096)
def carriers(key: str) -> frozenset[str]:
    """The actions that carry a key of the caller's choice; empty for a key that is not in the table.

    Keys in lower case; one that ends on a tag key or a grant goes by its beginning.
    """
    for name, actions in _CARRIED.items():
        if key == name or (name[-1] in "/-" and key.startswith(name)):
            return frozenset(f"s3:{action}" for action in actions)
    return frozenset()


def never_carries(action: str, key: str) -> bool:
    """Whether no request for an action of the table carries a key (lower case)."""
    if key.startswith(_OF_TAGGING):
        return action in ACTIONS and action not in carriers(key)
    return key in OF_LISTINGS and action in OBJECT


def unlisted_actions(statement: Statement) -> list[str]:
    """Names that stand for what a statement is about beyond the table: S3 may have such actions, or get them."""
    names = ["s3:Unlisted"]
    for text in statement.actions or ():
        glob = glob_of(text)
        if text.lower().startswith("s3:"):
            names.append(written(glob, "Unlisted"))
    known = {action.lower() for action in ACTIONS}
    return [name for name in dict.fromkeys(names) if name.lower() not in known and acts(statement, name)]


def named_actions(statement: Statement) -> list[str]:
    """The actions of S3 that a statement is about, telling ones first."""
    return [action for action in ACTIONS if acts(statement, action)]
