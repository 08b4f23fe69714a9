-- Surges and drops become one table: how far a series is from what its past explains. direction: up (a surge) or down (a drop).
-- Grain: one version of one finding. The views surges and drops have the columns and rows of the tables that they replace.
CREATE TABLE deviations (
    direction VARCHAR NOT NULL,
    surge_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    series_kind VARCHAR NOT NULL,
    series_key VARCHAR NOT NULL,
    target_id UUID,
    opened_at TIMESTAMP NOT NULL,
    since TIMESTAMP NOT NULL,
    peak_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    observed BIGINT NOT NULL,
    expected DOUBLE NOT NULL,
    low DOUBLE NOT NULL,
    high DOUBLE NOT NULL,
    accounts BIGINT NOT NULL,
    score DOUBLE NOT NULL,
    p_value DOUBLE NOT NULL,
    q_value DOUBLE NOT NULL,
    window_seconds INTEGER NOT NULL,
    reason VARCHAR,
    explanation VARCHAR
);

INSERT INTO deviations BY NAME
SELECT
    'up' AS direction,
    *
FROM surges;

INSERT INTO deviations BY NAME
SELECT
    'down' AS direction,
    *
FROM drops;

DROP TABLE surges;
DROP TABLE drops;

CREATE VIEW surges AS
SELECT * EXCLUDE (direction)
FROM deviations
WHERE direction = 'up';

CREATE VIEW drops AS
SELECT * EXCLUDE (direction)
FROM deviations
WHERE direction = 'down';
