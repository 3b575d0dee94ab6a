"""Root users: used lately (cred-001), without MFA (cred-002)."""

from tenfold.sandbox.company.draft import Draft
from tenfold.sandbox.company.specs import Root

LATELY, WITHOUT_MFA = "cred-001", "cred-002"


def plant_roots(draft: Draft) -> None:
    """One root user an account; one or two of twenty used lately, one or two without MFA."""
    lately = set(draft.some(draft.rounds, 2 * draft.rounds, draft.accounts))
    exposed = set(draft.some(draft.rounds, 2 * draft.rounds, draft.accounts))
    at_rest = [account for account in draft.accounts if account not in lately | exposed]
    bare = draft.rng.choice(at_rest) if at_rest and draft.chance(0.7) else None
    for account in draft.accounts:
        root = _bare(account) if account == bare else _root(draft, account, mfa=account not in exposed)
        root = _used(draft, root) if account in lately else _rested(draft, root)
        draft.roots.append(root)
        _mark(draft, root, lately=account in lately, exposed=account in exposed)


def _bare(account: str) -> Root:
    """As in a member account whose root credentials were removed."""
    return Root(account, mfa=False, password=False, access_keys=0)


def _root(draft: Draft, account: str, *, mfa: bool) -> Root:
    password, keys = draft.rng.choice(((True, 0), (True, 0), (True, 1), (False, 1)))
    return Root(account, mfa=mfa, password=password, access_keys=keys)


def _used(draft: Draft, root: Root) -> Root:
    return _with_use(draft, root, draft.rng.choice((0, 3, 11, 20, 29)))


def _rested(draft: Draft, root: Root) -> Root:
    return _with_use(draft, root, draft.rng.choice((None, 31, 45, 90, 200)))


def _with_use(draft: Draft, root: Root, days: int | None) -> Root:
    """The root user, last used so many days ago by a credential that it has; by none when it has none."""
    by_key = root.access_keys and (not root.password or draft.chance(0.5))
    key_used = days if by_key else None
    password_used = days if root.password and not by_key else None
    return Root(root.account, root.mfa, root.password, root.access_keys, password_used, key_used)


def _mark(draft: Draft, root: Root, *, lately: bool, exposed: bool) -> None:
    arn = draft.ground.iam(root.account, "root")
    how = f"password used {_ago(root.password_used)}, access key used {_ago(root.key_used)}"
    draft.mark(LATELY, arn, risk=lately, why=f"root's {how}")
    has = f"{'a' if root.password else 'no'} password, {root.access_keys} access key(s), {'' if root.mfa else 'no '}MFA"
    draft.mark(WITHOUT_MFA, arn, risk=exposed, why=f"root has {has}")


def _ago(days: int | None) -> str:
    return "never" if days is None else f"{days} days ago"
