"""How long policies may be.

From the IAM guide's and the Organizations guide's pages on quotas, the PrivateLink guide on endpoint policies, and the
S3 guide on bucket policies. Account owners can have some of them raised.
"""

from tenfold.policy.parse import PolicyError

# Kind -> (most characters, whether white space outside of quotation marks counts)
LIMITS = {
    "managed policy": (6_144, False),
    "permissions boundary": (6_144, False),
    "inline policy of a user": (2_048, False),
    "inline policy of a group": (5_120, False),
    "inline policy of a role": (10_240, False),
    "trust policy": (2_048, False),
    "session policy": (2_048, True),
    "service control policy": (5_120, True),
    "resource control policy": (5_120, True),
    "bucket policy": (20_480, True),
    "access point policy": (20_480, True),
    "VPC endpoint policy": (20_480, True),
    "key policy": (32_768, True),
}


def excess(kind: str, document: str) -> int:
    """By how many characters a document is too long for its kind of policy; 0 when it is not.

    Raises:
        PolicyError: when there is no such kind.
    """
    if kind not in LIMITS:
        raise PolicyError(f"{kind!r} is not a kind of policy", where="policy")
    most, spaces = LIMITS[kind]
    return max(0, (len(document.encode()) if spaces else _without_spaces(document)) - most)


def _without_spaces(document: str) -> int:
    """The length without white space between JSON's tokens."""
    count, quoted, escaped = 0, False, False
    for char in document:
        count += quoted or not char.isspace()
        quoted ^= char == '"' and not escaped
        escaped = quoted and char == "\\" and not escaped
    return count
