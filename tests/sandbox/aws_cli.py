"""The AWS CLI, a client that is not ours, as its user runs it."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from tests.sandbox import aws
from tests.sandbox.digest_reading import ACCOUNT

from tenfold.sandbox.server import Sandbox

PROGRAM = Path(sys.prefix) / "aws-cli" / "bin" / "aws"


def validate_logs(
    sandbox: Sandbox, start: datetime, end: datetime, region: str = aws.REGION, name: str = "main", *more: str
) -> tuple[int, str]:
    """`aws cloudtrail validate-logs` over a trail of `us-east-1`: the exit code, and all that it said."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "AWS_ENDPOINT_URL": sandbox.endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    arn = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/{name}"
    period = ["--start-time", f"{start:%Y-%m-%dT%H:%M:%SZ}", "--end-time", f"{end:%Y-%m-%dT%H:%M:%SZ}"]
    what = ["cloudtrail", "validate-logs", "--region", region, "--trail-arn", arn]  # a default region does not count
    command = [str(PROGRAM), *what, *period, *more]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr
