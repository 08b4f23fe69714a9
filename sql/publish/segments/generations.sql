-- Published rows of generations: all but the internal batch number. Grain: one of generations.
SELECT * EXCLUDE (batch)
FROM new_generations
