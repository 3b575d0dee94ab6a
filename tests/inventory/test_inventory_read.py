"""Everything that is collected, read from a simulated account."""

import json
from datetime import UTC

import msgspec
import pytest
from tests.inventory import plant
from tests.inventory.conftest import AWAY, HOME, MOTO_ACCOUNT

from tenfold.aws.client import Client
from tenfold.inventory.accounts import organization_accounts
from tenfold.model.arn import Scope
from tenfold.model.resource import ABSENT, Json, Resource
from tenfold.model.snapshot import ListStatus, Snapshot

NOTHING: Json = object()
"""Stands for ABSENT in the tables: AWS says that there is none."""


def bucket(snapshot: Snapshot, name: str) -> Resource:
    found = snapshot.find(f"arn:aws:s3:::{name}")
    assert found is not None
    return found


BUCKET_FACETS = [
    # facet, of the bare bucket, of the dressed one
    ("policy", NOTHING, plant.POLICY),
    ("policy_status", NOTHING, {"IsPublic": True}),
    ("ownership", NOTHING, plant.OWNERSHIP),
    ("public_access_block", NOTHING, plant.FLAGS),
    ("website", NOTHING, plant.WEBSITE),
    ("versioning", {}, plant.VERSIONING),
    ("encryption", NOTHING, plant.ENCRYPTION),
    ("logging", {}, plant.LOGGING),
    ("object_lock", NOTHING, plant.OBJECT_LOCK),
    ("replication", NOTHING, plant.REPLICATION),
    ("notification", {}, plant.NOTIFICATION),
    ("cors", NOTHING, plant.CORS),
    ("tags", NOTHING, {"team": "photos"}),
    ("location", AWAY, AWAY),
]


@pytest.mark.parametrize(("facet", "bare", "dressed"), BUCKET_FACETS, ids=[row[0] for row in BUCKET_FACETS])
def test_bucket_facet(snapshot: Snapshot, facet: str, bare: Json, dressed: Json) -> None:
    assert bucket(snapshot, "bare")[facet] == (ABSENT if bare is NOTHING else bare)
    assert bucket(snapshot, "dressed")[facet] == dressed


def test_acl_has_owner_and_grants(snapshot: Snapshot) -> None:
    acl = bucket(snapshot, "dressed")["acl"]
    everyone = [grant["Permission"] for grant in acl["Grants"] if grant["Grantee"].get("URI", "").endswith("/AllUsers")]
    assert everyone == ["READ"]
    assert acl["Owner"]["ID"] == acl["Grants"][0]["Grantee"]["ID"]


def test_buckets_lie_in_their_home_region_and_know_their_owner(snapshot: Snapshot, aws: Client) -> None:
    found = bucket(snapshot, "bare")
    assert found.scope == Scope("aws", MOTO_ACCOUNT, AWAY, "s3")
    assert found.created_at is not None
    assert found.created_at.tzinfo == UTC
    assert found["owner"]["ID"] == aws.call("s3:ListBuckets", MaxBuckets=1)["Owner"]["ID"]


def test_access_points(snapshot: Snapshot) -> None:
    bare, dressed = sorted(snapshot.each("s3.access_point", MOTO_ACCOUNT), key=lambda point: point.name)
    assert dressed.arn == f"arn:aws:s3:{HOME}:{MOTO_ACCOUNT}:accesspoint/point-dressed"
    assert (dressed.scope.region, dressed.related) == (HOME, ("arn:aws:s3:::dressed",))
    assert (dressed["access_point"]["Bucket"], dressed["access_point"]["NetworkOrigin"]) == ("dressed", "Internet")
    assert dressed["policy"] == plant.POLICY
    assert bare["policy"] is ABSENT


def test_the_account_itself(snapshot: Snapshot) -> None:
    (account,) = snapshot.each("account", MOTO_ACCOUNT)
    assert account.arn == f"arn:aws:iam::{MOTO_ACCOUNT}:root"
    assert account["caller_identity"]["Account"] == MOTO_ACCOUNT
    assert account["s3_public_access_block"] == plant.FLAGS
    assert account["password_policy"]["MinimumPasswordLength"] == 14
    assert account["iam_summary"]["Users"] == 1
    assert account["security_contact"] == plant.CONTACT


def iam(snapshot: Snapshot, kind: str) -> Resource:
    (found,) = snapshot.each(kind, MOTO_ACCOUNT)
    return found


def test_a_user_comes_with_path_tags_groups_and_documents(snapshot: Snapshot) -> None:
    ann = iam(snapshot, "iam.user")
    assert (ann.name, ann.arn) == ("ann", f"arn:aws:iam::{MOTO_ACCOUNT}:user/people/ann")
    assert ann.tags == {"team": "photos"}
    assert ann["detail"]["GroupList"] == ["admins"]
    assert ann["detail"]["UserPolicyList"] == [{"PolicyName": "inline", "PolicyDocument": plant.ALLOW_ALL}]
    assert ann["credentials"]["access_key_1_active"] == "true"


def test_groups_roles_and_policies_come_with_their_documents(snapshot: Snapshot) -> None:
    policy = iam(snapshot, "iam.policy")
    attached = {"PolicyName": "all", "PolicyArn": policy.arn}
    assert iam(snapshot, "iam.group")["detail"]["AttachedManagedPolicies"] == [attached]
    assert iam(snapshot, "iam.role")["detail"]["AssumeRolePolicyDocument"] == plant.TRUST
    (version,) = policy["detail"]["PolicyVersionList"]
    assert (version["IsDefaultVersion"], version["Document"]) == (True, plant.ALLOW_ALL)
    assert policy.name == "all"


def test_identity_providers(snapshot: Snapshot) -> None:
    oidc, saml = iam(snapshot, "iam.oidc_provider"), iam(snapshot, "iam.saml_provider")
    assert (oidc.name, oidc["detail"]["ThumbprintList"]) == ("issuer.example/path", ["a" * 40])
    assert saml.name == "directory"
    assert saml["detail"]["SAMLMetadataDocument"].startswith("<md/>")


def test_a_trail_of_all_regions_is_one_trail_at_home_in_its_region(snapshot: Snapshot) -> None:
    trail = iam(snapshot, "cloudtrail.trail")
    assert (trail.name, trail.scope.region, trail.related) == ("everything", AWAY, ("arn:aws:s3:::dressed",))
    assert trail["description"]["IsMultiRegionTrail"] is True
    assert trail["status"]["IsLogging"] is True
    assert trail["selectors"]["EventSelectors"][0]["ReadWriteType"] == "All"
    assert trail["insight_selectors"]["InsightSelectors"] == [{"InsightType": "ApiCallRateInsight"}]


def test_the_organisation_its_accounts_and_policies(snapshot: Snapshot, aws: Client) -> None:
    organization = iam(snapshot, "organizations.organization")
    assert organization["detail"]["MasterAccountId"] == MOTO_ACCOUNT
    accounts = snapshot.each("organizations.account", MOTO_ACCOUNT)
    assert [account.name for account in accounts] == ["master", "development"]
    assert [account.id for account in organization_accounts(aws)] == [a["detail"]["Id"] for a in accounts]
    assert [(account["units"], account["tags"], account.tags) for account in accounts] == [
        (["Retail"], {}, {}),
        (["Retail", "Shops"], {"Team": "web"}, {"Team": "web"}),
    ]
    kinds = {p["detail"]["PolicySummary"]["Type"] for p in snapshot.each("organizations.policy", MOTO_ACCOUNT)}
    assert kinds == {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"}


def test_every_list_is_complete_and_only_roots_row_is_missing(snapshot: Snapshot) -> None:
    assert {row.status for row in snapshot.lists} == {ListStatus.COMPLETE}
    gaps = [(r.kind, name) for r in snapshot.resources for name in r.facets if r.gap(name)]
    assert gaps == [("account", "credential_report_root")]  # the simulator writes no row for the root user


def test_a_snapshot_is_json(snapshot: Snapshot) -> None:
    assert json.loads(msgspec.json.encode(snapshot))["resources"]
