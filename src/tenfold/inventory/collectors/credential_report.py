"""The credential report: what AWS knows of each user's passwords, keys and MFA, up to four hours old."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta

from tenfold.aws.answer import Dated
from tenfold.aws.client import Client
from tenfold.inventory.registry import facet
from tenfold.model.errors import GapError
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Resource

_CALLS = ("iam:GenerateCredentialReport", "iam:GetCredentialReport")
_EVENTS = (
    "ConsoleLogin",
    "PasswordUpdated",
    "CreateLoginProfile",
    "UpdateLoginProfile",
    "DeleteLoginProfile",
    "ChangePassword",
    "CreateAccessKey",
    "UpdateAccessKey",
    "DeleteAccessKey",
    "EnableMFADevice",
    "DeactivateMFADevice",
    "UploadSigningCertificate",
    "UpdateSigningCertificate",
    "DeleteSigningCertificate",
)
_POLLS, _PAUSE = 30, 2.0
_SAME_USER = timedelta(seconds=1)


@facet("iam.user", "credentials", calls=_CALLS, changed_by=_EVENTS)
def credentials(aws: Client, user: Resource) -> Dated:
    """The user's row: AWS's columns and words (`N/A`, `no_information`, `not_supported`) as they are."""
    return _row(aws, user)


@facet("account", "credential_report_root", calls=_CALLS, changed_by=_EVENTS)
def credential_report_root(aws: Client, account: Resource) -> Dated:
    """The root user's row; its `arn` is the account's."""
    return _row(aws, account)


def _row(aws: Client, owner: Resource) -> Dated:
    """The row of an ARN. A user who is younger than the report was not read; that is no "has none"."""
    report: Dated = aws.once("credential report", lambda: _report(aws))
    row = report.value.get(owner.arn)
    if row is None or _is_of_an_earlier_user(row, owner):
        reason = f"the credential report of {report.as_of:%Y-%m-%d %H:%M} UTC has no row for {owner.arn} yet"
        raise GapError(Gap(GapKind.NOT_READ, reason, aws.clock.now(), "iam:GetCredentialReport"), where=owner.arn)
    return Dated(row, report.as_of)


def _is_of_an_earlier_user(row: Mapping[str, str], user: Resource) -> bool:
    """Whether the row tells of a user who was deleted and whose name was given anew; the report has whole seconds."""
    if user.created_at is None:
        return False
    return user.created_at - datetime.fromisoformat(row["user_creation_time"]) >= _SAME_USER


def _report(aws: Client) -> Dated:
    """All rows by ARN, once AWS has made the report."""
    for _ in range(_POLLS):
        if aws.call("iam:GenerateCredentialReport")["State"] == "COMPLETE":
            return _fetched(aws)
        aws.clock.wait(_PAUSE)
    reason = f"AWS did not finish the credential report within {_POLLS * _PAUSE:.0f} s"
    raise GapError(Gap(GapKind.FAILED, reason, aws.clock.now(), "iam:GenerateCredentialReport"))


def _fetched(aws: Client) -> Dated:
    answer = aws.call("iam:GetCredentialReport")
    rows = csv.DictReader(io.StringIO(answer["Content"].decode()))
    return Dated({row["arn"]: row for row in rows}, datetime.fromisoformat(answer["GeneratedTime"]))
