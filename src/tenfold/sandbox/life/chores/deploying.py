"""What pipelines and Terraform do."""

import json

from tenfold.model.arn import Arn
from tenfold.sandbox.life.registry import chore
from tenfold.sandbox.life.stage import Stage

_REFRESHED = (
    "s3:GetBucketVersioning",
    "s3:GetBucketTagging",
    "s3:GetBucketLifecycleConfiguration",
    "s3:GetPublicAccessBlock",
)
_ROLE = "Deployer"
_RELEASES = 20


@chore("pipeline", ["sdk"])
def deploy(stage: Stage) -> None:
    """An artefact, and a look at what is to run it."""
    bucket, release = stage.estate.bucket, stage.rng.randrange(_RELEASES)
    stage.see("s3:PutObject", Bucket=bucket, Key=f"releases/{release:04}.zip", Body=b"PK" + bytes(500))
    stage.see("s3:GetObject", Bucket=bucket, Key=f"releases/{release:04}.zip")
    stage.see("ec2:DescribeInstances")
    for instance in stage.estate.instances[:1]:
        tags = [{"Key": "release", "Value": f"{release:04}"}]
        stage.change("ec2:CreateTags", instance.id, f"release {release:04}", Resources=[instance.id], Tags=tags)


@chore("pipeline", ["terraform"])
def terraform_run(stage: Stage) -> None:
    """It refreshes all that it knows; now and then something is different."""
    refresh(stage)
    if stage.rng.random() < 0.3:  # noqa: PLR2004 - most runs change nothing
        allow_more(stage)


@chore("person", ["terraform"], weight=6)
def terraform_plan(stage: Stage) -> None:
    """Only to see what would change."""
    refresh(stage)


def refresh(stage: Stage) -> None:
    """What Terraform reads at the beginning of each run."""
    stage.see("sts:GetCallerIdentity")
    for call in _REFRESHED:
        stage.see(call, Bucket=stage.estate.bucket)
    stage.see("iam:GetRole", RoleName=_ROLE)
    stage.see("iam:ListRolePolicies", RoleName=_ROLE)
    stage.see("ec2:DescribeSecurityGroups", GroupIds=[stage.estate.group])
    stage.see("ec2:DescribeVpcs", VpcIds=[stage.estate.vpc])


def allow_more(stage: Stage) -> None:
    """The deployer may write somewhere else in its bucket."""
    folder = stage.rng.choice(("releases", "config", "static"))
    resource = str(Arn(stage.estate.partition, "s3", "", "", f"{stage.estate.bucket}/{folder}/*"))
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    stage.change(
        "iam:PutRolePolicy",
        f"role/{_ROLE}",
        f"it is to write {folder}",
        RoleName=_ROLE,
        PolicyName="writes",
        PolicyDocument=document,
    )
