-- Flags of possible minors of a finished month, as the analyst catalogue counts them. Reads the variables since, until.
-- Columns: as the view minor_flags. Grain: month, type, platform, source.
SELECT NULL::TIMESTAMP AS "month", NULL::VARCHAR AS event_type, NULL::VARCHAR AS minor_suspected_source, 0::BIGINT AS events, 0::BIGINT AS looked_at, 0::BIGINT AS flagged WHERE false
