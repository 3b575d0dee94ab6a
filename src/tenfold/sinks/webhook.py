"""Notices as signed JSON, by POST."""

import contextlib
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import msgspec

from tenfold import __version__
from tenfold.model.clock import Clock
from tenfold.model.errors import ConfigError, EndpointError
from tenfold.sinks.addresses import connect
from tenfold.sinks.lines import visible
from tenfold.sinks.notice import Notice, document
from tenfold.sinks.registry import sink

_ANSWER = 200
"""Bytes that are read of an answer: enough for its reason."""

_TAKEN = range(200, 300)

Secret = Annotated[str, msgspec.Meta(min_length=16)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=30)]


@sink("webhook")
def webhook(
    notice: Notice, clock: Clock, url: str, secret: Secret, *, allow_private: bool = False, timeout: Seconds = 10
) -> None:
    """Posts a notice to an URL, signed so that the receiver knows who sent it and when.

    `X-Tenfold-Signature` is `v1=` and the hexadecimal HMAC-SHA256, under `secret`, of the text of
    `X-Tenfold-Timestamp` (seconds since 1970), a full stop, and the body. `X-Tenfold-Delivery` is the notice's.
    Redirects are not followed, proxies not used. The URL may itself be a secret: errors name its host only.

    Args:
        notice: goes out as JSON.
        clock: for the timestamp.
        url: https; http only with `allow_private`.
        secret: at least 16 characters, shared with the receiver.
        allow_private: let the target be at a loopback, private or link-local address.
        timeout: seconds for the connection, and again for all that follows.

    Raises:
        ConfigError: when the URL cannot be used.
        EndpointError: when the target is not reached, must not be reached, or answers anything but 2xx.
    """
    target = _target(url, allow_private=allow_private)
    body = msgspec.json.encode(document(notice))
    timestamp = str(int(clock.now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"tenfold/{__version__}",
        "X-Tenfold-Delivery": notice.delivery,
        "X-Tenfold-Timestamp": timestamp,
        "X-Tenfold-Signature": signature(secret, timestamp, body),
    }
    status, answer = _posted(target, body, headers, timeout, allow_private=allow_private)
    if status not in _TAKEN:
        raise EndpointError(f"{target.hostname} answered {status}: {visible(answer)}".rstrip(": "))


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What stands in `X-Tenfold-Signature`."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _target(url: str, *, allow_private: bool) -> SplitResult:
    schemes = {"https", "http"} if allow_private else {"https"}
    try:
        target = urlsplit(url)
        usable = target.scheme in schemes and bool(target.hostname) and target.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError("the webhook's url must be https://HOST/...", next="http is for allow_private = true only.")
    if target.username or target.password:
        raise ConfigError("the webhook's url must not hold a name or password", where=str(target.hostname))
    return target


def _posted(
    target: SplitResult, body: bytes, headers: dict[str, str], timeout: float, *, allow_private: bool
) -> tuple[int, str]:
    """Status and begin of the answer."""
    host, path = str(target.hostname), (target.path or "/") + (f"?{target.query}" if target.query else "")
    secure = target.scheme == "https"
    connection = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(host, target.port)
    wire = connect(host, connection.port, timeout, allow_private=allow_private)
    try:
        with _deadline(wire, timeout):
            connection.sock = ssl.create_default_context().wrap_socket(wire, server_hostname=host) if secure else wire
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            return response.status, response.read(_ANSWER).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        raise EndpointError(f"{host} did not answer as a web server does within {timeout:g} s: {error!r}") from error
    finally:
        connection.close()
        wire.close()


@contextlib.contextmanager
def _deadline(wire: socket.socket, seconds: float) -> Iterator[None]:
    """End a connection after `seconds`, however slowly the other side sends: its timeout counts from the last byte."""
    with wire.dup() as same:  # TLS takes `wire` itself away
        timer = threading.Timer(seconds, _end, [same])
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _end(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side was faster
        wire.shutdown(socket.SHUT_RDWR)
