-- Incidents, latest version; minor flags are not among them. Grain: one incident.
CREATE VIEW incidents AS
SELECT
    incident_id,
    version,
    known_at,
    happened_at,
    kind,
    rota,
    rule,
    policy,
    severity,
    state,
    suppressed_by,
    parent_id,
    merged_into,
    subject_kind,
    subject,
    title,
    onset_at,
    opened_at,
    last_at,
    due_at,
    paged_at,
    acknowledged_at,
    resolved_at,
    pages,
    reopenings,
    owner,
    disposition,
    requests,
    accounts,
    targets,
    evidence,
    first_at,
    newest_at,
    counted_at
FROM files.incidents
QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY version DESC) = 1;

COMMENT ON VIEW incidents IS 'One row an incident: what a person handles. Latest version; without the queue of minor flags.';
COMMENT ON COLUMN incidents.incident_id IS 'Identity of the incident; equal for equal findings.';
COMMENT ON COLUMN incidents.version IS 'Number of its latest transition; 1 is its opening.';
COMMENT ON COLUMN incidents.known_at IS 'When this version was written (UTC).';
COMMENT ON COLUMN incidents.happened_at IS 'Time of its latest transition (UTC): the clock live, event time in a replay.';
COMMENT ON COLUMN incidents.kind IS 'attack (a target, a cluster, an insistent account), global, drop or fault.';
COMMENT ON COLUMN incidents.rota IS 'Who is responsible: abuse or health.';
COMMENT ON COLUMN incidents.rule IS 'Rule of the policy that gave the severity; docs/runbooks has a page for each.';
COMMENT ON COLUMN incidents.policy IS 'Name and digest of the policy in force when the severity was given.';
COMMENT ON COLUMN incidents.severity IS 'critical, error, warning or info.';
COMMENT ON COLUMN incidents.state IS 'open, acknowledged or resolved.';
COMMENT ON COLUMN incidents.suppressed_by IS 'silence:ID, parent:ID or wait:TIME (UTC) while that keeps it from paging, else null.';
COMMENT ON COLUMN incidents.parent_id IS 'Surge of everything during which it was opened, else null.';
COMMENT ON COLUMN incidents.merged_into IS 'Incident of which it became a part, else null.';
COMMENT ON COLUMN incidents.subject_kind IS 'What it is about: target, cluster, series or fault.';
COMMENT ON COLUMN incidents.subject IS 'Which one: pseudonym, id or name.';
COMMENT ON COLUMN incidents.title IS 'One line with counts and short pseudonyms.';
COMMENT ON COLUMN incidents.onset_at IS 'First activity known (UTC, event time).';
COMMENT ON COLUMN incidents.opened_at IS 'When it was opened (UTC).';
COMMENT ON COLUMN incidents.last_at IS 'Last activity when it was last written (UTC, event time).';
COMMENT ON COLUMN incidents.due_at IS 'When the first page was due (UTC); null: none was.';
COMMENT ON COLUMN incidents.paged_at IS 'When the first page was handed to the outbox (UTC); null: none was, as in every replay.';
COMMENT ON COLUMN incidents.acknowledged_at IS 'When somebody first acknowledged it (UTC).';
COMMENT ON COLUMN incidents.resolved_at IS 'When it was first resolved (UTC).';
COMMENT ON COLUMN incidents.pages IS 'How often a page was due.';
COMMENT ON COLUMN incidents.reopenings IS 'How often it was reopened.';
COMMENT ON COLUMN incidents.owner IS 'Who has it.';
COMMENT ON COLUMN incidents.disposition IS 'What a person said of it on resolving: useful, noise, duplicate or expected; null where it ended by itself.';
COMMENT ON COLUMN incidents.requests IS 'Distinct requests behind its findings, as known at counted_at.';
COMMENT ON COLUMN incidents.accounts IS 'Distinct accounts behind these requests, as known at counted_at.';
COMMENT ON COLUMN incidents.targets IS 'Targets it is about.';
COMMENT ON COLUMN incidents.evidence IS 'JSON: why it fired, figures with interval, findings, runbook.';
COMMENT ON COLUMN incidents.first_at IS 'First event that it counts (UTC, event time); null where it counts none.';
COMMENT ON COLUMN incidents.newest_at IS 'Last event that it counts (UTC, event time); null where it counts none.';
COMMENT ON COLUMN incidents.counted_at IS 'When requests, accounts and targets were counted (UTC); null in what an earlier version wrote.';
