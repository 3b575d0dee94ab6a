"""Notices to the many services that Apprise knows: chat, mail, pagers."""

import logging

import apprise as service

from tenfold.model.errors import ConfigError, EndpointError
from tenfold.model.finding import Severity
from tenfold.sinks.lines import headline, lines
from tenfold.sinks.notice import Notice, Told
from tenfold.sinks.registry import sink

# Tokens stand in URLs: the one logs those that it cannot read, the other the path of each request.
logging.getLogger("apprise").disabled = True
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)

_ASSET = service.AppriseAsset(app_id="tenfold", app_desc="tenfold", app_url="", http_redirects=False)


@sink("apprise")
def apprise(notice: Notice, url: str) -> None:
    """Sends a notice as text to one Apprise URL (https://appriseit.com/services/); another URL is another sink.

    The URL holds tokens and is never shown. Its host is not checked: it is the service that the URL names.

    Raises:
        ConfigError: when Apprise does not know such an URL.
        EndpointError: when the service did not take the notice; Apprise does not say why.
    """
    target = service.Apprise(asset=_ASSET)
    if not target.add(url):
        raise ConfigError("Apprise does not know such an URL", next="https://appriseit.com/services/ lists them.")
    taken = target.notify(
        body="\n".join(lines(notice)),
        title=headline(notice),
        notify_type=_type(notice),
        body_format=service.NotifyFormat.TEXT,
    )
    if not taken:
        raise EndpointError(f"{url.partition(':')[0]} by Apprise did not take the notice")


def _type(notice: Notice) -> service.NotifyType:
    if notice.change is Told.CLOSED:
        return service.NotifyType.SUCCESS
    return service.NotifyType.FAILURE if notice.incident.severity >= Severity.HIGH else service.NotifyType.WARNING
