"""Why records are left out before they are messages: one sentence a reason, and which of them are failures."""

REASONS: dict[str, str] = {
    "repost": "reposts are no requests",
    "addresses_no_generator": "address no generator ([posts] says which accounts are one)",
    "generator_own_post": "posts of the generator that answer nobody",
    "answers_no_known_post": "answers of the generator to a post that is not in the input",
    "deleted": "deleted posts",
    "not_a_post": "records that are no posts (likes, follows, profiles)",
    "control_message": "messages of the stream itself (keep-alives, limits, notices)",
    "companion_record": "records about users only",
    "official_figures": "statements of the DSA transparency database: official figures, not moderations",
    "file_not_read": "files of a kind that is not read",
    "no_account": "posts without an account",
    "no_id": "posts without an id",
    "no_time": "posts without a time",
    "time_unreadable": "times that cannot be read",
    "id_lost_digits": "ids that have lost digits, such as 1.99E+18: export ids as text",
    "truncated": "records cut off at the end of a file",
    "not_this_format": "records that are not of the file's format",
    "ragged_row": "rows with more or fewer cells than the header",
    "unreadable": "records that are not JSON",
    "not_an_object": "records that are no JSON object",
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
        "not_this_format",
        "unreadable",
        "ragged_row",
        "not_an_object",
        "too_large",
    }
)
"""Reasons that speak of something wrong; the others are as it should be."""
