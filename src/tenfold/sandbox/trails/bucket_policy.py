"""Whether the policy of its bucket lets a trail write, for sandboxes that are as strict as AWS."""

from moto.cloudtrail.models import Trail
from moto.s3.models import s3_backends

from tenfold.policy.document import Effect, Request
from tenfold.policy.principals import Caller
from tenfold.sandbox.authority.judge import judge
from tenfold.sandbox.trails.delivery import no_bucket
from tenfold.sandbox.trails.files import organization_id
from tenfold.sandbox.trails.sight import CLOUDTRAIL

_ACL = "bucket-owner-full-control"


def policy_obstacle(trail: Trail) -> str:
    """`NoSuchBucket`, or `AccessDenied` when the bucket's policy does not let CloudTrail write there for the trail."""
    if missing := no_bucket(trail):
        return missing
    partition, owner = s3_backends.bucket_accounts[trail.bucket_name]
    bucket = s3_backends[owner][partition].get_bucket(trail.bucket_name)
    documents = [bucket.policy.decode()] if bucket.policy else []
    folder = "/".join(filter(None, [trail.s3_key_prefix, "AWSLogs", organization_id(trail) or trail.account_id]))
    needed = (("s3:GetBucketAcl", bucket.arn), ("s3:PutObject", f"{bucket.arn}/{folder}/any"))
    allowed = all(judge(documents, _request(trail, action, arn)) is Effect.ALLOW for action, arn in needed)
    return "" if allowed else "AccessDenied"


def _request(trail: Trail, action: str, resource: str) -> Request:
    context = {"aws:sourcearn": (trail.arn,), "aws:sourceaccount": (trail.account_id,), "s3:x-amz-acl": (_ACL,)}
    return Request(Caller("service", (CLOUDTRAIL,)), action, resource, context)
