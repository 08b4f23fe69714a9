-- Published rows of mentions: all but the internal batch number. Grain: one of mentions.
SELECT * EXCLUDE (batch)
FROM new_mentions
