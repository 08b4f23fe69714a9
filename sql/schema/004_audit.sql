-- The audit log as a hash chain: every row holds the digest of itself and of the row before it, so a row that is changed,
-- removed or slipped in later breaks the chain at that place. What an attacker could do who may write the whole database,
-- compute all of it anew, shows against a head that was noted elsewhere (`veille audit verify --expect`).

-- One part of what is digested, its length before it, so that no two rows spell the same text; null is told from ''.
CREATE MACRO audit_part(part) AS CASE WHEN part IS NULL THEN '-' ELSE strlen(part) || ':' || part END;

-- SHA-256 of a row and of the digest before it ('' for the first), as 64 hex digits. happened_at in microseconds.
CREATE MACRO audit_digest(previous, position, happened_at, actor, act, subject, reason) AS sha256(
    audit_part(previous) || audit_part(position::VARCHAR) || audit_part(epoch_us(happened_at)::VARCHAR)
    || audit_part(actor) || audit_part(act) || audit_part(subject) || audit_part(reason)
);

ALTER TABLE audit_log RENAME TO audit_before;

CREATE TABLE audit_log (
    number BIGINT PRIMARY KEY,
    happened_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    subject VARCHAR,
    reason VARCHAR,
    digest VARCHAR NOT NULL
);

INSERT INTO audit_log BY NAME
WITH RECURSIVE numbered AS (
    SELECT
        row_number() OVER (ORDER BY rowid) AS number,
        *
    FROM audit_before
),
chained AS (
    SELECT
        *,
        audit_digest('', number, happened_at, actor, action, subject, reason) AS digest
    FROM numbered
    WHERE number = 1
    UNION ALL
    SELECT
        numbered.*,
        audit_digest(
            chained.digest, numbered.number, numbered.happened_at, numbered.actor, numbered.action, numbered.subject,
            numbered.reason
        ) AS digest
    FROM chained
    INNER JOIN numbered ON numbered.number = chained.number + 1
)
SELECT * FROM chained;

DROP TABLE audit_before;
