"""Policy documents, put together."""

from typing import Any

from tenfold.sandbox.company.specs import Document

Words = str | list[str]
VERSION = "2012-10-17"


def document(*statements: Document) -> Document:
    """A policy of these statements."""
    return {"Version": VERSION, "Statement": list(statements)}


def allow(action: Words, resource: Words, **more: Any) -> Document:
    """A statement that allows actions on resources."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Words, resource: Words, **more: Any) -> Document:
    """A statement that denies actions on resources."""
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trust(principal: Document, action: Words = "sts:AssumeRole") -> Document:
    """A role's trust policy."""
    return document({"Effect": "Allow", "Principal": principal, "Action": action})
