"""What is planted, and where: a pure function of the seed and the ground."""

from tenfold.sandbox.company.background import plant_background, plant_federation
from tenfold.sandbox.company.buckets import plant_buckets
from tenfold.sandbox.company.draft import Draft
from tenfold.sandbox.company.privileges import plant_privileges
from tenfold.sandbox.company.roots import plant_roots
from tenfold.sandbox.company.specs import Ground, Plan
from tenfold.sandbox.company.trails import plant_trails
from tenfold.sandbox.company.users import plant_users


def plan(seed: int, ground: Ground) -> Plan:
    """Decide everything; each of the ten checks gets a resource that it must report, and a decoy."""
    draft = Draft(seed, ground)
    plant_roots(draft)
    plant_users(draft)
    plant_privileges(draft)
    open_bucket = plant_buckets(draft)
    plant_trails(draft)
    harmless_bucket = plant_background(draft)
    provider = plant_federation(draft)
    return Plan(
        seed=seed,
        company=draft.company,
        ground=ground,
        neighbours=draft.neighbours,
        blocked=draft.blocked,
        strict=tuple(draft.some(1, 3, draft.accounts)),
        provider=provider,
        roots=tuple(draft.roots),
        policies=tuple(draft.policies),
        holders=tuple(draft.holders),
        buckets=tuple(draft.buckets),
        trails=tuple(draft.trails),
        marks=tuple(sorted(draft.marks)),
        open_bucket=open_bucket,
        harmless_bucket=harmless_bucket,
    )
