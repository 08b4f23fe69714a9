"""The pages Targets and Target: the list, one target, the search by handle."""
