"""Buckets asked for in a region that is not theirs."""

from datetime import datetime
from xml.sax.saxutils import escape

from moto.s3.models import FakeBucket

from tenfold.sandbox.buckets.blocks import bucket_named
from tenfold.sandbox.calls import Call
from tenfold.sandbox.endpoints import endpoint_host
from tenfold.sandbox.faults import MOVED
from tenfold.sandbox.identity import ANONYMOUS, Caller
from tenfold.sandbox.weather.habit import Ask, Habit
from tenfold.sandbox.wire import Reply

_FROM_ANYWHERE = frozenset({"CreateBucket", "GetBucketLocation"})
_TEXT = (
    "The bucket you are attempting to access must be addressed using the specified endpoint. "
    "Please send all future requests to this endpoint."
)


class WrongRegion(Habit):
    """A call about a bucket that is signed for another region than the bucket's is redirected (301)."""

    def answer(self, call: Call, caller: Caller, now: datetime, ask: Ask) -> Reply:
        """Redirect; where a bucket is can be asked anywhere, and who does not sign names no region."""
        del now
        if call.service != "s3" or call.operation in _FROM_ANYWHERE or caller is ANONYMOUS:
            return ask(call, caller)
        bucket = bucket_named(call.parameters.get("Bucket", ""))
        if bucket is None or bucket.region_name == call.region:
            return ask(call, caller)
        return _redirect(call, bucket)


def _redirect(call: Call, bucket: FakeBucket) -> Reply:
    headers = [("x-amz-bucket-region", bucket.region_name), ("Content-Type", "application/xml")]
    if call.wire.method == "HEAD":
        return Reply(MOVED, headers)
    host = endpoint_host("s3", bucket.region_name)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>PermanentRedirect</Code><Message>{_TEXT}</Message>"
        f"<Endpoint>{escape(host)}</Endpoint><Bucket>{escape(bucket.name)}</Bucket></Error>"
    )
    return Reply(MOVED, headers, body.encode())
