from collections.abc import Iterator

from tenfold.checks.registry import check
from tenfold.model.errors import GapError
from tenfold.model.finding import Problem, Severity
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot

_CREDENTIALS = {
    "AccountPasswordPresent": "a password",
    "AccountAccessKeysPresent": "access keys",
    "AccountSigningCertificatesPresent": "signing certificates",
}


@check("account", id="cred-002", needs=("iam_summary",), severity=Severity.CRITICAL)
def root_without_mfa(account: Resource, _snapshot: Snapshot) -> Iterator[Problem]:
    """Root has credentials and no MFA.

    Why: whoever learns the password or the key owns the account; nothing inside the account can stop root.
    Fix: turn MFA on for root, or, in an organisation, remove root's credentials from member accounts.
    """
    summary = account["iam_summary"]
    if summary["AccountMFAEnabled"]:
        return
    has = [what for entry, what in _CREDENTIALS.items() if summary.get(entry)]
    if has:
        message = f"root has {' and '.join(has)} and no MFA"
        yield Problem(message, at="iam_summary.AccountMFAEnabled", seen=summary["AccountMFAEnabled"])
        return
    unsaid = [entry for entry in _CREDENTIALS if entry not in summary]
    if unsaid:
        reason = f"the account summary does not say whether root has credentials: no {', '.join(unsaid)}"
        raise GapError(Gap(GapKind.UNDECIDED, reason), where=account.arn)
