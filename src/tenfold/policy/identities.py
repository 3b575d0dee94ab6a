"""Which condition keys tell callers apart that nobody can pretend to be, and when a value names a fixed one."""

import re

from tenfold.policy.match import Glob, Wild, literal_start

ARN_KEYS = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})
ACCOUNT_KEYS = frozenset(
    {"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "aws:vpceaccount", "s3:dataaccesspointaccount"}
)
PATH_KEYS = frozenset({"aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"})
ID_KEYS = frozenset({"aws:principalorgid", "aws:sourceorgid", "aws:vpceorgid", "aws:sourcevpc", "aws:sourcevpce"})
KMS_KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id"
IDENTITY_KEYS = ARN_KEYS | ACCOUNT_KEYS | PATH_KEYS | ID_KEYS | {"aws:userid", KMS_KEY}

_ACCOUNT_DIGITS = 12
_WHOLE_ID = re.compile(r"(vpce|vpc)-[0-9a-f]{17}")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]+:")


def fixed(key: str, value: Glob) -> bool:
    """Whether a value under an identity key (lower case) confines it to one known account, organisation or thing.

    A wildcard in the name is no matter where the account before it is written out; one that could stand for
    another account, organisation or endpoint makes the value open.
    """
    start = literal_start(value)
    if len(start) == len(value):
        return True
    if key in ARN_KEYS:
        return _fixed_account(start)
    if key in ACCOUNT_KEYS:
        return len(start) >= _ACCOUNT_DIGITS
    if key in PATH_KEYS:
        return "/" in start
    if key in ID_KEYS:
        return _WHOLE_ID.match(start) is not None
    return key == "aws:userid" and _UNIQUE_ID.match(start) is not None


def segment_fixed(value: Glob) -> bool:
    """`fixed` for an ARN pattern whose parts are matched one by one: its account part has no wildcard."""
    parts = "".join("*" if isinstance(item, Wild) else item for item in value).split(":", 5)
    return len(parts) == 6 and parts[4].isdigit()  # noqa: PLR2004 - the parts of an ARN


def _fixed_account(start: str) -> bool:
    parts = start.split(":", 5)
    return len(parts) == 6 and parts[4].isdigit()  # noqa: PLR2004 - the parts of an ARN
