-- Published rows of events in {new}: all columns but {internal}. Grain: one event.
SELECT * EXCLUDE ({internal})
FROM {new}
