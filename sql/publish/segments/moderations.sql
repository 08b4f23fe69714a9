-- Published rows of moderations: all but the internal batch number. Grain: one of moderations.
SELECT * EXCLUDE (batch)
FROM new_moderations
