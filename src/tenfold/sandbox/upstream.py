"""Asking moto, one WSGI application for each service, with AWS errors where moto has only a page to show."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import cast

from flask import Flask, Response
from moto.backends import SERVICE_NAMES
from moto.core.base_backend import BackendDict
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import create_backend_app
from moto.organizations.models import organizations_backends
from moto.s3.models import s3_backends

from tenfold.sandbox.calls import Call
from tenfold.sandbox.faults import BAD_REQUEST, NOT_FOUND, SERVER_FAULT, fault
from tenfold.sandbox.wire import Reply, Wire

_NOT_IMPLEMENTED = 501
_LOAD_IMAGES = "MOTO_EC2_LOAD_DEFAULT_AMIS"


@contextmanager
def settings() -> Iterator[None]:
    """Keep moto, while it runs, from loading hundreds of images and snapshots that nobody made."""
    before = os.environ.get(_LOAD_IMAGES)
    os.environ[_LOAD_IMAGES] = "false"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_LOAD_IMAGES]
        else:
            os.environ[_LOAD_IMAGES] = before


def reset(seed: int) -> None:
    """Forget everything that moto holds, and let it draw its ids from `seed`."""
    known = list(BackendDict._instances)  # type: ignore[misc]  # noqa: SLF001 - moto tells of them in no other way
    moto_api_backend.reset()
    for backends in known:  # one that is reset late makes others anew that were reset before it
        backends.clear()
    organizations_backends.master_accounts.clear()  # which moto's own reset leaves behind
    s3_backends.bucket_accounts.clear()
    application.cache_clear()  # making one makes backends too, which draw ids
    mock_random.seed(seed)


def page(wire: Wire) -> Reply:
    """What moto answers to a request outside the AWS API: instance metadata, its own pages."""
    backend = "instance_metadata" if wire.path.startswith("/latest/") else "moto_api"
    return wire.through(application(backend))


def ask(call: Call) -> Reply:
    """What moto answers to a call; what it lacks is refused as AWS refuses an unknown operation."""
    if call.backend is None or call.model is None:
        return _unknown(call)
    reply = call.wire.through(application(call.backend))
    if reply.status == _NOT_IMPLEMENTED or (reply.status == NOT_FOUND and _is_a_page(call, reply)):
        return _unknown(call)
    if reply.status == SERVER_FAULT and _is_a_page(call, reply):
        return fault(call, "InternalFailure", f"moto failed at {call.name}", SERVER_FAULT)
    return reply


@cache
def application(backend: str) -> Flask:
    """The application for one backend of moto; what moto has not implemented becomes a status."""
    app = create_backend_app(cast(SERVICE_NAMES, backend))
    app.debug = False
    app.register_error_handler(NotImplementedError, lambda _: Response(status=_NOT_IMPLEMENTED))
    return app


def _is_a_page(call: Call, reply: Reply) -> bool:
    """Whether this is a web server's page instead of AWS's answer."""
    return call.wire.method != "HEAD" and (not reply.body or b"<!doctype html" in reply.body[:100].lower())


def _unknown(call: Call) -> Reply:
    return fault(call, "UnknownOperationException", f"the sandbox does not know {call.name}", BAD_REQUEST)
