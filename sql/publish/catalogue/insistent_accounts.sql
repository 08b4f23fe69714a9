-- Insistent accounts, latest version. Grain: one account and target, once it became insistent.
CREATE VIEW insistent_accounts AS
SELECT
    finding_id,
    version,
    known_at,
    decided_at,
    account_id,
    target_id,
    opened_at,
    first_at,
    last_at,
    requests,
    fulfilled,
    other_targets,
    expected,
    closed
FROM files.insistent_accounts
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY version DESC) = 1;

COMMENT ON VIEW insistent_accounts IS 'One row an insistent account: one that asks again and again about one target. A finding of its own, no surge. Latest version.';
COMMENT ON COLUMN insistent_accounts.finding_id IS 'Identity of the finding; the same live and in replay.';
COMMENT ON COLUMN insistent_accounts.version IS 'Number of this version of the finding; 1 is the first.';
COMMENT ON COLUMN insistent_accounts.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN insistent_accounts.decided_at IS 'Event time (UTC) of the step that decided it.';
COMMENT ON COLUMN insistent_accounts.account_id IS 'Pseudonym of the account that asks.';
COMMENT ON COLUMN insistent_accounts.target_id IS 'Pseudonym of the target.';
COMMENT ON COLUMN insistent_accounts.opened_at IS 'The request (UTC) that made it insistent.';
COMMENT ON COLUMN insistent_accounts.first_at IS 'First of these requests (UTC).';
COMMENT ON COLUMN insistent_accounts.last_at IS 'Last of these requests (UTC).';
COMMENT ON COLUMN insistent_accounts.requests IS 'Requests of this account about this target in that time.';
COMMENT ON COLUMN insistent_accounts.fulfilled IS 'How many of them were fulfilled.';
COMMENT ON COLUMN insistent_accounts.other_targets IS 'Other targets that the account mentioned in the day before it was found.';
COMMENT ON COLUMN insistent_accounts.expected IS 'Requests about this target by anybody that its past explains in that time.';
COMMENT ON COLUMN insistent_accounts.closed IS 'Whether it has ended.';
