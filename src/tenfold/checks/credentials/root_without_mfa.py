from collections.abc import Iterator

from tenfold.checks.registry import check
from tenfold.model.errors import GapError
from tenfold.model.finding import Problem, Severity
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot


@check("account", id="cred-002", needs=("iam_summary",), severity=Severity.CRITICAL)
def root_without_mfa(account: Resource, _snapshot: Snapshot) -> Iterator[Problem]:
    """Root has credentials and no MFA.

    Why: whoever learns the password or the key owns the account; nothing inside the account can stop root.
    Fix: turn MFA on for root, or, in an organisation, remove root's credentials from member accounts.
    """
    summary = account["iam_summary"]
    if summary["AccountMFAEnabled"]:
        return
    password, keys = summary.get("AccountPasswordPresent"), summary.get("AccountAccessKeysPresent", 0)
    if password is None and not keys:
        reason = "the account summary does not say whether root has a password"
        raise GapError(Gap(GapKind.UNDECIDED, reason), where=account.arn)
    if password or keys:
        has = " and ".join(["a password"] * bool(password) + [f"{keys} access key(s)"] * bool(keys))
        yield Problem(f"root has {has} and no MFA", at="iam_summary.AccountMFAEnabled", seen=0)
