-- The findings of one incident as last taken in, those with most requests first.
-- Parameters: $incident_id (VARCHAR).
-- Columns: finding_kind, finding_id (VARCHAR); versions (BIGINT): of it that were taken in; linked_at (TIMESTAMP, UTC): first; rule
--   (VARCHAR); requests, accounts (BIGINT); facts (VARCHAR): JSON, why it fired; fulfilled, other_targets (BIGINT): of an insistent account,
--   else null; target_id (UUID): of a surge of one target, else null.
-- Grain: one finding.
WITH taken AS (
    SELECT
        finding_kind,
        finding_id,
        count(*) AS versions,
        min(linked_at) AS linked_at,
        max_by(rule, finding_version) AS rule,
        max_by(requests, finding_version) AS requests,
        max_by(accounts, finding_version) AS accounts,
        max_by(facts, finding_version) AS facts
    FROM incident_findings
    WHERE incident_id = $incident_id::VARCHAR
    GROUP BY finding_kind, finding_id
)

SELECT
    taken.finding_kind,
    taken.finding_id,
    taken.versions,
    taken.linked_at,
    taken.rule,
    taken.requests,
    taken.accounts,
    taken.facts,
    insistent_accounts.fulfilled,
    insistent_accounts.other_targets,
    surges.target_id
FROM taken
LEFT JOIN insistent_accounts
    ON taken.finding_kind = 'insistent' AND taken.finding_id = insistent_accounts.finding_id
LEFT JOIN surges
    ON taken.finding_kind = 'surge' AND taken.finding_id = surges.surge_id
ORDER BY taken.requests DESC, taken.linked_at, taken.finding_kind, taken.finding_id
