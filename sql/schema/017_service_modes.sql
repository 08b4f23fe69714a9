-- Whether the service of a data folder sends anything outside. Append-only; the latest row of a folder holds.
-- `mode`: live or quiet. `reason`: alone (nobody else read the topics), neighbour (an older folder did) or command.
-- `neighbour`: the other folder, first eight digits of its id. `actor`, `comment`: of the person who gave the command.
CREATE TABLE service_modes (
    known_at TIMESTAMP NOT NULL,
    folder VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    neighbour VARCHAR,
    actor VARCHAR,
    comment VARCHAR
);
