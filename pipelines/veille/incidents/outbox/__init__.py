"""From the outbox to the channels: what is written with a transition is sent at least once, and told once."""

from veille.incidents.outbox.escalation import Escalation
from veille.incidents.outbox.heartbeat import Heartbeat
from veille.incidents.outbox.sender import Sender

__all__ = ["Escalation", "Heartbeat", "Sender"]
