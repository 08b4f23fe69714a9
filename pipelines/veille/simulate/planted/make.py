"""From a scenario's counts to a plan."""

from veille.simulate.planted import groups, surges, traps
from veille.simulate.planted.planner import Planner, PlantedMentions
from veille.simulate.rows import generator
from veille.simulate.scenario import Planted, Scenario
from veille.simulate.world import World

_MAKERS = (
    surges.surges, surges.warm, surges.insistent,
    groups.plant_plain_groups, groups.stealthy, groups.swarm, groups.rotating, groups.slow,
    traps.pile_ons, traps.viral, traps.fan_clubs, traps.reply_all, traps.news,
)  # fmt: skip


def plan(scenario: Scenario, world: World) -> PlantedMentions:
    """Everything planted. The world must have been built with the `reserves` of the same scenario."""
    planner = Planner(scenario=scenario, world=world, rng=generator(scenario, 4, 0))
    for number, make in enumerate(_MAKERS):
        planner.rng = generator(scenario, 4, number + 1)  # more of one kind moves none of the others
        make(planner)
    return planner.finish()


def reserves(planted: Planted) -> tuple[int, int]:
    """Accounts and targets that a plan may use up at most."""
    by_surges = 4 * sum(planted.sizes) * planted.per_size + 250 * planted.warm + planted.insistent
    by_groups = 25 * (planted.plain + planted.stealthy + planted.slow) + 150 * planted.swarm + 30 * planted.rotating
    by_traps = (
        600 * planted.pile_ons
        + 300 * planted.viral
        + 50 * planted.fan_clubs
        + 12 * planted.reply_all
        + 250 * planted.news
    )
    targets = len(planted.sizes) * planted.per_size + planted.insistent + planted.viral
    targets += 9 * (planted.plain + planted.stealthy + planted.swarm) + 25 * planted.rotating + 12 * planted.slow
    return by_surges + by_groups + by_traps, targets
