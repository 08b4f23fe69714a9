"""What can go wrong for a researcher; each message is one line that names the cause and the cure."""

from veille.errors import VeilleError


class ResearchError(VeilleError):
    """An example, snapshot, pack or release cannot be made, read or run as asked."""
