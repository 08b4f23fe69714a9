-- What became of the requests of a finished month: reported, found valid, taken down, and how fast. Grain: one cell.
CREATE VIEW reports AS
SELECT
    "month",
    "level",
    platform,
    request_class,
    is_self,
    reported,
    report_valid,
    removal,
    removed_within,
    taken_down,
    events
FROM files.reports
