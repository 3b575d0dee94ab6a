"""A report by hand: what a first real account may look like."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tenfold.model.arn import Scope, account_root
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding, Severity, Status, finding_key
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Json
from tenfold.model.risk import Risk
from tenfold.model.run import CallCount, Delta, Report, RiskScore, Run, Unread
from tenfold.model.snapshot import ListCoverage, ListStatus, Vanished

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEFORE = START - timedelta(days=20)
MAIN, OTHER = "111122223333", "444455556666"
CALL = "s3:GetBucketPolicy"
DENIED = Gap(GapKind.DENIED, f"not authorized to perform {CALL} on audit-archive", START, CALL)
FENCED = Gap(GapKind.FENCED, "explicitly denied in a service control policy", START, "iam:GetUser", "p-abcd1234")


def bucket(name: str) -> str:
    return f"arn:aws:s3:::{name}"


def user(name: str, account: str = MAIN) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


def finding(
    check: tuple[str, Risk, str, Severity],
    arn: str,
    message: str,
    *evidence: Evidence,
    gap: Gap | None = None,
    first_seen: datetime = START,
    severity: Severity | None = None,
    account: str = MAIN,
    key: str = "",
) -> Finding:
    id, risk, title, usual = check  # noqa: A001 - the field's own name
    service = arn.split(":")[2]
    return Finding(
        key=finding_key(id, arn, key),
        check=id,
        risk=risk,
        title=title,
        arn=arn,
        kind="s3.bucket" if service == "s3" else "iam.user",
        scope=Scope("aws", account, "eu-west-1" if service == "s3" else "", service),
        severity=usual if severity is None else severity,
        status=Status.UNKNOWN if gap else Status.OPEN,
        message=message,
        evidence=evidence,
        gap=gap,
        first_seen=first_seen,
        last_seen=None if gap else START,
    )


PUBLIC = ("s3-001", Risk.BUCKETS, "Bucket is open to anyone", Severity.CRITICAL)
FOREIGN = ("s3-002", Risk.BUCKETS, "Bucket is open to an unknown account", Severity.HIGH)
ACL = ("s3-003", Risk.BUCKETS, "Bucket uses ACL grants", Severity.MEDIUM)
ROOT = ("iam-001", Risk.CREDENTIALS, "Root user has no MFA", Severity.CRITICAL)
OLD_KEY = ("iam-003", Risk.CREDENTIALS, "Access key is older than 90 days", Severity.MEDIUM)
STAR = ("iam-005", Risk.PRIVILEGE, "Policy allows everything", Severity.HIGH)

STATEMENT = {"Sid": "Public", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
WITNESS = {"principal": "anyone", "action": "s3:GetObject", "resource": f"{bucket('acme-site')}/index.html"}


def seen(source: str, what: Json = None, request: Mapping[str, str] | None = None) -> Evidence:
    return Evidence(source, what, START, request)


def run() -> Run:
    calls = (CallCount("s3", "GetBucketPolicy", 1180, 12, 1.0, 9.0), CallCount("iam", "GetUser", 24, 0, 0.1, 0.4))
    end = START + timedelta(seconds=101)
    return Run("run-2", "0.1.0", START, end, (MAIN, OTHER), ("eu-west-1", "us-east-1"), calls)


def scores(*known: RiskScore) -> tuple[RiskScore, ...]:
    rows = {score.risk: score for score in known}
    return tuple(rows.get(risk, RiskScore(risk, 0, 0, 0, 0, None, None)) for risk in Risk)


def report(findings: Sequence[Finding], resolved: Sequence[Finding] = (), delta: Delta | None = None) -> Report:
    return Report(
        run=run(),
        scores=scores(RiskScore(Risk.BUCKETS, 3, 1, 1, 1, Severity.CRITICAL, 33)),
        findings=tuple(findings),
        resolved=tuple(resolved),
        lists=(ListCoverage("s3.bucket", Scope("aws", MAIN), ListStatus.COMPLETE, 3, START),),
        unread=(),
        vanished=(),
        delta=delta or Delta(),
        counts={},
    )


def full() -> Report:
    """About twenty findings, of every kind."""
    again = finding(ACL, bucket("acme-old"), "the ACL grants READ to another account")
    findings = [
        finding(PUBLIC, bucket("acme-site"), "anyone can read every object", seen("policy.Statement[0]", STATEMENT, WITNESS)),
        finding(PUBLIC, bucket("acme-logs"), "anyone can list it", seen("acl.Grants[1]", {"URI": "AllUsers"}), first_seen=BEFORE),
        finding(FOREIGN, bucket("acme-exports"), "999988887777 can read objects", seen("policy.Statement[2]"), first_seen=BEFORE),
        finding(ROOT, account_root("aws", MAIN), "the root user has a password and no MFA device", seen("summary.AccountMFAEnabled", 0)),
        *(finding(OLD_KEY, user(f"ci-{n:02}"), f"key AKIA…{n:04} is {91 + n} days old", seen(f"keys[{n}].CreateDate"), first_seen=BEFORE) for n in range(13)),
        finding(OLD_KEY, user("ann", OTHER), "key AKIA…9 is 800 days old and was used today", severity=Severity.HIGH, account=OTHER),
        finding(STAR, "arn:aws:iam::111122223333:policy/everything", "the statement allows * on *", seen("document.Statement[0]", {"Effect": "Allow", "Action": "*", "Resource": "*"})),
        *(finding(check, bucket("audit-archive"), "unknown", gap=DENIED) for check in (PUBLIC, FOREIGN)),
        finding(PUBLIC, bucket("audit-logs"), "unknown", gap=DENIED, first_seen=BEFORE),
        finding(OLD_KEY, user("bob", OTHER), "unknown", gap=FENCED, account=OTHER),
    ]  # fmt: skip
    throttled = Gap(GapKind.THROTTLED, "still throttled after 300 s", START, "ec2:DescribeVpcs")
    return Report(
        run=run(),
        scores=scores(
            RiskScore(Risk.CREDENTIALS, 4, 120, 15, 1, Severity.CRITICAL, 88),
            RiskScore(Risk.BUCKETS, 3, 1180, 3, 3, Severity.CRITICAL, 99),
            RiskScore(Risk.PRIVILEGE, 2, 2, 1, 0, Severity.HIGH, 66),
            RiskScore(Risk.LOGGING, 1, 0, 0, 0, None, None),
            RiskScore(Risk.INVENTORY, 1, 12, 0, 0, None, 100),
        ),
        findings=tuple(findings),
        resolved=(again,),
        lists=(
            *(
                ListCoverage("s3.bucket", Scope("aws", account), ListStatus.COMPLETE, 40, START)
                for account in (MAIN, OTHER)
            ),
            ListCoverage("ec2.vpc", Scope("aws", OTHER, "us-east-1"), ListStatus.PARTIAL, 3, START, throttled),
            ListCoverage("iam.user", Scope("aws", OTHER), ListStatus.MISSING, 0, START, FENCED),
        ),
        unread=(Unread(DENIED, Scope("aws", MAIN), "s3.bucket policy", 3, (bucket("audit-archive"),)),),
        vanished=(Vanished(bucket("acme-tmp"), "s3.bucket", START),),
        delta=Delta("run-1", (findings[0].key,), (again.key,), (findings[-2].key,)),
        counts={"s3.bucket": 80},
        oldest_fact=START - timedelta(hours=3, minutes=20),
    )
