"""The page Coordination: the list, one cluster, its network, evidence card and verdicts."""
