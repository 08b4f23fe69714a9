-- Note that this installation holds simulated events; its catalogue and screens then say so.
INSERT OR REPLACE INTO facts VALUES ('simulated', 'true')
