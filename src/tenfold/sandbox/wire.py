"""One HTTP request and its answer, as bytes that can be read more than once."""

import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto.core.request import Request
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import get_input_stream

_ACCOUNT_HOST = re.compile(r"(\d{12})\.(.+)")


@dataclass(frozen=True)
class Wire:
    """A request as it arrived: the WSGI environment without its body, and the body."""

    environ: WSGIEnvironment
    body: bytes

    @property
    def method(self) -> str:
        """The HTTP method."""
        return str(self.environ["REQUEST_METHOD"])

    @property
    def path(self) -> str:
        """The decoded path."""
        return str(self.environ.get("PATH_INFO", ""))

    @property
    def address(self) -> str:
        """The peer's address."""
        return str(self.environ.get("REMOTE_ADDR", ""))

    def header(self, name: str) -> str:
        """One header, or an empty string."""
        return str(self.environ.get("HTTP_" + name.upper().replace("-", "_"), ""))

    def request(self) -> Request:
        """A fresh view of the request for moto's routers and parsers."""
        return Request(self._environ())

    def through(self, application: WSGIApplication) -> "Reply":
        """What a WSGI application answers to this request."""
        chunks, status, headers = run_wsgi_app(application, self._environ(), buffered=True)
        return Reply(int(status.split(" ")[0]), list(headers), b"".join(chunks))

    def acting_for(self, account: str) -> "Wire":
        """The same request with the account that it acts in, which moto else looks for in all accounts."""
        return Wire({**self.environ, "HTTP_X_MOTO_ACCOUNT_ID": account}, self.body)

    def _environ(self) -> WSGIEnvironment:
        return {**self.environ, "wsgi.input": io.BytesIO(self.body)}


@dataclass(frozen=True)
class Reply:
    """An answer: status, headers, body."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        """One header, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def send(self, start: StartResponse) -> Iterable[bytes]:
        """Give the answer to a WSGI server."""
        headers = self.headers
        if not self.header("content-length"):
            headers = [*headers, ("Content-Length", str(len(self.body)))]
        start(f"{self.status} {_phrase(self.status)}", headers)
        return [self.body]


def receive(environ: WSGIEnvironment) -> Wire:
    """Read a request whole, and undo what clients do to the host name.

    S3 Control clients put the account id before the host (`123456789012.127.0.0.1:4566`); the same fact goes
    into the header where moto looks for it.
    """
    body = get_input_stream(environ).read()
    environ = {
        key: value for key, value in environ.items() if key not in {"wsgi.input_terminated", "HTTP_TRANSFER_ENCODING"}
    }
    environ["CONTENT_LENGTH"] = str(len(body))
    if match := _ACCOUNT_HOST.fullmatch(environ.get("HTTP_HOST", "")):
        environ.setdefault("HTTP_X_AMZ_ACCOUNT_ID", match[1])
        environ["HTTP_HOST"] = match[2]
    return Wire(environ, body)


def json_reply(value: Any, status: int = 200) -> Reply:
    """A value as a JSON answer."""
    return Reply(status, [("Content-Type", "application/json")], json.dumps(value).encode())


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
