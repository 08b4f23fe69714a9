"""What can go wrong where Spark does the work; each message is one line that names the cause and the cure."""

from veille.errors import VeilleError


class ScaleError(VeilleError):
    """Spark cannot be started, or a snapshot cannot be read by it."""
