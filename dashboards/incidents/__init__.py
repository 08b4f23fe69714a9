"""The page Incidents: the queue, one incident, its actions and its record; flags of suspected minors."""
