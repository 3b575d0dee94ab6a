"""All cases, and the places that the seed gives them."""

import importlib
import pkgutil

from tenfold.sandbox.company import cases, judged
from tenfold.sandbox.company.cases import accounts
from tenfold.sandbox.company.cases.case import Case, plant_case
from tenfold.sandbox.company.cases.domains import write_records
from tenfold.sandbox.company.cases.networks import put_groups_to_use
from tenfold.sandbox.company.cases.spot import Spot, Works
from tenfold.sandbox.company.draft import Draft

_HERE = __name__.rpartition(".")[2]
_ROOMS = [
    importlib.import_module(f"{cases.__name__}.{found.name}")
    for found in pkgutil.iter_modules(cases.__path__)
    if found.name != _HERE
]
CASES: tuple[Case, ...] = tuple(case for room in _ROOMS for case in getattr(room, "CASES", ()))
MEANINGS = {**{case.slug: case.what for case in CASES}, **accounts.WHAT, **judged.WHAT}
"""When exactly a resource has what a slug says."""


def plant_cases(draft: Draft, seed: int) -> Works:
    """Put down every case that the company is large enough for, with a decoy each, once in a round."""
    works = Works(draft, seed)
    accounts.plant_accounts(works)
    for _ in range(draft.rounds):
        for case in works.rng.sample(CASES, len(CASES)):
            if draft.size >= case.least:
                _plant(works, case)
    for account, region in list(works.waiting):
        put_groups_to_use(Spot(works, account, region))
    for account in works.zones:
        write_records(Spot(works, account, draft.home))
    return works


def _plant(works: Works, case: Case) -> None:
    for varieties, decoy in ((case.bad, False), (case.good, True)):
        spot = Spot(works, works.rng.choice(works.rich), works.draft.home)
        plant_case(case, spot, works.rng.choice(varieties), decoy=decoy)
