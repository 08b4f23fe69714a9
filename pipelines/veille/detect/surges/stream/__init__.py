"""The detectors of surges joined for a stream: series with volume, targets and drops, bin by bin."""
