-- Forget incidents in which nobody did anything and of which nothing was sent: history is detected afresh.
-- What became part of an incident that stays, stays with it.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT incident_id
FROM incident_events
GROUP BY incident_id
HAVING count(*) FILTER (WHERE actor <> 'veille' OR event = 'paged') > 0;
INSERT INTO touched
SELECT DISTINCT incident_id
FROM incidents
WHERE merged_into IN (SELECT incident_id FROM touched);
DELETE FROM incidents WHERE incident_id NOT IN (SELECT incident_id FROM touched);
DELETE FROM incident_findings WHERE incident_id NOT IN (SELECT incident_id FROM touched);
DELETE FROM incident_targets WHERE incident_id NOT IN (SELECT incident_id FROM touched);
DELETE FROM incident_events WHERE incident_id NOT IN (SELECT incident_id FROM touched);
DELETE FROM incident_cursors;
DROP TABLE touched
