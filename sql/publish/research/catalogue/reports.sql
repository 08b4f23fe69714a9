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
FROM files.reports;

COMMENT ON VIEW reports IS 'What became of the requests of a finished month: reported, found valid, taken down, and how fast.';
COMMENT ON COLUMN reports."month" IS 'Start of the month (UTC); finished months only.';
COMMENT ON COLUMN reports."level" IS 'How much was merged away: 0 nothing; 1 the delay; 2 all but whether it was reported; 3 that, too.';
COMMENT ON COLUMN reports.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN reports.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown; merged where the row is coarser. Not yet abuse by itself.';
COMMENT ON COLUMN reports.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN reports.reported IS 'Whether the mention, its post or the answer was reported; null where merged.';
COMMENT ON COLUMN reports.report_valid IS 'Whether a report was found valid; null where merged.';
COMMENT ON COLUMN reports.removal IS 'What took it down first: removed (platform or order), deleted_by_author or none; merged where the row is coarser.';
COMMENT ON COLUMN reports.removed_within IS 'From the first valid report to that: before the report, 24 hours, 48 hours or later; null without either, merged where the row is coarser.';
COMMENT ON COLUMN reports.taken_down IS 'Whether the last of removal, deletion and restoration took it down; null where merged.';
COMMENT ON COLUMN reports.events IS 'Requests.';
