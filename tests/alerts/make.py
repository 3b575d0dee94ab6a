"""Small alerts, findings and routes, and a sink that writes down what it is told."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.clock import START

from tenfold.alerts.routing import Route, Routing
from tenfold.model.alert import Alert
from tenfold.model.arn import Arn, Scope
from tenfold.model.clock import Clock
from tenfold.model.errors import EndpointError
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding, Severity, Status, finding_key
from tenfold.model.risk import Risk
from tenfold.model.run import Run
from tenfold.sinks.notice import Notice
from tenfold.store.store import Store

ACCOUNT = "111122223333"
TRAIL = str(Arn("aws", "cloudtrail", "eu-west-1", ACCOUNT, "trail/main"))
KEY = f"ct-003|{ACCOUNT}|{TRAIL}"
EVERYTHING = Routing(routes=(Route(("ops",)),))
LOW, MEDIUM, HIGH, CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL


def opened(folder: Path, clock: Clock) -> Store:
    return Store.open(folder / "state.sqlite", clock)


def alert(
    event: str, severity: Severity = HIGH, key: str = KEY, detection: str = "ct-003", account: str = ACCOUNT
) -> Alert:
    evidence = Evidence(event, {"eventName": "StopLogging"}, START)
    about = tuple(part for part in key.split("|") if part.startswith("arn:"))
    scope = Scope("aws", account, "eu-west-1", "cloudtrail")
    return Alert(detection, key, severity, START, f"trail stopped ({event})", (evidence,), scope, about)


def bucket_arn(name: str) -> str:
    return str(Arn("aws", "s3", "", "", name))


def finding(
    name: str, key: str = "", severity: Severity = HIGH, status: Status = Status.OPEN, check: str = "s3-001"
) -> Finding:
    return Finding(
        key=finding_key(check, bucket_arn(name), key),
        check=check,
        risk=Risk.BUCKETS,
        title="Bucket is open to anyone",
        arn=bucket_arn(name),
        kind="s3.bucket",
        scope=Scope("aws", ACCOUNT, "eu-west-1", "s3"),
        severity=severity,
        status=status,
        message="anyone can read it",
        evidence=(Evidence("policy.Statement[0]", {"Principal": "*"}),),
    )


def run(number: int) -> Run:
    return Run(f"run-{number}", "0.1.0", START, START + timedelta(seconds=40), (ACCOUNT,), ("eu-west-1",))


class Ears:
    """A sink that remembers; it refuses as often as it is told to."""

    def __init__(self, refuse: int = 0) -> None:
        self.heard: list[Notice] = []
        self.asked: list[str] = []
        self.refuse = refuse

    def __call__(self, notice: Notice) -> None:
        self.asked.append(notice.delivery)
        if self.refuse:
            self.refuse -= 1
            raise EndpointError("busy")
        self.heard.append(notice)

    def said(self, what: Callable[[Notice], object] = lambda notice: notice.change.value) -> list[object]:
        return [what(notice) for notice in self.heard]
