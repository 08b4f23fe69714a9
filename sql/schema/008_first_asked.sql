-- When each target was first asked about by somebody else, among published mentions: so a cut knows which of its mentions are first ones.
CREATE TABLE first_asked (
    target_id UUID NOT NULL,
    first_at TIMESTAMP NOT NULL
);
