"""How AWS says that it does not know an access key: each family of services in its own way."""

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import FORBIDDEN, fault
from tenfold.sandbox.wire import Reply

_TOKEN = "The security token included in the request is invalid"  # noqa: S105 - AWS's words, no secret
_JSON = ("UnrecognizedClientException", _TOKEN, FORBIDDEN)
_QUERY = ("InvalidClientTokenId", _TOKEN, FORBIDDEN)
_WORDS = {
    "ec2": ("AuthFailure", "AWS was not able to validate the provided access credentials", 401),
    "s3": ("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", FORBIDDEN),
}


def unknown_key(call: Call) -> Reply:
    """The answer to a call signed with a key that is not known where it came."""
    by_protocol = _QUERY if call.protocol in {"query", "rest-xml"} else _JSON
    return fault(call, *_WORDS.get(call.service, by_protocol))
