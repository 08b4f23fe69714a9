-- What pages read for people who are neither analyst, on call nor steward: the research catalogue in the shapes of the analyst one, so that
-- the same queries count under the k-rule. What research does not say is null or without a row. Grain: as the views of those names.
CREATE SCHEMA pages;
CREATE VIEW pages.status AS
SELECT
    as_of,
    complete_until AS watermark,
    published_at,
    CASE WHEN EXISTS (FROM files.requests) THEN complete_until - INTERVAL 1 MINUTE END AS newest_occurred_at,
    (SELECT count(*) FROM files.requests) AS mentions,
    (SELECT count(*) FROM files.production) AS generations,
    (SELECT coalesce(sum(events), 0)::BIGINT FROM files.moderations) AS moderations,
    simulated
FROM main.status;
CREATE VIEW pages.segments AS
SELECT
    CASE relation WHEN 'requests' THEN 'mentions' WHEN 'production' THEN 'generations' ELSE relation END AS relation,
    path,
    "month" AS first_at,
    least("month" + INTERVAL 1 MONTH, (SELECT complete_until FROM main.status)) AS last_at,
    row_count,
    byte_count
FROM main.segments;
CREATE VIEW pages.coverage AS
SELECT
    "hour",
    event_type,
    platform,
    collection_id,
    sampling_probability,
    NULL::BIGINT AS events,
    "hour" AS first_at,
    "hour" + INTERVAL 1 HOUR AS last_at
FROM files.coverage;
CREATE VIEW pages.requests_minute AS
SELECT
    occurred_at AS "minute",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    count(*) AS requests
FROM files.requests
WHERE "precision" = 'hour'
GROUP BY ALL;
CREATE VIEW pages.requests_hour AS
SELECT
    occurred_at AS "hour",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    "language",
    jurisdiction,
    NULL::VARCHAR AS target_gender,
    NULL::VARCHAR AS target_gender_source,
    NULL::BOOLEAN AS target_is_public_figure,
    count(*) AS requests
FROM files.exchanges
WHERE "precision" = 'day'
GROUP BY ALL;
CREATE VIEW pages.requests_day AS
SELECT * RENAME ("hour" AS "day")
FROM pages.requests_hour;
CREATE VIEW pages.production_minute AS
SELECT
    occurred_at AS "minute",
    platform,
    generator,
    outcome,
    sexualised,
    NULL::VARCHAR AS surface,
    NULL::VARCHAR AS plan,
    media_type,
    NULL::BOOLEAN AS linked,
    count(*) AS generations
FROM files.production
WHERE "precision" = 'hour'
GROUP BY ALL;
CREATE VIEW pages.production_hour AS
SELECT * RENAME ("minute" AS "hour")
FROM pages.production_minute;
CREATE VIEW pages.surges AS
SELECT
    md5(concat_ws('/', opened_at, series_kind, series_key)) AS surge_id,
    series_kind,
    series_key,
    NULL::UUID AS target_id,
    opened_at,
    peak_at,
    closed_at,
    observed,
    expected,
    low,
    high,
    NULL::BIGINT AS accounts,
    q_value,
    NULL::VARCHAR AS reason
FROM files.surges;
CREATE VIEW pages.drops AS
SELECT
    md5(concat_ws('/', opened_at, series_kind, series_key)) AS surge_id,
    series_kind,
    series_key,
    NULL::UUID AS target_id,
    opened_at,
    peak_at,
    closed_at,
    observed,
    expected,
    low,
    high,
    NULL::BIGINT AS accounts,
    q_value,
    NULL::VARCHAR AS reason
FROM files.drops;
CREATE VIEW pages.clusters AS
SELECT
    NULL::VARCHAR AS cluster_id,
    NULL::TIMESTAMP AS born_at,
    NULL::TIMESTAMP AS last_active_at,
    NULL::VARCHAR AS tier,
    NULL::VARCHAR AS verdict,
    NULL::VARCHAR AS state,
    NULL::BIGINT AS targets,
    NULL::BIGINT AS accounts
WHERE false;
CREATE VIEW pages.annotations AS
SELECT
    NULL::VARCHAR AS annotation_id,
    NULL::TIMESTAMP AS since,
    NULL::TIMESTAMP AS "until",
    NULL::VARCHAR AS author,
    NULL::VARCHAR AS about,
    NULL::VARCHAR AS note
WHERE false;
CREATE MACRO pages.requests_between(since, until) AS TABLE
SELECT * RENAME ("hour" AS "at")
FROM pages.requests_hour
WHERE "hour" >= since::TIMESTAMP AND "hour" < until::TIMESTAMP;
CREATE MACRO pages.production_between(since, until) AS TABLE
SELECT * RENAME ("hour" AS "at")
FROM pages.production_hour
WHERE "hour" >= since::TIMESTAMP AND "hour" < until::TIMESTAMP;
