from collections.abc import Iterator

from tenfold.detections.record import at, first_text, flag, many, text, texts, within
from tenfold.detections.registry import Hit, detection
from tenfold.model.arn import Arn
from tenfold.model.event import Event
from tenfold.model.finding import Severity
from tenfold.model.resource import Json

_TURNED_OFF = {
    "isMultiRegionTrail": "covers one region only",
    "includeGlobalServiceEvents": "no longer records global services",
    "enableLogFileValidation": "no longer signs its log files",
    "isOrganizationTrail": "no longer covers the organisation",
}
_TAKEN_AWAY = {
    "kmsKeyId": "no longer encrypts with a KMS key",
    "cloudWatchLogsLogGroupArn": "no longer feeds CloudWatch Logs",
}
_NOISY = frozenset({"kms", "rdsdata"})  # what the console offers to leave out
_OPERATORS = ("equals", "startsWith", "endsWith", "notEquals", "notStartsWith", "notEndsWith")
_KINDS = {"All": {"read", "write"}, "ReadOnly": {"read"}, "WriteOnly": {"write"}}


@detection(
    "cloudtrail",
    id="ct-007",
    severity=Severity.HIGH,
    technique="T1562.008",
    events=(
        "cloudtrail:StopLogging",
        "cloudtrail:DeleteTrail",
        "cloudtrail:UpdateTrail",
        "cloudtrail:PutEventSelectors",
    ),
    shows=("requestParameters",),
    attempts=True,
)
def stopped_trail(event: Event) -> Hit | None:
    """Trail was stopped, deleted or narrowed.

    Why: what happens next is not recorded.
    Fix: start or restore the trail, then ask who did it; LookupEvents still has the management events of 90 days.

    A changed trail counts when a setting is turned off or the log files go to a bucket that the call names (medium:
    the event does not say where they went before). Selectors count when no management event that writes is recorded
    any more; when only reading ones are lost, or some by their source, name or caller, it is medium. Leaving out KMS
    and the RDS Data API, as the console offers, stays quiet. A denied attempt counts: nobody does this by accident.
    """
    name = first_text(event, "requestParameters.name", "requestParameters.trailName")
    trail, what = _arn(event, name), event.action.partition(":")[2]
    if what == "UpdateTrail":
        return _updated(event, name, trail)
    if what == "PutEventSelectors":
        return _selected(event, name, trail)
    return Hit(f"trail {name} was {'stopped' if what == 'StopLogging' else 'deleted'}", about=trail)


def _arn(event: Event, name: str) -> str:
    """One identity for a trail, by whichever of its names it is called."""
    if not name or name.startswith("arn:"):
        return name
    scope = event.scope
    return str(Arn(scope.partition, "cloudtrail", scope.region, scope.account, f"trail/{name}"))


def _updated(event: Event, name: str, trail: str) -> Hit | None:
    weaker = list(_weaker(at(event, "requestParameters")))
    if weaker:
        return Hit(f"trail {name} {', '.join(weaker)}", about=trail)
    if bucket := text(event, "requestParameters.s3BucketName"):
        return Hit(f"trail {name} was told to write to bucket {bucket}", about=trail, severity=Severity.MEDIUM)
    return None


def _weaker(settings: Json) -> Iterator[str]:
    yield from (words for key, words in _TURNED_OFF.items() if flag(within(settings, key)) is False)
    yield from (words for key, words in _TAKEN_AWAY.items() if within(settings, key) == "")


def _selected(event: Event, name: str, trail: str) -> Hit | None:
    basic, advanced = (at(event, f"requestParameters.{key}") for key in ("eventSelectors", "advancedEventSelectors"))
    if not many(basic) and not many(advanced):
        return Hit(f"trail {name} got selectors that its event does not show", about=trail, severity=Severity.LOW)
    taken = [*map(_basic, many(basic)), *map(_advanced, many(advanced))]
    recorded = set[str]().union(*(kinds for kinds, _ in taken))
    if "write" not in recorded:
        return Hit(f"trail {name} no longer records management events that write", about=trail)
    if "read" not in recorded:
        message = f"trail {name} no longer records management events that read"
        return Hit(message, about=trail, severity=Severity.MEDIUM)
    if recorded - set[str]().union(*(kinds for kinds, left_out in taken if not left_out)):
        left_out = ", ".join(dict.fromkeys(words for _, words in taken if words))
        message = f"trail {name} records some management events only: {left_out}"
        return Hit(message, about=trail, severity=Severity.MEDIUM)
    return None


def _basic(selector: Json) -> tuple[set[str], str]:
    """Which management events a selector takes, and in words what of them it leaves out; without a word, all."""
    if flag(within(selector, "includeManagementEvents")) is False:
        return set(), ""
    kinds = _KINDS.get(next(iter(texts(within(selector, "readWriteType"))), "All"), set())
    sources = [one for one in texts(within(selector, "excludeManagementEventSources")) if not _is_noisy(one)]
    return kinds, f"not of {', '.join(sources)}" if sources else ""


def _advanced(selector: Json) -> tuple[set[str], str]:
    conditions = many(within(selector, "fieldSelectors"))
    fields = {str(within(one, "field")): one for one in conditions}
    if "Management" not in texts(within(fields.get("eventCategory"), "equals")):
        return set(), ""
    wanted = texts(within(fields.get("readOnly"), "equals")) or ["true", "false"]
    kinds = {kind for kind, value in (("read", "true"), ("write", "false")) if value in wanted}
    return kinds, ", ".join(str(within(one, "field")) for one in conditions if _narrows(one))


def _narrows(condition: Json) -> bool:
    """Whether a condition of a selector of management events leaves out more than the console offers."""
    if within(condition, "field") in ("eventCategory", "readOnly"):
        return False
    used = [name for name in _OPERATORS if many(within(condition, name))]
    return used != ["notEquals"] or not all(map(_is_noisy, texts(within(condition, "notEquals"))))


def _is_noisy(source: str) -> bool:
    return source.partition(".")[0] in _NOISY
