"""What cases do not tell: our own organisation, accounts that could not be listed, and the words of messages."""

from typing import Any

import msgspec
import pytest
from tests.checks.test_cases import snapshot

from tenfold.checks.registry import all_checks
from tenfold.checks.run import run
from tenfold.model.finding import Finding, Status
from tenfold.model.gap import Gap, GapKind
from tenfold.model.party import Parties, Party

ME, OTHER = "111122223333", "222222222222"
GROUPS = "http://acs.amazonaws.com/groups/"
OURS = Parties({ME: Party.OWN}, organization="o-a1b2c3d4e5")
UNLISTED = Parties({ME: Party.OWN}, gap=Gap(GapKind.DENIED, "organizations:ListAccounts was denied"))


def findings(check: str, facets: dict[str, Any], parties: Parties = OURS) -> tuple[Finding, ...]:
    given = [{"kind": "account", "name": ME}, {"kind": "s3.bucket", "name": "b", "facets": facets}]
    built = snapshot({"given": given, "lists": ["s3.access_point"]})
    asked = [one for one in all_checks() if one.id == check]
    (verdict,) = run(asked, msgspec.structs.replace(built, parties=parties))
    return verdict.findings


def shared(principal: Any, **condition: Any) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    return {"policy": {"text": {"Version": "2012-10-17", "Statement": [allow | {"Condition": condition}]}}}


def of_organisation(value: str) -> dict[str, Any]:
    return shared("*", StringEquals={"aws:PrincipalOrgID": value})


@pytest.mark.parametrize(
    ("facets", "parties", "status"),
    [
        (of_organisation("o-a1b2c3d4e5"), OURS, []),
        (of_organisation("o-zyxwvutsrq"), OURS, [Status.OPEN]),
        (of_organisation("${aws:ResourceOrgID}"), OURS, []),
        (of_organisation("o-zyxwvutsrq"), UNLISTED, [Status.UNKNOWN]),
        (shared({"AWS": OTHER}, StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}), OURS, []),
        (shared({"AWS": OTHER}, StringEquals={"aws:PrincipalOrgID": ["o-a1b2c3d4e5", "o-zyxwvutsrq"]}), OURS, [Status.OPEN]),
        (shared({"Service": "x.example"}, StringEquals={"aws:SourceOrgID": "o-a1b2c3d4e5"}), OURS, []),
        (shared({"Service": "x.example"}, StringEquals={"aws:SourceOrgID": "o-zyxwvutsrq"}), OURS, [Status.OPEN]),
        (shared("*", StringEquals={"aws:VpceOrgID": "o-a1b2c3d4e5"}), OURS, []),
        (shared("*", StringEquals={"aws:VpceOrgID": "o-zyxwvutsrq"}), OURS, [Status.OPEN]),
    ],
)  # fmt: skip
def test_an_organisation_is_known_when_it_is_ours(facets: Any, parties: Parties, status: list[Status]) -> None:
    assert [found.status for found in findings("s3-002", facets, parties)] == status


@pytest.mark.parametrize(
    ("facets", "words"),
    [
        (of_organisation("o-zyxwvutsrq"), "organisation o-zyxwvutsrq may s3:GetObject"),
        (shared({"AWS": OTHER}), "account 222222222222 may s3:GetObject"),
        (shared({"Service": "x.example"}, StringEquals={"aws:SourceAccount": OTHER}), "x.example for account 222222222222"),
        (shared("*", StringEquals={"aws:SourceAccount": OTHER}), "AWS services for account 222222222222"),
    ],
)  # fmt: skip
def test_a_share_says_with_whom(facets: Any, words: str) -> None:
    (found,) = findings("s3-002", facets)
    assert words in found.message


@pytest.mark.parametrize(
    ("grantee", "permission", "words"),
    [
        ({"URI": GROUPS + "global/AllUsers"}, "FULL_CONTROL", "an ACL grants FULL_CONTROL to everyone"),
        ({"URI": GROUPS + "global/AuthenticatedUsers"}, "READ", "an ACL grants READ to every AWS account"),
        ({"URI": GROUPS + "s3/LogDelivery"}, "WRITE", "an ACL grants WRITE to the log delivery group"),
        ({"ID": "7f3ac0ffee"}, "READ_ACP", "an ACL grants READ_ACP to canonical user 7f3ac0ffee"),
        (
            {"ID": "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"},
            "FULL_CONTROL",
            "(log delivery of CloudFront and other services of AWS)",
        ),
    ],
)
def test_an_acl_finding_names_permission_and_grantee(grantee: Any, permission: str, words: str) -> None:
    acl = {"Owner": {"ID": "owner"}, "Grants": [{"Grantee": grantee, "Permission": permission}]}
    (found,) = findings("s3-003", {"ownership": "ABSENT", "acl": acl})
    assert words in found.message
