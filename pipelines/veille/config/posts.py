"""From posts to events: which accounts are the generator."""

from typing import Annotated

from pydantic import Field, StringConstraints

from veille.config.sections import SettingsSection

Account = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Generator(SettingsSection):
    """The accounts through which one generator listens and answers.

    names: handles without @, on any platform, or `x:grok` for one platform. ids: `x:1720665183188922368`.
    """

    names: list[Account] = []
    ids: list[Account] = []


def _default() -> dict[str, Generator]:
    return {"grok": Generator(names=["grok"], ids=["x:1720665183188922368"])}


class Posts(SettingsSection):
    """How posts of a platform become mentions and generations. The generators by the name that events carry."""

    generators: dict[str, Generator] = Field(default_factory=_default)
