"""Detection over stored events: the grid of event time, what each detector reads, and the findings it records."""
