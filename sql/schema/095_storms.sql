-- Surges of hours to weeks. storm: whether the finding is one, told against usual days; level: events of its last 24 hours over those of a
-- usual day, null where too little is known. Null in drops and in rows written before.
ALTER TABLE deviations ADD COLUMN storm BOOLEAN;
ALTER TABLE deviations ADD COLUMN level DOUBLE;

CREATE OR REPLACE VIEW surges AS
SELECT * EXCLUDE (direction)
FROM deviations
WHERE direction = 'up';

CREATE OR REPLACE VIEW drops AS
SELECT * EXCLUDE (direction, storm, level)
FROM deviations
WHERE direction = 'down';
