"""What is planted and known: attacks, coordinated groups, insistent accounts, and organic traps that only look like them."""

from veille.simulate.planted.make import plan, reserves
from veille.simulate.planted.planner import Origin, PlantedMember, PlantedMentions

__all__ = ["Origin", "PlantedMember", "PlantedMentions", "plan", "reserves"]
