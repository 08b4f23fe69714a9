"""The page Surges: the list, one surge or drop, its charts and the band of what is expected."""
