-- Published rows of generations: all but the internal batch number and flags of possible minors. Grain: one of generations.
SELECT * EXCLUDE (batch, minor_suspected, minor_suspected_source)
FROM new_generations
