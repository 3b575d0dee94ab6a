"""IAM's pictures of a whole account: credential report, summary, authorization details."""

from collections.abc import Collection, Iterator
from typing import Any

from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy, iam_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.root import credential_report, summary
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.wire import Reply

_PAGE_OF_DETAILS = 100


def _credential_report(state: State, call: Call, caller: Caller) -> Reply | None:
    partition = get_partition(call.region)
    iam = iam_backends[caller.account][partition]
    if not iam.report_generated():
        return None
    report = credential_report(iam, partition, caller.account, state.roots.of(caller.account))
    return serialize(call, {"Content": report, "ReportFormat": "text/csv", "GeneratedTime": state.now()})


def _account_summary(state: State, call: Call, caller: Caller) -> Reply:
    iam = iam_backends[caller.account][get_partition(call.region)]
    return serialize(call, {"SummaryMap": summary(iam, state.roots.of(caller.account))})


def _authorization_details(_: State, call: Call, caller: Caller) -> Reply:
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
    return serialize(call, {**result, "IsTruncated": more, "Marker": str(end) if more else None})


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


RULES: dict[str, Rule] = {
    "iam:GetAccountAuthorizationDetails": _authorization_details,
    "iam:GetAccountSummary": _account_summary,
    "iam:GetCredentialReport": _credential_report,
}
