"""A real HTTP server on a free port that answers from a script: what AWS says and no simulator does.

A script is a list of replies; the first one whose pattern is found in the request answers it. A request is matched as
one line: method, path with query, operation (where the protocol names it), body.
"""

import json
import re
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs

import msgspec
from tests.clock import ManualClock

from tenfold.aws.client import Client
from tenfold.aws.connection import Connection
from tenfold.aws.credentials import Keys
from tenfold.aws.settings import AwsSettings
from tenfold.model.arn import Scope
from tenfold.model.clock import Clock

RECORDINGS = Path(__file__).parent / "recordings"
ACCOUNT = "111122223333"
REGION = "eu-west-1"


class Reply(msgspec.Struct):
    """One scripted answer; it is used up after `times` uses (None: never). A body that is no text goes out as JSON.

    `delay` is how many seconds it is held back, unless the server is released before.
    """

    match: str
    status: int = 200
    headers: dict[str, str] = {}
    body: Any = ""
    times: int | None = None
    delay: float = 0

    def bytes(self) -> bytes:
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


class Request(NamedTuple):
    """One request that came."""

    method: str
    path: str
    operation: str
    headers: Mapping[str, str]
    body: str

    @property
    def line(self) -> str:
        return f"{self.method} {self.path} {self.operation} {self.body}"

    @property
    def form(self) -> dict[str, str]:
        """The parameters of a query-protocol request."""
        return {name: values[0] for name, values in parse_qs(self.body).items()}

    @property
    def access_key(self) -> str:
        """The id of the access key that signed it."""
        return self.headers["authorization"].partition("Credential=")[2].partition("/")[0]

    @property
    def account(self) -> str:
        """The account that its key belongs to: the one in a role session's key, else our own."""
        found = re.search(r"\d{12}", self.access_key)
        return found[0] if found else ACCOUNT


def recording(name: str) -> list[Reply]:
    """The replies of a file in tests/recordings/."""
    return msgspec.json.decode((RECORDINGS / name).read_bytes(), type=list[Reply])


def identity_reply(account: str = ACCOUNT, arn: str = "") -> Reply:
    """What GetCallerIdentity says."""
    said = arn or f"arn:aws:iam::{account}:user/reader"
    result = f"<Arn>{said}</Arn><UserId>AIDAEXAMPLE</UserId><Account>{account}</Account>"
    return Reply("GetCallerIdentity", body=query_result("GetCallerIdentity", result))


def role_session(match: str, account: str, minutes: float = 60, times: int | None = None, mark: str = "") -> Reply:
    """What AssumeRole says: keys of the account, whose id stands in them with `mark` after it.

    They expire by the real clock, which is the one that botocore refreshes by.
    """
    key = f"ASIA{account}{mark}"
    expires = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    keys = (
        f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token-{key}</SessionToken>"
    )
    result = f"<Credentials>{keys}<Expiration>{expires}</Expiration></Credentials>"
    return Reply(f"Action=AssumeRole.*{match}", body=query_result("AssumeRole", result), times=times)


def query_result(operation: str, result: str) -> str:
    """The XML of a query-protocol answer."""
    inner = f"<{operation}Result>{result}</{operation}Result>"
    return f"<{operation}Response>{inner}<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{operation}Response>"


def query_error(match: str, status: int, code: str, message: str = "", times: int | None = None) -> Reply:
    """An error of a query-protocol service."""
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    return Reply(match, status, body=f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>", times=times)


def s3_error(match: str, status: int, code: str, message: str = "", times: int | None = None) -> Reply:
    """An error of S3."""
    return Reply(match, status, body=f"<Error><Code>{code}</Code><Message>{message}</Message></Error>", times=times)


def bucket_list(*names: str, region: str = REGION) -> Reply:
    """What ListBuckets says of an account with these buckets."""
    row = "<Bucket><Name>{}</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate><BucketRegion>{}</BucketRegion></Bucket>"
    rows = "".join(row.format(name, region) for name in names)
    owner = "<Owner><ID>c0ffee</ID></Owner>"
    body = f"<ListAllMyBucketsResult>{owner}<Buckets>{rows}</Buckets></ListAllMyBucketsResult>"
    return Reply(r"^GET /\?max-buckets", body=body)


class Wire:
    """The server. `requests` holds what came; a request that the script does not know fails the test at the end."""

    def __init__(self, script: Iterable[Reply]) -> None:
        self._script = list(script)
        self._lock = threading.Lock()
        self.released = threading.Event()
        self.requests: list[Request] = []
        self.unknown: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        assert not self.unknown, self.unknown

    def answer(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            for reply in self._script:
                if reply.times != 0 and re.search(reply.match, request.line):
                    reply.times = None if reply.times is None else reply.times - 1
                    return reply
            if "GetCallerIdentity" in request.body:
                return identity_reply(request.account)
            self.unknown.append(request.line)
        return Reply("", 418)

    def asked(self, pattern: str) -> list[Request]:
        """The requests in which the pattern is found."""
        return [request for request in self.requests if re.search(pattern, request.line)]


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            operation = headers.get("x-amz-target", "").rpartition(".")[2]
            reply = wire.answer(Request(self.command, self.path, operation, headers, body))
            wire.released.wait(reply.delay)
            content = reply.bytes()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815 - http.server finds methods by these names

        def log_message(self, *_: object) -> None:
            """Nothing: the requests are kept."""

    return Handler


def connect(
    url: str | None, clock: Clock | None = None, keys: Keys | None = ("AKIAHUB", "secret", None), **settings: Any
) -> Connection:
    """A connection with given keys to an endpoint."""
    known = {"region": REGION, "regions": (REGION,)} | settings
    return Connection(AwsSettings(endpoint_url=url, **known), clock or ManualClock(), keys=keys)


def client(connection: Connection, account: str = ACCOUNT, region: str = REGION) -> Client:
    """An account's client."""
    return Client(connection, Scope("aws", account, region))
