"""Users: access keys of every age (cred-003), console passwords with and without MFA (cred-004)."""

from tenfold.sandbox.company.draft import Draft
from tenfold.sandbox.company.specs import Holder, Key
from tenfold.sandbox.company.tables import PEOPLE, SERVICE_USERS

OLD_KEY, NO_MFA = "cred-003", "cred-004"

_OLD_KEYS = (
    ("its key is 91 days old", (Key(91),)),
    ("its key is more than a year old", (Key(430),)),
    ("its second key is old, its first is young", (Key(12), Key(180))),
    ("its old key is active beside an inactive one", (Key(260), Key(500, active=False))),
    ("both keys are old", (Key(120), Key(900))),
)
_YOUNG_KEYS = (
    ("its key is 89 days old", (Key(89),)),
    ("its key of 400 days is inactive", (Key(400, active=False),)),
    ("its young key is active, its old one is not", (Key(30), Key(365, active=False))),
)
_HABITS = (
    (Key(80, used=1), Key(5, used=1)),  # both active
    (Key(20, used=2), Key(88, active=False, used=60)),
    (Key(70, used=50),),  # no longer used
    (Key(60, used=2),),
)


def plant_users(draft: Draft) -> None:
    """Machines with keys, people with passwords."""
    for why, keys in draft.some(1, 3, _OLD_KEYS):
        _machine(draft, keys, why=why, risk=True)
    for why, keys in draft.some(2, 3, _YOUNG_KEYS):
        _machine(draft, keys, why=why, risk=False)
    for _ in range(draft.rng.randint(1, 3)):
        _person(draft, console=True, mfa=False, why="a console password and no MFA")
    for _ in range(draft.rng.randint(1, 2)):
        _person(draft, console=True, mfa=True, why="a console password with MFA")
    _person(draft, console=False, mfa=False, why="neither a console password nor MFA")


def plant_habits(draft: Draft) -> None:
    """Users whose keys and passwords are in use, and others whose are not; none of them for the ten checks."""
    for keys in _HABITS:
        made = max(key.age for key in keys) + draft.rng.randint(0, 300)
        draft.holder(Holder("user", draft.account(), draft.name(SERVICE_USERS), made=made, keys=keys))
    for login in (draft.rng.randint(91, 400), draft.rng.randint(1, 80)):
        name, made = draft.name(PEOPLE), draft.rng.randint(400, 900)
        draft.holder(Holder("user", draft.account(), name, made=made, console=True, mfa=True, login=login))


def _machine(draft: Draft, keys: tuple[Key, ...], *, why: str, risk: bool) -> None:
    made = max(key.age for key in keys) + draft.rng.randint(0, 300)
    arn = draft.holder(Holder("user", draft.account(), draft.name(SERVICE_USERS), made=made, keys=keys))
    draft.mark(OLD_KEY, arn, risk=risk, why=why)


def _person(draft: Draft, *, console: bool, mfa: bool, why: str) -> None:
    path = draft.rng.choice(("/", "/people/"))
    name = draft.name(PEOPLE)
    person = Holder("user", draft.account(), name, path, made=draft.age(), console=console, mfa=mfa)
    draft.mark(NO_MFA, draft.holder(person), risk=console and not mfa, why=why)
