-- Forget incidents of a replay in which nobody did anything and of which nothing was sent: history is detected afresh.
CREATE OR REPLACE TEMP TABLE untouched AS
SELECT incident_id
FROM incident_events
GROUP BY incident_id
HAVING count(*) FILTER (WHERE actor <> 'veille' OR event = 'paged') = 0;
DELETE FROM incidents WHERE incident_id IN (SELECT incident_id FROM untouched);
DELETE FROM incident_findings WHERE incident_id IN (SELECT incident_id FROM untouched);
DELETE FROM incident_targets WHERE incident_id IN (SELECT incident_id FROM untouched);
DELETE FROM incident_events WHERE incident_id IN (SELECT incident_id FROM untouched);
DELETE FROM incident_cursors;
DROP TABLE untouched
