-- Whether this data folder sends anything outside. Grain: one change of mode.
CREATE VIEW service_modes AS
SELECT
    known_at,
    folder,
    mode,
    reason,
    neighbour,
    actor,
    comment
FROM files.service_modes;

COMMENT ON VIEW service_modes IS 'One row a change of what the service of a data folder sends outside; the latest holds.';
COMMENT ON COLUMN service_modes.known_at IS 'Since when (UTC).';
COMMENT ON COLUMN service_modes.folder IS 'Id of the data folder; a copy of a folder has another.';
COMMENT ON COLUMN service_modes.mode IS 'live: pages, digests, handovers and the heartbeat are sent; quiet: nothing is sent.';
COMMENT ON COLUMN service_modes.reason IS 'alone: nobody else read the topics; neighbour: an older data folder read them; command: a person said so.';
COMMENT ON COLUMN service_modes.neighbour IS 'First eight digits of the id of the older folder, else null.';
COMMENT ON COLUMN service_modes.actor IS 'Who gave the command, else null.';
COMMENT ON COLUMN service_modes.comment IS 'Why, in the words of who gave the command, else null.';
