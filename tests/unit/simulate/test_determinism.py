"""Equal scenarios give equal bytes; a change of output must raise the version."""

import platform
from hashlib import sha256

import pytest

from veille.simulate import VERSION, Simulation, messages, scenario, simulate

# Of quiet-week and planted-week together, by version. When this test fails, the output has changed: raise
# simulate.scenarios.VERSION and add the new digest.
DIGESTS = {1: "31b934c365d2004e"}


def _bytes(simulation: Simulation) -> bytes:
    return b"\n".join(
        messages(simulation.mentions, "mention")
        + messages(simulation.generations, "generation")
        + messages(simulation.moderations, "moderation")
        + [frame.write_csv().encode() for frame in simulation.truth.frames().values()]
    )


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second = (simulate(scenario("planted-week", scale=10_000, seed=7)) for _ in range(2))
    assert _bytes(first) == _bytes(second)


def test_another_seed_gives_another_world() -> None:
    first, second = (simulate(scenario("quiet-week", scale=10_000, seed=seed)) for seed in (7, 8))
    assert _bytes(first) != _bytes(second)
    assert not set(first.mentions["event_id"]) & set(second.mentions["event_id"])
    assert len(set(first.mentions["account_id"]) & set(second.mentions["account_id"])) < 50


@pytest.mark.skipif(
    (platform.system(), platform.machine()) != ("Linux", "x86_64"),
    reason="the last digit of a logarithm belongs to the platform's mathematical library",
)
def test_a_change_of_output_raises_the_version() -> None:
    made = b"".join(_bytes(simulate(scenario(name, scale=10_000))) for name in ("quiet-week", "planted-week"))
    assert sha256(made).hexdigest()[:16] == DIGESTS[VERSION]
