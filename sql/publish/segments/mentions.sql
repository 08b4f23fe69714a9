-- Published rows of mentions: all but the internal batch number and flags of possible minors. Grain: one of mentions.
SELECT * EXCLUDE (batch, minor_suspected, minor_suspected_source)
FROM new_mentions
