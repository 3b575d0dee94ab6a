"""Trails: who has one that logs everywhere, proves itself, and lies in another account (log-001)."""

from tenfold.model.arn import Arn
from tenfold.sandbox.company.documents import allow, document
from tenfold.sandbox.company.draft import Draft
from tenfold.sandbox.company.specs import Document, Shape, Trail
from tenfold.sandbox.company.tables import CLOUDTRAIL, MANAGEMENT, SECURITY

UNESCROWED = "log-001"
GOOD, NONE = "a trail with all it needs", "no trail"
ONE_REGION, NO_VALIDATION, STOPPED = "a trail of one region", "a trail without validation", "a trail that does not log"
OWN_BUCKET = "a trail that delivers to its own account"
DATA_ONLY = "a trail of data events alone"
FAULTS = (ONE_REGION, NO_VALIDATION, OWN_BUCKET, STOPPED, DATA_ONLY)
_OWN_TRAILS = 40  # accounts of a large company that have a trail of their own, at most
_ARCHIVE, _OWN = "log-archive", "trail-logs"


def plant_trails(draft: Draft) -> None:
    """Either trails of the accounts' own, or an organisation trail with a fault and few trails beside it."""
    of_organization = draft.chance(0.4)
    if of_organization:
        account, fault = draft.ground.accounts[MANAGEMENT], draft.rng.choice(FAULTS)
        draft.trails.append(_trail(draft, account, "organization-trail", fault, organization=True))
    good, bad, *others = draft.rng.sample(draft.accounts, len(draft.accounts))
    _account(draft, good, GOOD)
    _account(draft, bad, draft.rng.choice((NONE, *FAULTS)))
    for number, account in enumerate(others):
        states = (NONE, NONE, *FAULTS) if of_organization else (GOOD, NONE, *FAULTS)
        _account(draft, account, draft.rng.choice(states) if number < _OWN_TRAILS else NONE)
    _plant_archives(draft)


def trail_arn(partition: str, trail: Trail) -> str:
    """A trail's ARN."""
    return str(Arn(partition, "cloudtrail", trail.region, trail.account, f"trail/{trail.name}"))


def _account(draft: Draft, account: str, state: str) -> None:
    """The account's own trails. A faulty organisation trail does not make up for what they lack."""
    if state != NONE:
        draft.trails.append(_trail(draft, account, "activity", state))
    if state == GOOD and draft.chance(0.3):
        draft.trails.append(_trail(draft, account, "regional", ONE_REGION))
    beside = ", beside a faulty organisation trail" if any(trail.organization for trail in draft.trails) else ""
    draft.mark(UNESCROWED, draft.ground.iam(account, "root"), risk=state != GOOD, why=f"{state}{beside}")


def _trail(draft: Draft, account: str, name: str, state: str, *, organization: bool = False) -> Trail:
    return Trail(
        account=account,
        name=f"{draft.company}-{name}",
        region=draft.home,
        bucket=_own_archive(draft, account) if state == OWN_BUCKET else _escrow(draft, account),
        multi_region=state != ONE_REGION,
        validation=state != NO_VALIDATION,
        organization=organization,
        logging=state != STOPPED,
        data_only=state == DATA_ONLY,
    )


def _escrow(draft: Draft, account: str) -> str:
    """A bucket out of the account's reach: the log archive; for the log archive's account, one of management's."""
    security, management = draft.ground.accounts[SECURITY], draft.ground.accounts[MANAGEMENT]
    return draft.bucket_name(management if account == security else security, _ARCHIVE)


def _own_archive(draft: Draft, account: str) -> str:
    """A bucket in the account itself."""
    return draft.bucket_name(account, _ARCHIVE if account == draft.ground.accounts[SECURITY] else _OWN)


def _plant_archives(draft: Draft) -> None:
    """The buckets that trails deliver to."""
    for account in draft.accounts:
        for topic in (_ARCHIVE, _OWN):
            name = draft.bucket_name(account, topic)
            sources = [trail_arn(draft.ground.partition, trail) for trail in draft.trails if trail.bucket == name]
            if sources:
                draft.bucket(account, name, Shape(policy=_archive_policy(draft.bucket_arn(name), sources)))


def _archive_policy(bucket: str, trails: list[str]) -> Document:
    """CloudTrail may deliver, for these trails alone."""
    service, sources = {"Service": CLOUDTRAIL}, {"aws:SourceArn": trails}
    delivered = {**sources, "s3:x-amz-acl": "bucket-owner-full-control"}
    return document(
        allow("s3:GetBucketAcl", bucket, Principal=service, Condition={"StringEquals": sources}),
        allow("s3:PutObject", f"{bucket}/AWSLogs/*", Principal=service, Condition={"StringEquals": delivered}),
    )
