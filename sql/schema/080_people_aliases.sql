-- Which handle a stable number went by, as records showed both, each as its keyed pseudonym. first_at and last_at: times of the
-- posts that showed both, null where none has a time. A handle that changes hands has a row for each person.
CREATE TABLE people_aliases (
    handle_pseudonym UUID NOT NULL,
    person_pseudonym UUID NOT NULL,
    first_at TIMESTAMP,
    last_at TIMESTAMP,
    known_at TIMESTAMP NOT NULL,
    PRIMARY KEY (handle_pseudonym, person_pseudonym)
);
