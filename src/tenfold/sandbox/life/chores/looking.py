"""Looking around: most of what is ever called only reads."""

from tenfold.sandbox.life.registry import chore
from tenfold.sandbox.life.stage import Stage

_BUCKET_PAGES = ("s3:GetBucketPolicy", "s3:GetBucketAcl", "s3:GetPublicAccessBlock", "s3:GetBucketVersioning")
_LISTS = (
    "ec2:DescribeInstances",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcs",
    "ec2:DescribeVolumes",
    "iam:ListUsers",
    "iam:ListRoles",
    "iam:GetAccountSummary",
    "s3:ListBuckets",
    "sqs:ListQueues",
    "sns:ListTopics",
    "kms:ListKeys",
    "cloudtrail:DescribeTrails",
    "sts:GetCallerIdentity",
)
_WATCHED = (
    "ec2:DescribeInstances",
    "ec2:DescribeVolumes",
    "s3:ListBuckets",
    "sqs:ListQueues",
    "cloudtrail:DescribeTrails",
)


@chore("person", ["console"], weight=10)
def open_the_bucket_page(stage: Stage) -> None:
    """The console's page of a bucket asks for all its sides at once."""
    buckets = stage.see("s3:ListBuckets").get("Buckets", [])
    for bucket in stage.rng.sample(buckets, min(2, len(buckets))):
        for page in _BUCKET_PAGES:
            stage.see(page, Bucket=bucket["Name"])


@chore("person", ["console"], weight=8)
def open_the_instances_page(stage: Stage) -> None:
    """So does the page of EC2."""
    for call in _LISTS[:4]:
        stage.see(call)


@chore("person", ["cli", "console"], weight=10)
def list_things(stage: Stage) -> None:
    """A few lists, one after the other."""
    for call in stage.rng.sample(_LISTS, 4):
        stage.see(call)


@chore("person", ["cli"], weight=2)
def mistype(stage: Stage) -> None:
    """What does not exist is asked for, too."""
    stage.see("s3:GetBucketPolicy", Bucket=f"{stage.estate.bucket}-old")
    stage.see("iam:GetRole", RoleName="Engineeer")


@chore("person", ["cli", "console"], weight=2)
def look_into_the_trail(stage: Stage) -> None:
    """Who did this?"""
    stage.see("cloudtrail:DescribeTrails")
    stage.see("cloudtrail:LookupEvents", MaxResults=20)


@chore("pipeline", ["sdk"])
def watch(stage: Stage) -> None:
    """A monitor polls."""
    for call in _WATCHED:
        stage.see(call)
