"""ACL grants as Allow statements, so that one evaluation serves both."""

from collections.abc import Mapping

from tenfold.model.resource import Json
from tenfold.policy.parse import Condition, PolicyError, Principals, Statement
from tenfold.policy.public import ALL_USERS, AUTHENTICATED_USERS, GROUPS

# What a permission on a bucket allows, by the S3 guide's mapping of ACL permissions to policy actions. What is written
# over or deleted must be the grantee's own already.
_PERMISSIONS = {
    "READ": ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    "WRITE": ("s3:PutObject",),
    "READ_ACP": ("s3:GetBucketAcl",),
    "WRITE_ACP": ("s3:PutBucketAcl",),
}
# The same for an object's ACL; what is written into the bucket goes by the bucket's.
_OBJECT_PERMISSIONS = {
    "READ": ("s3:GetObject", "s3:GetObjectVersion"),
    "WRITE": _PERMISSIONS["WRITE"],
    "READ_ACP": ("s3:GetObjectAcl", "s3:GetObjectVersionAcl"),
    "WRITE_ACP": ("s3:PutObjectAcl", "s3:PutObjectVersionAcl"),
}
_SIGNED = Condition("Null", "aws:PrincipalAccount", ("false",))


def grantee_group(statement: Statement) -> bool:
    """Whether the statement stands for a grant to everyone or to any AWS account."""
    return statement.principals is not None and statement.principals.everyone


def acl_statements(acl: Mapping[str, Json], arn: str, first: int, *, of_object: bool = False) -> list[Statement]:
    """One Allow statement a grant, numbered from `first` on; the Sid says which grant it is.

    Args:
        acl: GetBucketAcl's `Owner` and `Grants`.
        arn: the bucket's ARN.
        first: the index of the first statement.
        of_object: it is the ACL of an object, by which S3 goes for requests about one.

    Raises:
        PolicyError: for a grant that is not of a form S3 documents.
    """
    grants = acl.get("Grants") or []
    if not isinstance(grants, list | tuple):
        raise PolicyError("Grants is not a list", where="acl")
    permissions = _OBJECT_PERMISSIONS if of_object else _PERMISSIONS
    return [_statement(number, grant, arn, first + number, permissions) for number, grant in enumerate(grants)]


def _statement(number: int, grant: Json, arn: str, index: int, permissions: Mapping[str, tuple[str, ...]]) -> Statement:
    where = f"acl grant {number}"
    if not isinstance(grant, Mapping) or not isinstance(grant.get("Grantee"), Mapping):
        raise PolicyError(f"{where}: no grantee", where="acl")
    grantee = grant["Grantee"]
    signed = grantee.get("URI") == AUTHENTICATED_USERS
    return Statement(
        index=index,
        effect="Allow",
        sid=where,
        principals=_principals(grantee, where),
        actions=_actions(grant.get("Permission"), where, permissions),
        resources=(arn, f"{arn}/*"),
        conditions=(_SIGNED,) if signed else (),
    )


def _principals(grantee: Mapping[str, Json], where: str) -> Principals:
    group, user = grantee.get("URI"), grantee.get("ID")
    if group in (ALL_USERS, AUTHENTICATED_USERS):
        return Principals(everyone=True)
    if isinstance(group, str) and group.startswith(GROUPS + "s3/"):
        return Principals(service=(group,))
    if isinstance(user, str) and user:
        return Principals(canonical=(user,))
    raise PolicyError(f"{where}: the grantee is neither a known group nor a canonical user", where="acl")


def _actions(permission: Json, where: str, permissions: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if permission == "FULL_CONTROL":
        return tuple(action for actions in permissions.values() for action in actions)
    if permission not in permissions:
        raise PolicyError(f"{where}: {permission!r} is not a permission", where="acl")
    return permissions[permission]
