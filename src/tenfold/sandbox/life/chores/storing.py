"""Work on objects and buckets."""

from tenfold.sandbox.life.registry import chore
from tenfold.sandbox.life.stage import Stage

_KINDS = ("invoices", "exports", "images", "models")


@chore("person", ["cli"], weight=4)
def upload(stage: Stage) -> None:
    """A few objects under names that come again, so that a bucket does not grow without end."""
    for _ in range(stage.rng.randint(1, 3)):
        key = f"{stage.rng.choice(_KINDS)}/{stage.rng.randrange(40):03}.csv"
        stage.see("s3:PutObject", Bucket=stage.estate.bucket, Key=key, Body=b"a,b\n" * stage.rng.randint(10, 200))


@chore("person", ["cli", "console"], weight=6)
def download(stage: Stage) -> None:
    """What lies there."""
    found = stage.see("s3:ListObjectsV2", Bucket=stage.estate.bucket, MaxKeys=50).get("Contents", [])
    for item in stage.rng.sample(found, min(3, len(found))):
        stage.see("s3:GetObject", Bucket=stage.estate.bucket, Key=item["Key"])


@chore("person", ["cli", "console", "terraform"], weight=1)
def tag_the_bucket(stage: Stage) -> None:
    """A new cost centre."""
    tags = [{"Key": "cost-center", "Value": str(stage.rng.randint(1000, 1999))}, {"Key": "owner", "Value": "platform"}]
    stage.change(
        "s3:PutBucketTagging",
        f"s3:::{stage.estate.bucket}",
        "a new cost center",
        Bucket=stage.estate.bucket,
        Tagging={"TagSet": tags},
    )


@chore("person", ["cli", "terraform"], weight=1)
def keep_objects_for_other_days(stage: Stage) -> None:
    """Old objects are to go sooner, or later."""
    rule = {
        "ID": "old",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": stage.rng.randint(30, 400)},
    }
    stage.change(
        "s3:PutBucketLifecycleConfiguration",
        f"s3:::{stage.estate.bucket}",
        "objects expire after another time",
        Bucket=stage.estate.bucket,
        LifecycleConfiguration={"Rules": [rule]},
    )
