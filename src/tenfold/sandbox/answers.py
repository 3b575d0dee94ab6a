"""Calls that the sandbox answers itself, because moto lacks a part of AWS's answer."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from boto3 import Session
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy, iam_backends
from moto.iam.responses import IamResponse
from moto.s3.models import OWNER, FakeBucket, s3_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.endpoints import endpoint_host
from tenfold.sandbox.faults import BAD_REQUEST, FORBIDDEN, fault
from tenfold.sandbox.identity import ANONYMOUS, Caller
from tenfold.sandbox.root import RootUsers, credential_report, summary
from tenfold.sandbox.tables import OPT_IN_REGIONS, OPTED_IN_REGIONS
from tenfold.sandbox.wire import Reply

_PAGE_OF_BUCKETS = 10_000
_PAGE_OF_DETAILS = 100


@dataclass(frozen=True)
class Answers:
    """The answers, over moto's state and the root users."""

    roots: RootUsers
    now: Callable[[], datetime]

    def to(self, call: Call, caller: Caller) -> Reply | None:
        """The answer to a call; None when it is moto's to answer."""
        answer = _ANSWERS.get(call.name)
        if answer is None:
            return None
        if caller is ANONYMOUS:
            return fault(call, "AccessDenied", "Access Denied", FORBIDDEN)
        return answer(self, call, caller)


def _caller_identity(_: Answers, call: Call, caller: Caller) -> Reply:
    return _serialize(call, {"UserId": caller.id, "Account": caller.account, "Arn": caller.arn})


def _credential_report(answers: Answers, call: Call, caller: Caller) -> Reply | None:
    partition = get_partition(call.region)
    iam = iam_backends[caller.account][partition]
    if not iam.report_generated():
        return None
    report = credential_report(iam, partition, caller.account, answers.roots.of(caller.account))
    return _serialize(call, {"Content": report, "ReportFormat": "text/csv", "GeneratedTime": answers.now()})


def _account_summary(answers: Answers, call: Call, caller: Caller) -> Reply:
    iam = iam_backends[caller.account][get_partition(call.region)]
    return _serialize(call, {"SummaryMap": summary(iam, answers.roots.of(caller.account))})


def _authorization_details(_: Answers, call: Call, caller: Caller) -> Reply:
    """As moto's, but of AWS's own policies only those that somebody holds, and page by page.

    Pages run over users, groups, roles and policies in this order, as AWS's do.
    """
    marker = call.parameters.get("Marker") or "0"
    if not marker.isdecimal():
        return fault(call, "ValidationError", f"Invalid Marker: {marker}", BAD_REQUEST)
    wanted = call.parameters.get("Filter") or ["User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"]
    rows = list(_details(iam_backends[caller.account][get_partition(call.region)], wanted))
    start = int(marker)
    end = start + int(call.parameters.get("MaxItems") or _PAGE_OF_DETAILS)
    result: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    for name, value in rows[start:end]:
        result[name].append(value)
    more = end < len(rows)
    return _serialize(call, {**result, "IsTruncated": more, "Marker": str(end) if more else None})


def _details(iam: IAMBackend, wanted: Collection[str]) -> Iterator[tuple[str, Any]]:
    """The rows of GetAccountAuthorizationDetails, each with the name of the list it belongs to."""
    if "User" in wanted:
        yield from (("UserDetailList", user) for user in list(iam.users.values()))
    if "Group" in wanted:
        yield from (("GroupDetailList", group) for group in list(iam.groups.values()))
    if "Role" in wanted:
        yield from (("RoleDetailList", role) for role in list(iam.roles.values()))
    for policy in list(iam.managed_policies.values()):
        kind = "AWSManagedPolicy" if isinstance(policy, AWSManagedPolicy) else "LocalManagedPolicy"
        if kind in wanted and (policy.attachment_count or kind == "LocalManagedPolicy"):
            yield "Policies", _policy_detail(policy)


def _policy_detail(policy: ManagedPolicy) -> dict[str, Any]:
    """A managed policy with its name and id, which moto's own answer leaves out."""
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default_version_id,
        "AttachmentCount": policy.attachment_count,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": policy.create_date,
        "UpdateDate": policy.update_date,
        "PolicyVersionList": policy.policy_version_list,
    }


def _list_buckets(_: Answers, call: Call, caller: Caller) -> Reply:
    """ListBuckets with the home region of each bucket, and in pages."""
    asked = call.parameters
    size = int(asked.get("MaxBuckets", _PAGE_OF_BUCKETS))
    if not 1 <= size <= _PAGE_OF_BUCKETS:
        return fault(call, "InvalidArgument", "Argument maxBuckets must be an integer between 1 and 10000", BAD_REQUEST)
    found = sorted(_wanted_buckets(call, caller), key=lambda bucket: bucket.name)
    page = found[:size]
    buckets = [{"Name": b.name, "CreationDate": b.creation_date, "BucketRegion": b.region_name} for b in page]
    more = page[-1].name if len(found) > size else None
    return _serialize(
        call, {"Owner": {"ID": OWNER}, "Buckets": buckets, "ContinuationToken": more, "Prefix": asked.get("Prefix")}
    )


def _wanted_buckets(call: Call, caller: Caller) -> Iterator[FakeBucket]:
    prefix, region = call.parameters.get("Prefix", ""), call.parameters.get("BucketRegion")
    after = call.parameters.get("ContinuationToken", "")
    for bucket in list(s3_backends[caller.account][get_partition(call.region)].buckets.values()):
        if bucket.name.startswith(prefix) and bucket.name > after and region in {None, bucket.region_name}:
            yield bucket


def _regions(_: Answers, call: Call, __: Caller) -> Reply:
    """DescribeRegions with the status of opt-in regions; those that are off come when all are asked for."""
    asked = call.parameters
    partition = get_partition(call.region)
    rows = [_region(name) for name in Session().get_available_regions("ec2", partition_name=partition)]
    if names := asked.get("RegionNames"):
        rows = [row for row in rows if row["RegionName"] in names]
    elif not asked.get("AllRegions"):
        rows = [row for row in rows if row["OptInStatus"] != "not-opted-in"]
    for condition in asked.get("Filters", []):
        column = _REGION_FILTERS.get(condition["Name"])
        if column is None:
            return fault(call, "InvalidParameterValue", f"The filter '{condition['Name']}' is invalid", BAD_REQUEST)
        rows = [row for row in rows if row[column] in condition["Values"]]
    return _serialize(call, {"Regions": rows})


def _region(name: str) -> dict[str, str]:
    return {"RegionName": name, "OptInStatus": _opt_in_status(name), "Endpoint": endpoint_host("ec2", name)}


def _opt_in_status(region: str) -> str:
    if region not in OPT_IN_REGIONS:
        return "opt-in-not-required"
    return "opted-in" if region in OPTED_IN_REGIONS else "not-opted-in"


def _serialize(call: Call, result: Mapping[str, Any]) -> Reply:
    """A result as the answer to a call, by the service's model; values may be moto's objects."""
    assert call.model is not None
    picker = XFormedAttributePicker(response_transformers=_TRANSFORMERS.get(call.service, {}))
    serializer = get_serializer_class(call.service, call.protocol)(operation_model=call.model, value_picker=picker)
    answer = serializer.serialize(result)
    body = answer["body"]
    content = body.encode() if isinstance(body, str) else body
    return Reply(answer["status_code"], list(answer["headers"].items()), content)


_REGION_FILTERS = {"region-name": "RegionName", "opt-in-status": "OptInStatus", "endpoint": "Endpoint"}
_TRANSFORMERS: dict[str, dict[str, Callable[[Any], Any]]] = {"iam": IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER}
_ANSWERS: dict[str, Callable[[Answers, Call, Caller], Reply | None]] = {
    "ec2:DescribeRegions": _regions,
    "iam:GetAccountAuthorizationDetails": _authorization_details,
    "iam:GetAccountSummary": _account_summary,
    "iam:GetCredentialReport": _credential_report,
    "s3:ListBuckets": _list_buckets,
    "sts:GetCallerIdentity": _caller_identity,
}
