"""Subscriptions across accounts: moto keeps them where only the subscriber's own account finds them."""

from moto.sns.models import Subscription, sns_backends
from moto.utilities.arns import parse_arn

from tenfold.sandbox.calls import Call
from tenfold.sandbox.wire import Reply

_OK = 200


def settle(call: Call, reply: Reply) -> None:
    """After a call that made or ended a subscription: the topic's account knows it too, and it reaches its endpoint."""
    if reply.status != _OK:
        return
    if call.name == "sns:Subscribe":
        for found in _subscriptions(call):
            _connect(found)
    elif call.name == "sns:SetSubscriptionAttributes":
        _read_flag(sns_backends[_account(call)][call.region].subscriptions.get(call.parameters["SubscriptionArn"]))
    elif call.name == "sns:Unsubscribe":
        sns_backends[_account(call)][call.region].subscriptions.pop(call.parameters["SubscriptionArn"], None)


def _account(call: Call) -> str:
    """The account of the topic."""
    return str(parse_arn(call.parameters["SubscriptionArn"]).account)


def _subscriptions(call: Call) -> list[Subscription]:
    """Those of the endpoint that a call named, wherever moto has put them."""
    topic, endpoint = call.parameters.get("TopicArn"), call.parameters.get("Endpoint")
    backends = [account[call.region] for account in list(sns_backends.values()) if call.region in account]
    return [
        found
        for backend in backends
        for found in list(backend.subscriptions.values())
        if found.topic_arn == topic and found.endpoint == endpoint
    ]


def _connect(subscription: Subscription) -> None:
    topic = parse_arn(subscription.topic_arn)
    sns_backends[topic.account][topic.region].subscriptions[subscription.arn] = subscription
    if subscription.protocol in {"sqs", "lambda"}:
        subscription.account_id = parse_arn(subscription.endpoint).account  # moto sends into this account
    _read_flag(subscription)


def _read_flag(subscription: Subscription | None) -> None:
    """Moto takes the text `false` for true."""
    if subscription and subscription.attributes.get("RawMessageDelivery") == "false":
        subscription.attributes["RawMessageDelivery"] = False
