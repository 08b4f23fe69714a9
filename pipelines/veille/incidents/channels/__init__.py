"""Where pages go: one file a kind of receiver. A channel sends one message, or says why it could not."""

from veille import config
from veille.incidents.channels.alertmanager import AlertmanagerChannel
from veille.incidents.channels.base import Channel, DeliveryRefusedError, UndeliveredError
from veille.incidents.channels.chat import AppriseChannel
from veille.incidents.channels.mail import EmailChannel
from veille.incidents.channels.message import Kind, Message
from veille.incidents.channels.pagerduty import PagerDutyChannel
from veille.incidents.channels.webhook import WebhookChannel

__all__ = ["Channel", "DeliveryRefusedError", "Kind", "Message", "UndeliveredError", "open_channel"]


def open_channel(settings: config.Channel, timeout: float) -> Channel:
    """The channel of these settings; nothing is contacted yet. timeout: seconds a call may take."""
    match settings:
        case config.PagerDuty():
            return PagerDutyChannel(settings, timeout)
        case config.Alertmanager():
            return AlertmanagerChannel(settings, timeout)
        case config.Email():
            return EmailChannel(settings, timeout)
        case config.Webhook():
            return WebhookChannel(settings, timeout)
        case config.Apprise():
            return AppriseChannel(settings, timeout)
