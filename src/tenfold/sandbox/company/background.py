"""What every company has besides, and no check has anything to say about."""

from tenfold.sandbox.company.documents import allow, document, trust
from tenfold.sandbox.company.draft import Draft
from tenfold.sandbox.company.privileges import KINDS, new_holder
from tenfold.sandbox.company.specs import BLOCKS, Bucket, Holder, ManagedPolicy, Shape
from tenfold.sandbox.company.tables import HARMLESS_MANAGED, MANAGEMENT, POLICIES, ROLES, SECURITY

_SHAPES = (Shape(), Shape(block=BLOCKS), Shape(block=BLOCKS))


def plant_background(draft: Draft) -> Bucket:
    """Ordinary buckets, holders and policies; gives a bucket that is private now and could be opened."""
    account = draft.rng.choice(draft.unblocked)
    harmless = draft.bucket(account, draft.bucket_name(account), Shape())
    for _ in range(draft.rng.randint(4, 7)):
        account = draft.account()
        draft.bucket(account, draft.bucket_name(account), draft.rng.choice(_SHAPES))
    for kind in KINDS:
        for name in draft.some(1, 3, HARMLESS_MANAGED):
            new_holder(draft, kind, attached=(draft.ground.iam("aws", f"policy/{name}"),))
    for _ in range(draft.rng.randint(2, 3)):
        read = allow(["s3:GetObject", "s3:PutObject"], f"{draft.bucket_arn(harmless.name)}/*")
        draft.policies.append(ManagedPolicy(draft.account(), draft.name(POLICIES), document(read), draft.age()))
    return harmless


def plant_log_store(draft: Draft) -> None:
    """The bucket that flow logs and Config deliver to, in the log archive's account."""
    draft.bucket(draft.ground.accounts[SECURITY], draft.log_store, Shape(block=BLOCKS))


def plant_federation(draft: Draft) -> str:
    """A role that people log in to by SAML; gives the name of the provider, in the management account."""
    account, name = draft.ground.accounts[MANAGEMENT], f"{draft.company}-login"
    provider = {"Federated": draft.ground.iam(account, f"saml-provider/{name}")}
    entry = trust(provider, "sts:AssumeRoleWithSAML")
    draft.holder(Holder("role", account, draft.name(ROLES), made=draft.age(), trust=entry))
    return name
