"""What an endpoint does that is broken or hostile: every call ends, soon, with a reason."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.clock import ManualClock
from tests.wire import ACCOUNT, Reply, Wire, client, connect

from tenfold.model.errors import GapError
from tenfold.model.gap import GapKind

REDIRECT = "<Error><Code>PermanentRedirect</Code><Message>there</Message><Endpoint>other</Endpoint></Error>"
WRONG_REGION = "<Error><Code>AuthorizationHeaderMalformed</Code><Region>us-west-2</Region></Error>"


@pytest.mark.parametrize(
    "reply",
    [
        Reply("", 301, headers={"x-amz-bucket-region": "us-west-2"}, body=REDIRECT),
        Reply("", 307, headers={"Location": "/photos?policy"}, body=REDIRECT.replace("Permanent", "Temporary")),
        Reply("", 302, headers={"Location": "/photos?policy"}),
        Reply("", 301, headers={"Location": "/photos?policy"}),
        Reply("", 400, headers={"x-amz-bucket-region": "us-west-2"}, body=WRONG_REGION),
        Reply("", 429),
        Reply("", 429, body="<Error><Code>SlowDown</Code></Error>"),
        Reply("", 503, body="<Error><Code>SlowDown</Code></Error>"),
        Reply("", 500),
        Reply("", 503, headers={"Retry-After": "86400"}),
        Reply("", 204),
        Reply("", 100),
        Reply("", 999),
    ],
    ids=lambda reply: f"{reply.status} {reply.body[:30]}",
)
def test_whatever_is_answered_for_ever_ends(reply: Reply) -> None:
    clock = ManualClock()
    with Wire([reply]) as wire:
        connection = connect(wire.url, clock, patience=10.0)
        connection._credentials[ACCOUNT] = connection._base  # the identity is not asked for
        with pytest.raises(GapError):
            client(connection).call("s3:GetBucketPolicy", Bucket="photos")
        assert len(wire.requests) <= 10
    assert sum(clock.waits) <= 10.0


class _Raw(socketserver.BaseRequestHandler):
    """Reads a request's head and answers with raw bytes; a reset at the end drops what was sent."""

    answer, reset = b"", False

    def handle(self) -> None:
        self.request.recv(65536)
        self.request.sendall(self.answer)
        if self.reset:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def raw(answer: bytes, *, reset: bool = False) -> Iterator[str]:
    """A server that answers each connection with these bytes and closes it."""
    handler = type("Handler", (_Raw,), {"answer": answer, "reset": reset})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("answer", "reset"),
    [
        (b"", False),
        (b"", True),
        (b"SSH-2.0-OpenSSH_9.0\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", False),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", False),
    ],
    ids=["closed", "reset", "not http", "cut short", "bad chunk", "bad gzip", "many headers"],
)
def test_a_connection_that_breaks_is_tried_a_few_times(answer: bytes, reset: bool) -> None:
    clock = ManualClock()
    with raw(answer, reset=reset) as url:
        connection = connect(url, clock)
        connection._credentials[ACCOUNT] = connection._base  # the identity is not asked for
        with pytest.raises(GapError) as caught:
            client(connection).call("organizations:ListAccounts")
    assert caught.value.gap.kind in (GapKind.FAILED, GapKind.ENDPOINT, GapKind.MALFORMED)
    assert sum(clock.waits) < 5
