-- Bands, times and merging of what is published for research. Bands of counts double: 0, 1, 2–3, 4–7 …, coarse ones grow eightfold: 0, 1–7,
-- 8–63 … `kept` lists the values that the k-rule lets pass; others become 'other'. 'merged' is what a coarser row no longer says.
CREATE OR REPLACE TEMP TABLE kept (name VARCHAR, "value" VARCHAR);
CREATE OR REPLACE TEMP MACRO common_value(which, what) AS
CASE WHEN what IS NULL OR what IN (SELECT "value" FROM kept WHERE name = which) THEN what ELSE 'other' END;
CREATE OR REPLACE TEMP MACRO common_probability(p) AS
CASE WHEN p::VARCHAR IN (SELECT "value" FROM kept WHERE name = 'sampling_probability') THEN p END;
CREATE OR REPLACE TEMP MACRO period(moment, length) AS
CASE length
    WHEN 'hour' THEN date_trunc('hour', moment)
    WHEN '6 hours' THEN time_bucket(INTERVAL 6 HOUR, moment)
    WHEN 'day' THEN date_trunc('day', moment)
    WHEN 'month' THEN date_trunc('month', moment)
END;
CREATE OR REPLACE TEMP MACRO is_over(moment, length) AS
period(moment, length) + CASE length
    WHEN 'hour' THEN INTERVAL 1 HOUR
    WHEN '6 hours' THEN INTERVAL 6 HOUR
    WHEN 'day' THEN INTERVAL 1 DAY
    WHEN 'month' THEN INTERVAL 1 MONTH
END <= getvariable('until');
CREATE OR REPLACE TEMP MACRO band_from(n, base) AS
CASE WHEN n < 1 THEN 0 ELSE pow(base, floor(log(n + 0.5) / log(base)))::BIGINT END;
CREATE OR REPLACE TEMP MACRO band_to(n, base) AS
CASE WHEN n < 1 THEN 0 ELSE pow(base, floor(log(n + 0.5) / log(base)) + 1)::BIGINT - 1 END;
CREATE OR REPLACE TEMP MACRO length_band(n) AS
CASE
    WHEN n IS NULL THEN NULL
    WHEN n <= 20 THEN '0-20'
    WHEN n <= 40 THEN '21-40'
    WHEN n <= 80 THEN '41-80'
    WHEN n <= 160 THEN '81-160'
    ELSE '161+'
END;
CREATE OR REPLACE TEMP MACRO size_band(n) AS
CASE
    WHEN n IS NULL THEN NULL
    WHEN n < 100 THEN '0-99'
    WHEN n < 1000 THEN '100-999'
    WHEN n < 10000 THEN '1000-9999'
    ELSE '10000+'
END;
CREATE OR REPLACE TEMP MACRO age_band(born, seen) AS
CASE
    WHEN born IS NULL THEN NULL
    WHEN date_diff('month', born, seen::DATE) < 1 THEN 'under 1 month'
    WHEN date_diff('month', born, seen::DATE) < 12 THEN '1-11 months'
    ELSE '12 months or more'
END;
CREATE OR REPLACE TEMP MACRO delay_band(seconds) AS
CASE
    WHEN seconds IS NULL THEN NULL
    WHEN seconds <= 60 THEN '1 minute'
    WHEN seconds <= 600 THEN '10 minutes'
    WHEN seconds <= 3600 THEN '1 hour'
    WHEN seconds <= 86400 THEN '24 hours'
    ELSE 'later'
END;
CREATE OR REPLACE TEMP MACRO removal_band(hours) AS
CASE
    WHEN hours IS NULL THEN NULL
    WHEN hours < 0 THEN 'before the report'
    WHEN hours < 24 THEN '24 hours'
    WHEN hours < 48 THEN '48 hours'
    ELSE 'later'
END;
CREATE OR REPLACE TEMP MACRO chance_band(p) AS
CASE
    WHEN p IS NULL THEN NULL
    WHEN p <= 0.001 THEN 0.001
    WHEN p <= 0.01 THEN 0.01
    WHEN p <= 0.05 THEN 0.05
    WHEN p <= 0.1 THEN 0.1
    ELSE 1.0
END;
