"""`veille run` and `veille replay`: wiring of the stages; no logic of theirs."""
