"""Which trails an account sees in a region, its own and the shadows of others, and which it may change."""

from collections.abc import Iterator

from moto.cloudtrail.models import Trail, cloudtrail_backends
from moto.organizations.models import FakeDelegatedAdministrator, OrganizationsBackend, organizations_backends
from moto.utilities.utils import get_partition

from tenfold.sandbox.tables import EVENT_SOURCE_SUFFIX
from tenfold.sandbox.trails.refusal import Refusal

CLOUDTRAIL = "cloudtrail" + EVENT_SOURCE_SUFFIX
if CLOUDTRAIL not in FakeDelegatedAdministrator.SUPPORTED_SERVICES:
    FakeDelegatedAdministrator.SUPPORTED_SERVICES.append(CLOUDTRAIL)  # it can be delegated, which moto does not know


def seen(account: str, region: str, *, everywhere: bool = False) -> list[Trail]:
    """The trails that record an account in a region, or in any: its own, then those of its organization."""
    manager = management(account, get_partition(region))
    trails = list(_trails(account))
    if manager not in {None, account}:
        trails += [trail for trail in _trails(str(manager)) if trail.is_org_trail]
    return [trail for trail in trails if everywhere or trail.is_multi_region or trail.region_name == region]


def management(account: str, partition: str) -> str | None:
    """The management account of an account's organization; None when it is in none."""
    found = organizations_backends.master_accounts.get(account)
    if found:
        return str(found[0])
    return account if organizations_backends[account][partition].org else None


def manages_trails(account: str, partition: str) -> str | None:
    """The management account for which an account manages trails: itself, or the one that has delegated it."""
    manager = management(account, partition)
    if manager is None or manager == account:
        return manager
    admins = _organization(manager, partition).admins
    return manager if any(admin.account.id == account and CLOUDTRAIL in admin.services for admin in admins) else None


def is_shadow(trail: Trail, account: str, region: str) -> bool:
    """Whether a trail is at home elsewhere: in another region, or in the organization's management account."""
    return bool(trail.account_id != account or trail.region_name != region)


def find(account: str, region: str, name: str) -> Trail:
    """The trail of a name or an ARN; a shadow answers to its ARN only.

    Raises:
        Refusal: when the account sees no such trail there.
    """
    for trail in seen(account, region):
        if trail.arn == name or (trail.trail_name == name and not is_shadow(trail, account, region)):
            return trail
    raise _unknown(account, region, name)


def changeable(account: str, region: str, name: str) -> Trail:
    """The trail of a name or an ARN, if the account may change it from the region.

    Raises:
        Refusal: when there is none, it is at home in another region, or it belongs to the organization.
    """
    named = [trail for trail in seen(account, region, everywhere=True) if name in {trail.arn, trail.trail_name}]
    if not named:
        raise _unknown(account, region, name)
    trail = next((trail for trail in named if not is_shadow(trail, account, region)), named[0])
    if trail.account_id not in {account, manages_trails(account, trail.partition)}:
        text = "The request failed because your account is not the management account of the organization."
        raise Refusal("NotOrganizationMasterAccountException", text)
    if trail.region_name != region:
        text = f"The trail {trail.arn} can only be changed from its home region {trail.region_name}, not from {region}."
        raise Refusal("InvalidHomeRegionException", text)
    return trail


def check_organization(account: str, partition: str) -> str:
    """The management account for which an account may make a trail of the organization.

    Raises:
        Refusal: when it may not.
    """
    if management(account, partition) is None:
        text = "The request failed because your account is not a member of an organization."
        raise Refusal("OrganizationsNotInUseException", text)
    manager = manages_trails(account, partition)
    if manager is None:
        text = "The request failed because your account is not the management account of the organization."
        raise Refusal("NotOrganizationMasterAccountException", text)
    organization = _organization(manager, partition).org
    if organization is None or organization.feature_set != "ALL":
        text = "The organization does not have all features enabled."
        raise Refusal("OrganizationNotInAllFeaturesModeException", text)
    return manager


def trusts_cloudtrail(manager: str, partition: str) -> bool:
    """Whether an organization lets CloudTrail work in its accounts."""
    services = _organization(manager, partition).services
    return any(service["ServicePrincipal"] == CLOUDTRAIL for service in services)


def delegate(manager: str, account: str, partition: str) -> None:
    """Let a member manage the trails of its organization.

    Raises:
        JsonRESTError: when the account is no member, or does so already.
    """
    _organization(manager, partition).register_delegated_administrator(AccountId=account, ServicePrincipal=CLOUDTRAIL)


def end_delegation(manager: str, account: str, partition: str) -> None:
    """Let a member manage the trails of its organization no longer.

    Raises:
        JsonRESTError: when it does not.
    """
    _organization(manager, partition).deregister_delegated_administrator(AccountId=account, ServicePrincipal=CLOUDTRAIL)


def _trails(account: str) -> Iterator[Trail]:
    if account in cloudtrail_backends:
        for backend in list(cloudtrail_backends[account].values()):
            yield from list(backend.trails.values())


def _organization(manager: str, partition: str) -> OrganizationsBackend:
    return organizations_backends[manager][partition]


def _unknown(account: str, region: str, name: str) -> Refusal:
    arn = f"arn:{get_partition(region)}:cloudtrail:{region}:{account}:trail/{name}"
    return Refusal(
        "TrailNotFoundException", f"Unknown trail: {name if name.startswith('arn:') else arn} for the user: {account}"
    )
