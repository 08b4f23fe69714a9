"""The page of one account: what it asked, about whom, with whom."""
