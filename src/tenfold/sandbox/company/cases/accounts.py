"""What whole accounts have or lack: a contact for security, GuardDuty, Config."""

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import NamedTuple

from tenfold.sandbox.company.cases.case import ROOMY
from tenfold.sandbox.company.cases.spot import Spot, Works
from tenfold.sandbox.company.tables import CONFIG_ROLE, GLOBAL_REGION, MANAGEMENT

NO_CONTACT, NO_DETECTOR, NO_RECORDER = (
    "inventory/no-security-contact",
    "logging/guardduty-off",
    "logging/config-off",
)
WHAT = {
    NO_CONTACT: "an account has no alternate contact for security",
    NO_DETECTOR: "an account has no GuardDuty detector that is on in the company's home region",
    NO_RECORDER: "an account has no Config recorder that records in the company's home region",
}
_PERSON = {"Name": "On call", "Title": "Security", "PhoneNumber": "+1 555 0100"}


class State(NamedTuple):
    """How an account stands: in order or not."""

    why: str
    fine: bool


_CONTACTS = (State("a contact", True), State("no contact", False), State("a contact", True))
_ON, _SUSPENDED, _NONE = State("on", True), State("suspended", False), State("none", False)
_DETECTORS = (_ON, _SUSPENDED, _ON, _NONE)
_RECORDERS = (_ON, _NONE, _SUSPENDED, _NONE, _NONE)


def plant_accounts(works: Works) -> None:
    """Every account with and without; in a company of four or more each state is there."""
    for spot, state in _dealt(works, _CONTACTS):
        if state.fine:
            _name_contact(spot)
        _mark(spot, NO_CONTACT, state)
    for spot, state in _dealt(works, _DETECTORS):
        if state is not _NONE:
            spot.do("guardduty:CreateDetector", Enable=state.fine)
        _mark(spot, NO_DETECTOR, state)
    if works.draft.size >= ROOMY:
        for spot, state in _dealt(works, _RECORDERS):
            if state is not _NONE:
                _record_changes(spot, running=state.fine)
            _mark(spot, NO_RECORDER, state)


def _dealt(works: Works, states: Sequence[State]) -> Iterator[tuple[Spot, State]]:
    """Each account with its state, in an order that the seed draws."""
    accounts = works.rng.sample(works.draft.accounts, works.draft.size)
    for account, state in zip(accounts, cycle(states), strict=False):
        yield Spot(works, account, works.draft.home), state


def _mark(spot: Spot, slug: str, state: State) -> None:
    spot.mark(slug, spot.iam("root"), state.why, decoy=state.fine)


def _name_contact(spot: Spot) -> None:
    """The management account does it for its members; for itself without naming itself."""
    management = spot.draft.ground.accounts[MANAGEMENT]
    member = {} if spot.account == management else {"AccountId": spot.account}
    place = f"security@{spot.draft.company}.example"
    contact = {"AlternateContactType": "SECURITY", "EmailAddress": place, **_PERSON, **member}
    Spot(spot.works, management, GLOBAL_REGION).do("account:PutAlternateContact", **contact)


def _record_changes(spot: Spot, *, running: bool) -> None:
    role = spot.iam(f"role/{CONFIG_ROLE}")
    recorder = {"name": "default", "roleARN": role, "recordingGroup": {"allSupported": True}}
    spot.do("config:PutConfigurationRecorder", ConfigurationRecorder=recorder)
    channel = {"name": "default", "s3BucketName": spot.draft.log_store}
    spot.do("config:PutDeliveryChannel", DeliveryChannel=channel)
    if running:
        spot.do("config:StartConfigurationRecorder", ConfigurationRecorderName="default")
