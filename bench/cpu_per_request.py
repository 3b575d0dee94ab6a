"""CPU a request, against plain boto3 in the same run. Limit: 1.3 times.

A server in a process of its own answers the same bytes to both; each client makes the same calls in turns, so that a
noisy machine hits both alike. CPU is this process's own.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import boto3
from botocore.config import Config

from tenfold.aws.client import Client
from tenfold.aws.connection import Connection
from tenfold.aws.settings import AwsSettings
from tenfold.model.arn import Scope
from tenfold.model.clock import SystemClock

LIMIT, ROUNDS, CALLS = 1.3, 12, 150
KEYS = ("test", "test", None)
SERVER = """
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
BODY = b'<?xml version="1.0"?><VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)
    def log_message(self, *_): pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
print(server.server_port, flush=True)
server.serve_forever()
"""


def cpu(call: Callable[[], object]) -> float:
    start = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - start) / CALLS


def main() -> int:
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        ours, theirs = clients(f"http://127.0.0.1:{int(server.stdout.readline())}")
        ours(), theirs()
        pairs = [(cpu(ours), cpu(theirs)) for _ in range(ROUNDS)]
    finally:
        server.kill()
    ratio = median(a / b for a, b in pairs)
    mine, plain = (median(column) * 1e3 for column in zip(*pairs, strict=True))
    print(f"CPU a request: tenfold {mine:.2f} ms, boto3 {plain:.2f} ms, ratio {ratio:.2f} (limit {LIMIT})")
    return int(ratio > LIMIT)


def clients(url: str) -> tuple[Callable[[], object], Callable[[], object]]:
    connection = Connection(AwsSettings(region="us-east-1", endpoint_url=url), SystemClock(), keys=KEYS)
    connection._credentials["123456789012"] = connection._base  # noqa: SLF001 - no STS here: one operation is measured
    ours = Client(connection, Scope("aws", "123456789012", "us-east-1"))
    theirs = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}),
    )
    return (
        lambda: ours.call("s3:GetBucketVersioning", Bucket="bucket"),
        lambda: theirs.get_bucket_versioning(Bucket="bucket"),
    )


if __name__ == "__main__":
    sys.exit(main())
