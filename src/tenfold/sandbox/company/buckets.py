"""Buckets: open to anyone (s3-001), shared with a stranger (s3-002), with an ACL that counts (s3-003)."""

from tenfold.sandbox.company import shapes
from tenfold.sandbox.company.draft import Draft
from tenfold.sandbox.company.shapes import Site, Variety
from tenfold.sandbox.company.specs import ENFORCED, Bucket, Shape

OPEN, STRANGER, ACL = "s3-001", "s3-002", "s3-003"
_IGNORE = "IgnorePublicAcls"
_PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")


def plant_buckets(draft: Draft) -> Bucket:
    """Buckets for the three checks; gives one that is open by its policy."""
    rows = draft.some(2, 4, shapes.OPEN_BY_POLICY) + draft.some(1, 2, shapes.OPEN_BY_ACL)
    opened = [_place(draft, OPEN, variety, risk=True, among=draft.unblocked) for variety in rows]
    for variety in draft.some(5, 7, shapes.ALMOST_OPEN):
        _place(draft, OPEN, variety, risk=False, among=draft.unblocked)
    for variety in draft.some(1, 2, shapes.BLOCKED_BY_ACCOUNT):
        _place(draft, OPEN, variety, risk=False, among=draft.blocked)
    for variety in draft.some(2, 3, shapes.SHARED_WITH_STRANGERS):
        _place(draft, STRANGER, variety, risk=True, among=draft.unblocked if variety.loose else draft.accounts)
    for variety in draft.some(2, 4, shapes.SHARED_WITH_FRIENDS):
        _place(draft, STRANGER, variety, risk=False, among=draft.accounts)
    for variety in draft.some(1, 2, shapes.GRANTED_BY_ACL):
        _place(draft, ACL, variety, risk=True, among=draft.accounts)
    for variety in draft.some(1, 2, shapes.NOT_GRANTED_BY_ACL):
        _place(draft, ACL, variety, risk=False, among=draft.accounts)
    return opened[0]


def acl_counts(shape: Shape, *, account_blocks: bool) -> bool:
    """Whether the ACL lets in somebody besides the owner: ACLs are on, and a public grant is not ignored."""
    if shape.ownership == ENFORCED:
        return False
    ignored = account_blocks or _IGNORE in (shape.block or ())
    return bool(shape.grantee or (shape.acl and not (shape.acl in _PUBLIC_ACLS and ignored)))


def _place(draft: Draft, check: str, variety: Variety, *, risk: bool, among: tuple[str, ...]) -> Bucket:
    """Put down a bucket of the variety in one of the accounts. A telling ACL is marked for other checks too."""
    account = draft.rng.choice(among)
    name = draft.bucket_name(account)
    sister = draft.rng.choice([other for other in draft.accounts if other != account])
    arn = draft.bucket_arn(name)
    shape = variety.shape(Site(arn, account, sister, draft.ground, draft.neighbours))
    draft.mark(check, arn, risk=risk, why=variety.why)
    if check != ACL and shape.acl:
        counts = acl_counts(shape, account_blocks=account in draft.blocked)
        draft.mark(ACL, arn, risk=counts, why=variety.why)
    if shape.grantee:  # a canonical user is an account, and this one nobody knows
        draft.mark(STRANGER, arn, risk=True, why=variety.why)
    return draft.bucket(account, name, shape)
