"""Whatever is not read of a bucket that is open in every way, no check of buckets calls it clean."""

from itertools import chain, combinations

import pytest
from tests.checks.test_cases import Case, snapshot

from tenfold.checks.registry import Check, all_checks
from tenfold.checks.run import run

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
STATEMENTS = [
    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
    {"Effect": "Allow", "Principal": {"AWS": "999988887777"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
]
OPEN: Case = {
    "policy": {"text": {"Version": "2012-10-17", "Statement": STATEMENTS}},
    "acl": {
        "Owner": {"ID": "owner"},
        "Grants": [{"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ"}],
    },
    "ownership": "ABSENT",
    "public_access_block": "ABSENT",
}
MISSING = [*chain.from_iterable(combinations(OPEN, size) for size in range(1, len(OPEN) + 1))]
BUCKETS = [check for check in all_checks() if check.kinds == ("s3.bucket",)]


@pytest.mark.parametrize("check", BUCKETS, ids=lambda c: c.id)
@pytest.mark.parametrize("missing", MISSING, ids="+".join)
def test_every_set_of_gaps(check: Check, missing: tuple[str, ...]) -> None:
    facets = {name: value for name, value in OPEN.items() if name not in missing}
    bucket = {"kind": "s3.bucket", "name": "b", "facets": facets, "gaps": list(missing)}
    case = {"given": [{"kind": "account", "name": "111122223333"}, bucket], "lists": ["s3.access_point"]}
    (verdict,) = run([check], snapshot(case))
    assert verdict.findings
