"""Access Advisor: which services a principal may use, and when it last did."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from moto.iam.models import Group, IAMBackend, ManagedPolicy, Role, User, iam_backends
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

from tenfold.policy.match import glob_of, matches
from tenfold.policy.parse import PolicyError, parse
from tenfold.sandbox.authority.holdings import document_of, identity_documents
from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, NOT_FOUND, fault
from tenfold.sandbox.filed.fit import as_time
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.rules.service_names import SERVICE_NAMES
from tenfold.sandbox.rules.state import Rule, State
from tenfold.sandbox.serialize import serialize
from tenfold.sandbox.uses import Use
from tenfold.sandbox.wire import Reply

PLANTED = "iam.last-accessed"
_PAGE = 100
_ACTIONS = "ACTION_LEVEL"


class _Entity(msgspec.Struct, frozen=True):
    """A user or role, and what is known of its last uses by namespace and by action."""

    arn: str
    name: str
    kind: str
    id: str
    path: str
    services: Mapping[str, Use]
    actions: Mapping[str, Use]


def _generate(state: State, call: Call, caller: Caller) -> Reply:
    """A job, which is done at once: moto's own ids name it, and what it found is kept under its name."""
    iam, arn = iam_backends[caller.account][get_partition(call.region)], call.parameters["Arn"]
    subject = _subject(iam, arn)
    if subject is None:
        return fault(call, "NoSuchEntity", f"ARN {arn} does not exist.", NOT_FOUND)
    job = str(mock_random.uuid4())
    entities = [_entity(state, call, caller, member) for member in _members(iam, subject)]
    granted = sorted(_namespaces(_documents(iam, subject)))
    state.uses.jobs[job] = Job(
        caller.account, call.parameters.get("Granularity", "SERVICE_LEVEL"), state.now(), granted, entities
    )
    return serialize(call, {"JobId": job})


class Job(msgspec.Struct, frozen=True):
    """What GenerateServiceLastAccessedDetails has found."""

    account: str
    granularity: str
    at: datetime
    granted: list[str]
    entities: list[_Entity]


def _details(state: State, call: Call, caller: Caller) -> Reply:
    job = _job(state, call, caller)
    if isinstance(job, Reply):
        return job
    rows = [_service(name, job) for name in job.granted]
    return _paged(call, job, rows, "ServicesLastAccessed", {"JobType": job.granularity})


def _with_entities(state: State, call: Call, caller: Caller) -> Reply:
    job, namespace = _job(state, call, caller), call.parameters["ServiceNamespace"]
    if isinstance(job, Reply):
        return job
    if namespace not in job.granted:
        return fault(call, "NoSuchEntity", f"{namespace} is not a service of this report.", NOT_FOUND)
    rows = [_about(one, one.services.get(namespace)) for one in job.entities]
    return _paged(call, job, rows, "EntityDetailsList", {})


def _about(entity: _Entity, use: Use | None) -> dict[str, Any]:
    info = {"Arn": entity.arn, "Name": entity.name, "Type": entity.kind, "Id": entity.id, "Path": entity.path}
    return {"EntityInfo": info} | ({"LastAuthenticated": use.at} if use else {})


def _job(state: State, call: Call, caller: Caller) -> Job | Reply:
    job = state.uses.jobs.get(call.parameters["JobId"])
    if not isinstance(job, Job) or job.account != caller.account:
        return fault(call, "NoSuchEntity", f"Job {call.parameters['JobId']} does not exist.", NOT_FOUND)
    return job


def _paged(call: Call, job: Job, rows: list[dict[str, Any]], name: str, more: dict[str, Any]) -> Reply:
    marker = call.parameters.get("Marker") or "0"
    if not marker.isdecimal():
        return fault(call, "InvalidInput", f"Invalid Marker: {marker}", BAD_REQUEST)
    start = int(marker)
    end = start + int(call.parameters.get("MaxItems") or _PAGE)
    done = {"JobStatus": "COMPLETED", "JobCreationDate": job.at, "JobCompletionDate": job.at}
    cut = {"IsTruncated": end < len(rows)} | ({"Marker": str(end)} if end < len(rows) else {})
    return serialize(call, done | cut | more | {name: rows[start:end]})


def _service(namespace: str, job: Job) -> dict[str, Any]:
    """One row: the latest use by any of the entities, and how many of them have used the service."""
    uses = [(use, one.arn) for one in job.entities if (use := one.services.get(namespace))]
    name = SERVICE_NAMES.get(namespace, namespace)
    row: dict[str, Any] = {"ServiceName": name, "ServiceNamespace": namespace, "TotalAuthenticatedEntities": len(uses)}
    if uses:
        use, arn = max(uses, key=lambda pair: pair[0].at)
        row |= {"LastAuthenticated": use.at, "LastAuthenticatedEntity": arn, "LastAuthenticatedRegion": use.region}
    if job.granularity == _ACTIONS:
        row["TrackedActionsLastAccessed"] = list(_tracked(namespace, job.entities))
    return row


def _tracked(namespace: str, entities: Iterable[_Entity]) -> Iterator[dict[str, Any]]:
    latest: dict[str, tuple[Use, str]] = {}
    for one in entities:
        for action, use in one.actions.items():
            if action.startswith(namespace + ":") and (action not in latest or latest[action][0].at < use.at):
                latest[action] = (use, one.arn)
    for action, (use, arn) in sorted(latest.items()):
        name = action.split(":", 1)[1]
        yield {
            "ActionName": name,
            "LastAccessedEntity": arn,
            "LastAccessedTime": use.at,
            "LastAccessedRegion": use.region,
        }


def _subject(iam: IAMBackend, arn: str) -> User | Role | Group | ManagedPolicy | None:
    holders: list[User | Role | Group] = [*iam.users.values(), *iam.roles.values(), *iam.groups.values()]
    return next((one for one in holders if one.arn == arn), None) or iam.managed_policies.get(arn)


def _members(iam: IAMBackend, subject: User | Role | Group | ManagedPolicy) -> list[User | Role]:
    """The users and roles that a subject stands for."""
    if isinstance(subject, User | Role):
        return [subject]
    if isinstance(subject, Group):
        return list(subject.users)
    principals: list[User | Role] = [*iam.users.values(), *iam.roles.values()]
    held = [one for one in principals if subject.arn in one.managed_policies]
    groups = (group for group in iam.groups.values() if subject.arn in group.managed_policies)
    return held + [user for group in groups for user in group.users if user not in held]


def _documents(iam: IAMBackend, subject: User | Role | Group | ManagedPolicy) -> list[str]:
    return [document_of(subject)] if isinstance(subject, ManagedPolicy) else list(identity_documents(iam, subject))


def _namespaces(documents: Iterable[str]) -> set[str]:
    """The services of which policies allow anything; a wildcard before the colon means all that fit it."""
    found: set[str] = set()
    for document in documents:
        try:
            statements = parse(document).statements
        except PolicyError:
            continue
        for statement in statements:
            if statement.allows:
                found |= _services(statement.actions)
    return found


def _services(actions: tuple[str, ...] | None) -> set[str]:
    if actions is None:
        return set(SERVICE_NAMES)
    found: set[str] = set()
    for action in actions:
        namespace = action.split(":", 1)[0].lower()
        wild = "*" in namespace or "?" in namespace
        found |= {name for name in SERVICE_NAMES if matches(glob_of(namespace), name)} if wild else {namespace}
    return found


def _entity(state: State, call: Call, caller: Caller, holder: User | Role) -> _Entity:
    services, actions = dict(state.uses.services(holder.arn)), dict(state.uses.actions(holder.arn))
    for row in state.catalogue.rows(PLANTED, caller.account, call.region):
        if row["Principal"] != holder.arn or "LastAuthenticated" not in row:
            continue
        use = Use(as_time(row["LastAuthenticated"]), row["LastAuthenticatedRegion"])
        services = _later(services, row["ServiceNamespace"], use)
        if "ActionName" in row:
            actions = _later(actions, f"{row['ServiceNamespace']}:{row['ActionName']}", use)
    kind = "USER" if isinstance(holder, User) else "ROLE"
    return _Entity(holder.arn, holder.name, kind, holder.id, holder.path, services, actions)


def _later(uses: dict[str, Use], name: str, use: Use) -> dict[str, Use]:
    return uses if name in uses and uses[name].at >= use.at else uses | {name: use}


RULES: dict[str, Rule] = {
    "iam:GenerateServiceLastAccessedDetails": _generate,
    "iam:GetServiceLastAccessedDetails": _details,
    "iam:GetServiceLastAccessedDetailsWithEntities": _with_entities,
}
