"""What clients compare with the machine's clock: they know no other, whatever time it is here."""

import re
from datetime import UTC

from tenfold.sandbox.calls import Call
from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.root import moment
from tenfold.sandbox.wire import Reply

_END = re.compile(rb"(?<=<Expiration>)[^<]+(?=</Expiration>)")


def in_client_time(call: Call, reply: Reply, clock: SandboxClock) -> Reply:
    """An answer of STS with the end of the session as the machine's clock will show it: SDKs renew sessions by that."""
    if call.service != "sts" or clock.is_real:
        return reply
    headers = [(name, value) for name, value in reply.headers if name.lower() != "content-length"]
    return Reply(reply.status, headers, _END.sub(lambda found: _real(found[0], clock), reply.body))


def _real(text: bytes, clock: SandboxClock) -> bytes:
    end = moment(text.decode())
    assert end is not None
    return f"{clock.real(end).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
