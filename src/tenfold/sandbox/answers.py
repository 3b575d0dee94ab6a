"""Calls that the sandbox answers itself, because moto lacks a part of AWS's answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.core.model import OperationModel
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.iam.models import AWSManagedPolicy, iam_backends
from moto.iam.responses import IamResponse
from moto.s3.models import FakeBucket, s3_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.root import RootUsers, credential_report, summary
from tenfold.sandbox.wire import Reply

_PAGE_OF_BUCKETS = 10_000


@dataclass(frozen=True)
class Answers:
    """The answers, over moto's state and the root users."""

    roots: RootUsers
    now: Callable[[], datetime]

    def to(self, call: Call, caller: Caller) -> Reply | None:
        """The answer to a call; None when it is moto's to answer."""
        answer = _ANSWERS.get(call.name)
        return answer(self, call, caller) if answer else None


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
    iam = iam_backends[caller.account][get_partition(call.region)]
    wanted = call.parameters.get("Filter") or ["User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"]
    rows: list[tuple[str, Any]] = []
    rows += [("UserDetailList", user) for user in iam.users.values() if "User" in wanted]
    rows += [("GroupDetailList", group) for group in iam.groups.values() if "Group" in wanted]
    rows += [("RoleDetailList", role) for role in iam.roles.values() if "Role" in wanted]
    for policy in iam.managed_policies.values():
        of_aws = isinstance(policy, AWSManagedPolicy)
        if ("AWSManagedPolicy" if of_aws else "LocalManagedPolicy") in wanted and (policy.attachment_count or not of_aws):
            rows.append(("Policies", policy))
    start, size = int(call.parameters.get("Marker") or 0), int(call.parameters.get("MaxItems") or 1000)
    result: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    for name, value in rows[start : start + size]:
        result[name].append(value)
    more = start + size < len(rows)
    return _serialize(call, {**result, "IsTruncated": more, "Marker": str(start + size) if more else None})


def _list_buckets(_: Answers, call: Call, caller: Caller) -> Reply:
    """ListBuckets with the home region of each bucket, and in pages."""
    asked = call.parameters
    found = sorted(_matching_buckets(call, caller), key=lambda bucket: bucket.name)
    found = [bucket for bucket in found if bucket.name > asked.get("ContinuationToken", "")]
    size = int(asked.get("MaxBuckets", _PAGE_OF_BUCKETS))
    if not 1 <= size <= _PAGE_OF_BUCKETS:
        return fault(call, "InvalidArgument", "Argument maxBuckets must be an integer between 1 and 10000", BAD_REQUEST)
    page = found[:size]
    return _serialize(
        call,
        {
            "Owner": {"ID": canonical_id(caller.account)},
            "Buckets": [
                {"Name": bucket.name, "CreationDate": bucket.creation_date, "BucketRegion": bucket.region_name} for bucket in page
            ],
            "ContinuationToken": page[-1].name if len(found) > size else None,
            "Prefix": asked.get("Prefix"),
        },
    )
