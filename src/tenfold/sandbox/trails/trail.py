"""A trail as the sandbox keeps it: moto's, with the topic in whichever account, and what AWS tells of it."""

from collections.abc import Mapping
from typing import Any

from moto.cloudtrail.models import Trail
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.utilities.arns import parse_arn

from tenfold.sandbox.trails.refusal import Refusal
from tenfold.sandbox.trails.selector_rules import DEFAULT

# parameter of CreateTrail and UpdateTrail -> attribute of the trail
SETTINGS = {
    "S3BucketName": "bucket_name",
    "S3KeyPrefix": "s3_key_prefix",
    "SnsTopicName": "sns_topic_name",
    "IncludeGlobalServiceEvents": "include_global_service_events",
    "IsMultiRegionTrail": "is_multi_region",
    "EnableLogFileValidation": "log_validation",
    "CloudWatchLogsLogGroupArn": "cw_log_group_arn",
    "CloudWatchLogsRoleArn": "cw_role_arn",
    "KmsKeyId": "kms_key_id",
    "IsOrganizationTrail": "is_org_trail",
}
_ANSWERED = {**SETTINGS, "LogFileValidationEnabled": SETTINGS["EnableLogFileValidation"]}
del _ANSWERED["EnableLogFileValidation"]


class OwnTrail(Trail):
    """A trail whose topic may be named by its ARN, and so lie in another account."""

    @property
    def topic_arn(self) -> str | None:
        """The topic's ARN; None when it has none."""
        named = self.sns_topic_name
        return named if named and named.startswith("arn:") else super().topic_arn or None

    def check_bucket_exists(self) -> None:
        """Whether the bucket exists, in any account."""
        if self.bucket_name not in s3_backends.bucket_accounts:
            raise Refusal("S3BucketDoesNotExistException", f"S3 bucket {self.bucket_name} does not exist!")

    def check_topic_exists(self) -> None:
        """Whether the topic exists, in any account."""
        if self.topic_arn is None:
            return
        topic = parse_arn(self.topic_arn)
        if self.topic_arn not in sns_backends[topic.account][topic.region].topics:
            text = "SNS Topic does not exist or the topic policy is incorrect!"
            raise Refusal("InsufficientSnsTopicPolicyException", text)

    def check_log_group(self) -> None:
        """Whether the log group exists, and a role comes with it."""
        if not self.cw_log_group_arn and not self.cw_role_arn:
            return
        if not self.cw_role_arn:
            raise Refusal("InvalidParameterCombinationException", "A log group needs a role to write into it.")
        match (self.cw_log_group_arn or "").removesuffix(":*").split(":", 6):
            case [_, _, "logs", region, account, "log-group", group]:
                found = group in logs_backends[account][region].groups
            case _:
                found = False
        if not found:
            text = "CloudTrail cannot validate the specified log group ARN."
            raise Refusal("InvalidCloudWatchLogsLogGroupArnException", text)

    def check_regions(self) -> None:
        """Whether global events come with all regions."""
        if self.is_multi_region and not self.include_global_service_events:
            text = "Multi-Region trail must include global service events."
            raise Refusal("InvalidParameterCombinationException", text)


def new_trail(account: str, region: str, asked: Mapping[str, Any]) -> OwnTrail:
    """A trail by the parameters of CreateTrail.

    Raises:
        Refusal: when something that it names does not exist, or does not go together.
        JsonRESTError: when the name is none for a trail.
    """
    trail = OwnTrail(
        account,
        region,
        trail_name=asked["Name"],
        bucket_name=asked["S3BucketName"],
        s3_key_prefix=_named(asked, "S3KeyPrefix"),
        sns_topic_name=_named(asked, "SnsTopicName"),
        is_global=asked.get("IncludeGlobalServiceEvents", True),
        is_multi_region=asked.get("IsMultiRegionTrail", False),
        log_validation=asked.get("EnableLogFileValidation", False),
        is_org_trail=asked.get("IsOrganizationTrail", False),
        cw_log_group_arn=_named(asked, "CloudWatchLogsLogGroupArn"),
        cw_role_arn=_named(asked, "CloudWatchLogsRoleArn"),
        kms_key_id=_named(asked, "KmsKeyId"),
    )
    check(trail)
    trail.event_selectors = [dict(selector) for selector in DEFAULT]
    return trail


def _named(asked: Mapping[str, Any], name: str) -> Any:
    """A text among the parameters; None where it is empty or missing, though moto declares a text."""
    return asked.get(name) or None


def change(trail: Trail, asked: Mapping[str, Any]) -> None:
    """Take over the parameters of UpdateTrail; an empty text takes a setting away.

    Raises:
        Refusal: as for a new trail; then nothing has changed.
    """
    before = dict(vars(trail))
    given = {attribute: asked[name] for name, attribute in SETTINGS.items() if asked.get(name) is not None}
    vars(trail).update({attribute: None if value == "" else value for attribute, value in given.items()})
    try:
        check(trail)
    except Refusal:
        vars(trail).update(before)
        raise


def check(trail: Trail) -> None:
    """Check what a trail names.

    Raises:
        Refusal: when it does not exist or does not go together.
    """
    trail.check_bucket_exists()
    trail.check_topic_exists()
    if isinstance(trail, OwnTrail):
        trail.check_log_group()
        trail.check_regions()


def description(trail: Trail) -> dict[str, Any]:
    """What CreateTrail and UpdateTrail answer."""
    answer = {name: getattr(trail, attribute) for name, attribute in _ANSWERED.items()}
    topic = trail.topic_arn
    named = {"SnsTopicName": topic.rpartition(":")[2], "SnsTopicARN": topic} if topic else {"SnsTopicName": None}
    return {"Name": trail.trail_name, "TrailARN": trail.arn} | answer | named


def full_description(trail: Trail) -> dict[str, Any]:
    """What DescribeTrails and GetTrail answer."""
    return description(trail) | {
        "HomeRegion": trail.region_name,
        "HasCustomEventSelectors": bool(trail.advanced_event_selectors) or trail.event_selectors != DEFAULT,
        "HasInsightSelectors": bool(trail.insight_selectors),
    }
