"""The calls of CloudTrail itself, answered as CloudTrail does where moto does otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudtrail.models import CloudTrailBackend, Trail, cloudtrail_backends
from moto.core.exceptions import JsonRESTError
from moto.utilities.utils import get_partition

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, fault
from tenfold.sandbox.identity import ANONYMOUS, Caller
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.trails import sight
from tenfold.sandbox.trails.delivery import Obstacle
from tenfold.sandbox.trails.lookup import Lookup
from tenfold.sandbox.trails.notices import validate
from tenfold.sandbox.trails.refusal import Refusal
from tenfold.sandbox.trails.selector_rules import check_advanced, check_basic, check_insights
from tenfold.sandbox.trails.status import Outcome, Statuses
from tenfold.sandbox.trails.trail import change, description, full_description, new_trail
from tenfold.sandbox.wire import Reply

_MOST_TRAILS = 5


@dataclass(frozen=True)
class Asked:
    """A call: who asks from where, and with which parameters."""

    account: str
    region: str
    parameters: Mapping[str, Any]

    @property
    def partition(self) -> str:
        """The partition of the region."""
        return str(get_partition(self.region))

    def name(self, parameter: str = "Name") -> str:
        """The trail's name or ARN."""
        return str(self.parameters.get(parameter, ""))


@dataclass(frozen=True)
class TrailAnswers:
    """The answers, over moto's trails.

    Args:
        statuses: how the trails fare.
        lookup: the events to look up.
        obstacle: what keeps a trail from writing into its bucket, as an error code.
        strict: whether a trail needs a bucket policy that lets it write, and an organization that trusts CloudTrail.
    """

    statuses: Statuses
    lookup: Lookup
    obstacle: Obstacle
    strict: bool = False

    def to(self, call: Call, caller: Caller) -> Reply | None:
        """The answer to a call; None when it is not answered here."""
        answer = _ANSWERS.get(call.name)
        if answer is None or caller is ANONYMOUS:
            return None
        try:
            return serialize(call, answer(self, Asked(caller.account, call.region, call.parameters)))
        except Refusal as refused:
            return fault(call, refused.code, refused.message, BAD_REQUEST)
        except JsonRESTError as refused:
            return fault(call, refused.error_type, refused.message, BAD_REQUEST)


def _create(answers: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    owner = asked.account
    if asked.parameters.get("IsOrganizationTrail"):
        owner = sight.check_organization(owner, asked.partition)
        if answers.strict and not sight.trusts_cloudtrail(owner, asked.partition):
            text = "Trusted access of CloudTrail to the organization is not enabled."
            raise Refusal("CloudTrailAccessNotEnabledException", text)
    _check_room(owner, asked)
    trail = new_trail(owner, asked.region, asked.parameters)
    _check_bucket_policy(answers, trail)
    backend: CloudTrailBackend = cloudtrail_backends[owner][asked.region]
    backend.trails[trail.trail_name] = trail
    backend.add_tags(trail.arn, asked.parameters.get("TagsList") or [])
    validate(trail)
    return description(trail)


def _check_room(owner: str, asked: Asked) -> None:
    seen = sight.seen(owner, asked.region)
    if any(trail.trail_name == asked.name() and trail.account_id == owner for trail in seen):
        raise Refusal("TrailAlreadyExistsException", f"Trail {asked.name()} already exists for customer: {owner}")
    if len(seen) >= _MOST_TRAILS:
        text = f"User: {owner} already has {_MOST_TRAILS} trails in {asked.region}."
        raise Refusal("MaximumNumberOfTrailsExceededException", text)


def _check_bucket_policy(answers: TrailAnswers, trail: Trail) -> None:
    if answers.strict and answers.obstacle(trail):
        text = f"Incorrect S3 bucket policy is detected for bucket: {trail.bucket_name}"
        raise Refusal("InsufficientS3BucketPolicyException", text)


def _update(answers: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    trail = sight.changeable(asked.account, asked.region, asked.name())
    if asked.parameters.get("IsOrganizationTrail") and not trail.is_org_trail:
        sight.check_organization(asked.account, asked.partition)
    change(trail, asked.parameters)
    _check_bucket_policy(answers, trail)
    if asked.parameters.get("SnsTopicName"):
        validate(trail)
    return description(trail)


def _delete(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    trail = sight.changeable(asked.account, asked.region, asked.name())
    del cloudtrail_backends[trail.account_id][trail.region_name].trails[trail.trail_name]
    return {}


def _start(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    sight.changeable(asked.account, asked.region, asked.name()).start_logging()
    return {}


def _stop(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    sight.changeable(asked.account, asked.region, asked.name()).stop_logging()
    return {}


def _get(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    return {"Trail": full_description(sight.find(asked.account, asked.region, asked.name()))}


def _describe(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    """The trails of a region; those that are named, where some are."""
    names = asked.parameters.get("trailNameList") or []
    shadows = asked.parameters.get("includeShadowTrails", True)
    found = [
        full_description(trail)
        for trail in sight.seen(asked.account, asked.region)
        if (shadows or not sight.is_shadow(trail, asked.account, asked.region))
        and (not names or trail.arn in names or trail.trail_name in names)
    ]
    return {"trailList": found}


def _list(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    trails = sight.seen(asked.account, asked.region, everywhere=True)
    return {"Trails": [trail.short() for trail in trails]}


def _status(answers: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    trail = sight.find(asked.account, asked.region, asked.name())
    status = answers.statuses.of(trail)
    return {
        "IsLogging": trail.status.is_logging,
        **_moment("StartLoggingTime", "TimeLoggingStarted", trail.status.started),
        **_moment("StopLoggingTime", "TimeLoggingStopped", trail.status.stopped),
        **_outcome("Delivery", status.delivery),
        **_outcome("Notification", status.notification),
        **_outcome("CloudWatchLogsDelivery", status.log_group),
        **_outcome("DigestDelivery", status.digest),
        "LatestDeliveryAttemptTime": _text(status.delivery.at),
        "LatestDeliveryAttemptSucceeded": _text(status.delivery.at),
        "LatestNotificationAttemptTime": _text(status.notification.at),
        "LatestNotificationAttemptSucceeded": _text(status.notification.at),
    }


def _moment(name: str, old_name: str, at: datetime | None) -> dict[str, Any]:
    """A time of moto's, which has no zone, under its name and the one that is no longer in use."""
    aware = at.replace(tzinfo=UTC) if at else None
    return ({name: aware} if aware else {}) | {old_name: _text(aware)}


def _outcome(name: str, outcome: Outcome) -> dict[str, Any]:
    times = {f"Latest{name}Time": outcome.at} if outcome.at else {}
    return times | ({f"Latest{name}Error": outcome.error} if outcome.error else {})


def _text(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""


def _put_selectors(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    """One kind of selectors takes the place of the other."""
    trail = sight.changeable(asked.account, asked.region, asked.name("TrailName"))
    basic, advanced = asked.parameters.get("EventSelectors"), asked.parameters.get("AdvancedEventSelectors")
    if bool(basic) == bool(advanced):
        text = "Give either EventSelectors or AdvancedEventSelectors."
        raise Refusal("InvalidEventSelectorsException", text)
    checked = (check_basic(basic), []) if basic else ([], check_advanced(advanced or []))
    trail.event_selectors, trail.advanced_event_selectors = checked
    return _selectors(trail)


def _get_selectors(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    return _selectors(sight.find(asked.account, asked.region, asked.name("TrailName")))


def _selectors(trail: Trail) -> dict[str, Any]:
    selectors = {"EventSelectors": trail.event_selectors, "AdvancedEventSelectors": trail.advanced_event_selectors}
    return {"TrailARN": trail.arn} | {name: given for name, given in selectors.items() if given}


def _put_insights(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    trail = sight.changeable(asked.account, asked.region, asked.name("TrailName"))
    trail.insight_selectors = check_insights(asked.parameters.get("InsightSelectors") or [])
    return {"TrailARN": trail.arn, "InsightSelectors": trail.insight_selectors}


def _get_insights(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    trail = sight.find(asked.account, asked.region, asked.name("TrailName"))
    if not trail.insight_selectors:
        text = f"Trail {trail.arn} does not have Insight selectors. Edit the trail settings to enable Insights."
        raise Refusal("InsightNotEnabledException", text)
    return {"TrailARN": trail.arn, "InsightSelectors": trail.insight_selectors}


def _look_up(answers: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    return answers.lookup.find(asked.account, asked.region, asked.parameters)


def _delegate(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    sight.delegate(_only_manager(asked), str(asked.parameters["MemberAccountId"]), asked.partition)
    return {}


def _end_delegation(_: TrailAnswers, asked: Asked) -> Mapping[str, Any]:
    member = str(asked.parameters["DelegatedAdminAccountId"])
    sight.end_delegation(_only_manager(asked), member, asked.partition)
    return {}


def _only_manager(asked: Asked) -> str:
    manager = sight.check_organization(asked.account, asked.partition)
    if manager != asked.account:
        text = "Only the management account of the organization may do this."
        raise Refusal("NotOrganizationManagementAccountException", text)
    return manager


_ANSWERS: dict[str, Callable[[TrailAnswers, Asked], Mapping[str, Any]]] = {
    "cloudtrail:CreateTrail": _create,
    "cloudtrail:DeleteTrail": _delete,
    "cloudtrail:DeregisterOrganizationDelegatedAdmin": _end_delegation,
    "cloudtrail:DescribeTrails": _describe,
    "cloudtrail:GetEventSelectors": _get_selectors,
    "cloudtrail:GetInsightSelectors": _get_insights,
    "cloudtrail:GetTrail": _get,
    "cloudtrail:GetTrailStatus": _status,
    "cloudtrail:ListTrails": _list,
    "cloudtrail:LookupEvents": _look_up,
    "cloudtrail:PutEventSelectors": _put_selectors,
    "cloudtrail:PutInsightSelectors": _put_insights,
    "cloudtrail:RegisterOrganizationDelegatedAdmin": _delegate,
    "cloudtrail:StartLogging": _start,
    "cloudtrail:StopLogging": _stop,
    "cloudtrail:UpdateTrail": _update,
}
