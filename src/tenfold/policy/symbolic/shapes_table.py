"""The forms of the values that requests carry under keys of AWS, and which of them always carry them.

From the IAM guide's page on global condition context keys, the service authorization reference for Amazon S3, and the
API references for the forms of ids. Ids may be shorter here than AWS makes them: policies are tried with short ones.
"""

from typing import Final

from tenfold.policy.callers import Kind
from tenfold.policy.solver.globs import DIGITS, NAMES, Item, repeated
from tenfold.policy.symbolic.views import Items, char, plain

ARN, ID, SESSION, SERVICE, PROVIDER = (
    "aws:principalarn", "aws:userid", "session", "service", "provider",
)  # fmt: skip
SOURCE_IP = "aws:sourceip"
LOWER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
HEX = frozenset("0123456789abcdef.:")
PATHS = NAMES | {"/"}
ACCOUNT: Final = repeated(DIGITS, most=12)
NAME: Final = repeated(NAMES, 1)
PLACED: Final = (*repeated(PATHS), Item(NAMES))
_UNIT: Final = repeated(LOWER, 1)
TREE: Final = (*plain("o-"), *_UNIT, *plain("/r-"), *_UNIT, *repeated(LOWER | {"/"}), char("/"))
# Keys that all requests carry, and those of which S3's always do: the S3 guide's and the IAM guide's pages on keys.
ALWAYS = frozenset({"aws:securetransport", "aws:currenttime", "aws:epochtime", "aws:requestedregion"})
ALWAYS_OF_S3 = frozenset({"s3:signatureversion", "s3:authtype", "s3:tlsversion"})
TREES = {"aws:principalorgid": "aws:principalorgpaths", "aws:sourceorgid": "aws:sourceorgpaths",
          "aws:vpceorgid": "aws:vpceorgpaths"}  # fmt: skip
ACCOUNTS = frozenset({"aws:sourceaccount", "aws:sourceowner", "aws:vpceaccount", "s3:dataaccesspointaccount"})
SHAPES: dict[str, Items] = {
    "aws:sourcevpce": (*plain("vpce-"), *repeated(LOWER, 1)),
    "aws:sourcevpc": (*plain("vpc-"), *repeated(LOWER, 1)),
    SOURCE_IP: repeated(HEX, 1),
    "aws:vpcsourceip": repeated(HEX, 1),
    "aws:requestedregion": repeated(LOWER, 1),
    **dict.fromkeys(ACCOUNTS, ACCOUNT),
}
RESOURCE, ACTION = "resource", "action"
"""The variables of the resource's ARN and of the action."""
LINKS = (
    ("aws:sourcearn", 4, "aws:sourceaccount"),
    ("s3:dataaccesspointarn", 4, "s3:dataaccesspointaccount"),
    (RESOURCE, 3, "aws:requestedregion"),
    (RESOURCE, 4, "aws:resourceaccount"),
)
"""ARNs, and what stands in them and under a key by itself: the fourth part is the region, the fifth the account."""
CALLED_VIA = frozenset({"aws:calledvia", "aws:calledviafirst", "aws:calledvialast"})
# Keys with any number of values, beside those that a policy asks with set operators and that no table knows.
SEVERAL = ("aws:tagkeys", "s3:requestobjecttagkeys")
MOST_ELEMENTS = 4
SAMPLE = {Kind.ROOT: "root", Kind.USER: "user", Kind.ROLE: "role", Kind.FEDERATED: "federated-user"}


SERVICE_KEYS = ("aws:principalservicename", *sorted(CALLED_VIA))
CONSTANTS = ("aws:principaltype", "aws:principalisawsservice", "aws:viaawsservice")
FORWARDED = CALLED_VIA | {"aws:viaawsservice"}
"""Keys that tell requests apart which a service forwards."""
RESOURCES_OF = {"sts": "iam"}
"""Services whose actions are on another's resources."""
