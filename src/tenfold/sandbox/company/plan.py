"""What is planted, and where: a pure function of the seed and the ground."""

from tenfold.sandbox.company.background import plant_background, plant_federation, plant_log_store
from tenfold.sandbox.company.buckets import plant_buckets
from tenfold.sandbox.company.cases.catalogue import plant_cases
from tenfold.sandbox.company.draft import Draft
from tenfold.sandbox.company.judged import judged
from tenfold.sandbox.company.privileges import plant_powers, plant_privileges
from tenfold.sandbox.company.roots import plant_roots
from tenfold.sandbox.company.specs import Bucket, Ground, Plan
from tenfold.sandbox.company.trails import plant_trails
from tenfold.sandbox.company.users import plant_habits, plant_users


def plan(seed: int, ground: Ground) -> Plan:
    """Decide everything; each of the ten checks and of the cases gets what it must report, and a decoy.

    The size of the company is that of the ground: as many accounts as it has.
    """
    draft = Draft(seed, ground)
    plant_roots(draft)
    (open_bucket, harmless_bucket), *_ = [_round(draft) for _ in range(draft.rounds)]
    plant_trails(draft)
    provider = plant_federation(draft)
    plant_log_store(draft)
    works = plant_cases(draft, seed)
    return Plan(
        seed=seed,
        company=draft.company,
        ground=ground,
        neighbours=draft.neighbours,
        blocked=draft.blocked,
        strict=draft.strict,
        provider=provider,
        roots=tuple(draft.roots),
        policies=tuple(draft.policies),
        holders=tuple(draft.holders),
        buckets=tuple(draft.buckets),
        trails=tuple(draft.trails),
        steps=tuple(works.script.steps),
        marks=tuple(sorted(draft.marks)),
        planted=tuple(sorted({*works.planted, *judged(draft)})),
        open_bucket=open_bucket,
        harmless_bucket=harmless_bucket,
    )


def _round(draft: Draft) -> tuple[Bucket, Bucket]:
    """Once everything that the ten checks look at; gives an open bucket and a harmless one."""
    plant_users(draft)
    plant_habits(draft)
    plant_privileges(draft)
    plant_powers(draft)
    return plant_buckets(draft), plant_background(draft)
