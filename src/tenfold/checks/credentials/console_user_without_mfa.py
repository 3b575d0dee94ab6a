from collections.abc import Iterator

from tenfold.checks.registry import check
from tenfold.model.finding import Problem, Severity
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot


@check("iam.user", id="cred-004", needs=("credentials",), severity=Severity.HIGH)
def console_user_without_mfa(user: Resource, _snapshot: Snapshot) -> Iterator[Problem]:
    """User can log in to the console with a password alone.

    Why: a guessed or phished password is then all that it takes.
    Fix: federate people to roles (SAML or Identity Center); until then require MFA, or delete the login profile.
    """
    row = user["credentials"]
    has_console, has_mfa = (row[column] == "true" for column in ("password_enabled", "mfa_active"))
    if has_console and not has_mfa:
        yield Problem("has a console password and no MFA device", at="credentials.mfa_active", seen=row["mfa_active"])
