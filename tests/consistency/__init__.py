"""Every number that a page, an incident or a record shows is computed a second time, from event rows alone."""
