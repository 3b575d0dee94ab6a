"""Planting a company: the plan carried out with boto3, over the network, against a running sandbox."""

import base64
import json
from datetime import datetime

from tenfold.model.arn import Arn
from tenfold.sandbox.company.carry_out import carry_out
from tenfold.sandbox.company.chart import LEAST, chart
from tenfold.sandbox.company.endpoint import Endpoint
from tenfold.sandbox.company.founding import Land, found
from tenfold.sandbox.company.make_buckets import blocking, make_bucket
from tenfold.sandbox.company.make_holders import make_holder
from tenfold.sandbox.company.plan import plan
from tenfold.sandbox.company.specs import BLOCKS, ManagedPolicy, Plan, Root, Trail
from tenfold.sandbox.company.tables import MANAGEMENT
from tenfold.sandbox.company.truth import Truth, truth_of

_ROOT_KEY_AGE = 700  # days
_CERTIFICATE = base64.b64encode(bytes(range(256)) * 4).decode()  # AWS takes metadata of 1000 characters or more
_METADATA = (
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://login.example/saml">'
    f"<X509Certificate>{_CERTIFICATE}</X509Certificate></EntityDescriptor>"
)


def plant(endpoint: str, seed: int, now: datetime, accounts: int = LEAST) -> Truth:
    """Plant the company of a seed in an empty sandbox, and say what was planted.

    Args:
        endpoint: the sandbox's URL.
        seed: the same seed plants the same company, ids included.
        now: the time of the scan to come, give or take some hours; objects are dated back from it.
        accounts: how many the company has, 4 to 400; from 8 on it has every case.

    Raises:
        ValueError: when a company of that size is not planted.
    """
    reached = Endpoint(endpoint, now)
    reached.seed(seed)
    land = found(reached, chart(seed, accounts))
    decided = plan(seed, land.ground)
    _make_identities(land, decided)
    _make_data(land, decided)
    planted = carry_out(land, decided)
    for trail in decided.trails:  # last, so that they do not fill with the planting itself
        _make_trail(land, trail)
    return truth_of(decided, planted, land.user)


def _make_identities(land: Land, decided: Plan) -> None:
    for root in decided.roots:
        _describe_root(land, root)
    management = land.client("iam", land.ground.accounts[MANAGEMENT])
    management.create_saml_provider(Name=decided.provider, SAMLMetadataDocument=_METADATA)
    for account in decided.strict:
        iam = land.client("iam", account)
        iam.update_account_password_policy(MinimumPasswordLength=16, RequireSymbols=True, RequireNumbers=True)
    for policy in decided.policies:
        _make_policy(land, policy)
    for holder in decided.holders:
        make_holder(land, holder)


def _make_data(land: Land, decided: Plan) -> None:
    for bucket in decided.buckets:
        make_bucket(land, bucket)
    for account in decided.blocked:
        s3control = land.client("s3control", account)
        s3control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=blocking(BLOCKS))


def _describe_root(land: Land, root: Root) -> None:
    """A root user that no API can make: the sandbox is told of it."""
    endpoint, used = land.endpoint, root.password_used
    facts = {
        "partition": land.ground.partition,
        "account": root.account,
        "mfa": root.mfa,
        "password": root.password,
        "password_last_used": None if used is None else endpoint.days_ago(used),
        "access_keys": root.access_keys,
    }
    for key in endpoint.tell("root", facts)["access_keys"]:
        land.date(root.account, "access_key", key["AccessKeyId"], _ROOT_KEY_AGE, root.key_used)


def _make_policy(land: Land, policy: ManagedPolicy) -> None:
    iam = land.client("iam", policy.account)
    made = iam.create_policy(PolicyName=policy.name, PolicyDocument=json.dumps(policy.document))
    land.date(policy.account, "policy", made["Policy"]["Arn"], policy.made)


def _make_trail(land: Land, trail: Trail) -> None:
    cloudtrail = land.client("cloudtrail", trail.account, trail.region)
    cloudtrail.create_trail(
        Name=trail.name,
        S3BucketName=trail.bucket,
        IsMultiRegionTrail=trail.multi_region,
        EnableLogFileValidation=trail.validation,
        IsOrganizationTrail=trail.organization,
    )
    if trail.data_only:
        objects = {"Type": "AWS::S3::Object", "Values": [str(Arn(land.ground.partition, "s3", "", "", ""))[:-2]]}
        selector = {"ReadWriteType": "All", "IncludeManagementEvents": False, "DataResources": [objects]}
        cloudtrail.put_event_selectors(TrailName=trail.name, EventSelectors=[selector])
    if trail.logging:
        cloudtrail.start_logging(Name=trail.name)
