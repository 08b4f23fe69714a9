"""What `veille doctor` looks at. Each check says what it found and, where that is wrong, how to mend it."""

from collections.abc import Callable, Iterator

from veille.config import Settings
from veille.service.doctor import broker, data, machine
from veille.service.doctor.check import CheckResult

Check = Callable[[Settings], Iterator[CheckResult]]

CHECKS: tuple[Check, ...] = (
    machine.configuration,
    machine.versions,
    data.folder,
    data.ownership,
    machine.disk,
    data.key,
    data.vault,
    data.database,
    data.catalogue,
    data.tokens,
    data.sending,
    machine.query_lock,
)
ASKING_THE_BROKER: tuple[Check, ...] = (broker.topics, broker.readers)


def diagnose(settings: Settings, *, offline: bool) -> list[CheckResult]:
    """Run all checks; `offline` leaves out the broker."""
    checks = CHECKS if offline else (*CHECKS, *ASKING_THE_BROKER)
    return [finding for check in checks for finding in check(settings)]
