"""Where pages go: one file a kind of receiver. A channel sends one message, or says why it could not."""

from collections.abc import Callable, Mapping
from typing import Any

from veille import config
from veille.config import channels
from veille.incidents.channels.alertmanager import AlertmanagerChannel
from veille.incidents.channels.base import Channel, DeliveryRefusedError, UndeliveredError
from veille.incidents.channels.chat import AppriseChannel
from veille.incidents.channels.mail import EmailChannel
from veille.incidents.channels.message import Kind, Message
from veille.incidents.channels.pagerduty import PagerDutyChannel
from veille.incidents.channels.webhook import WebhookChannel

__all__ = ["Channel", "DeliveryRefusedError", "Kind", "Message", "UndeliveredError", "open_channel"]


_OPENED_BY: Mapping[type, Callable[[Any, float], Channel]] = {
    channels.PagerDuty: PagerDutyChannel,
    channels.Alertmanager: AlertmanagerChannel,
    channels.Email: EmailChannel,
    channels.Webhook: WebhookChannel,
    channels.Apprise: AppriseChannel,
}
"""Settings of a kind of channel → what opens it."""


def open_channel(settings: config.Channel, timeout: float) -> Channel:
    """The channel of these settings; nothing is contacted yet. timeout: seconds a call may take."""
    return _OPENED_BY[type(settings)](settings, timeout)
