"""Why records are left out before they are messages: one sentence a reason, and which of them are failures."""

REASONS: dict[str, str] = {
    "repost": "reposts are not requests",
    "addresses_no_generator": "do not address a generator (accounts under [posts])",
    "generator_own_post": "posts of the generator that are not answers",
    "answers_no_known_post": "answers of the generator to a post that is not in the input",
    "deleted": "deleted posts",
    "not_a_post": "records that are not posts (likes, follows, profiles)",
    "control_message": "messages of the stream itself (keep-alives, limits, notices)",
    "companion_record": "records about users only",
    "official_figures": "statements of the DSA transparency database: official figures, not moderations",
    "file_not_read": "files of an unsupported format",
    "no_account": "posts without an account",
    "no_id": "posts without an id",
    "no_time": "posts without a time",
    "time_unreadable": "unreadable times",
    "id_lost_digits": "IDs that have lost digits, for example 1.99E+18: export IDs as text",
    "truncated": "truncated records at the end of a file",
    "not_its_schema": "messages that the schema registry cannot read, or whose schema it does not have",
    "not_this_format": "records that do not match the file's format",
    "ragged_row": "rows with more or fewer cells than the header",
    "unreadable": "records that are not JSON",
    "not_an_object": "records that are not a JSON object",
    "too_large": "records of more than 1 MiB",
}
"""Reason → what the records are. The order is that of the report."""

FAILURES = frozenset(
    {
        "no_account",
        "no_id",
        "no_time",
        "time_unreadable",
        "id_lost_digits",
        "truncated",
        "not_its_schema",
        "not_this_format",
        "unreadable",
        "ragged_row",
        "not_an_object",
        "too_large",
    }
)
"""Reasons that speak of something wrong; the others are as it should be."""
