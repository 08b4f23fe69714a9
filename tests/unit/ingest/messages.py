"""Messages around the contract for hypothesis: fields, types, sizes, depth, text and bytes gone wrong, alone or together."""

import json
from typing import Any

from hypothesis import strategies as st

from tests.unit.make import generation, mention, moderation
from veille.events import CLASSES, EventType

SECRET = "zorkmid"
"""Part of many values, so that a test can look for a value in what is told about a message."""

BASES: dict[EventType, Any] = {
    EventType.MENTION: mention,
    EventType.GENERATION: generation,
    EventType.MODERATION: moderation,
}
FIELDS = {event_type: (*kind.__struct_fields__, "event_type") for event_type, kind in CLASSES.items()}

_TIMES = [
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z",
    "2005-12-31T23:59:59.999999Z", "2006-01-01T00:00:00Z", "2026-01-10T12:10:00Z", "2026-01-10T12:10:00.000001Z",
    "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-14:00", "2026-01-10T11:00:00", "2026-02-30T00:00:00Z",
    "2026-01-10T24:00:00Z", "2026-01-10T23:59:60Z", "2026-01-10T10:00:00+23:59", "2026-01-10", "1767433325", "-1", "now",
]  # fmt: skip
_TOKENS = [
    "null", "true", "false", "0", "-1", "0.5", "1e-999", "1e999", "-1e999", "NaN", "Infinity", "9" * 25, "9" * 5000, str(2**63),
    str(2**63 - 1), "-" + "9" * 30, "0.1e1", "01", "1.", "[]", "{}", '""', '" "', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"',
    '"\\ud83d\\ude00"', '"\\u202e\\u200b"', '"\\x"', '"a\tb"', '"\\/"', "'a'", "", "nul", '"unended', '{"a":', '["a",]',
    "[" * 40 + "]" * 40, "[" * 3000 + "]" * 3000, '{"a":' * 3000 + "1" + "}" * 3000, "[" * 3000, '{"a":1,"a":2}',
]  # fmt: skip
_TEXTS = [
    f"data:image/png;base64,{SECRET}", f"https://host.example/{SECRET}.jpg", f"host.example\\/{SECRET}.PNG?x=1", "Q" * 900,
    "x" * 128, "x" * 129, "y " * 2001, "z " * 40_000, "Ω" * 70_000, f"@{SECRET} {SECRET}@host.example", f"{SECRET}\n", "x\n", "@", "@@",
    "nan", "None", "[deleted]", "İ", "ß", "\N{COMBINING ACUTE ACCENT}" * 50, "\0", f"{SECRET}\0{SECRET}", "\ufeff", "ﬁ" * 64,
]  # fmt: skip

_values = st.one_of(
    st.just("null"),
    st.sampled_from(_TOKENS),
    st.sampled_from(_TIMES).map(json.dumps),
    st.sampled_from(_TEXTS).map(json.dumps),
    st.text(max_size=20).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=6,
    ).map(json.dumps),
)
_keys = st.sampled_from(
    ['"thumbnail"', '"user"', '"event_Id"', '"\\u0065vent_id"', '"\\ud800"', '""', '"a\\u0000"', "a", f'"{SECRET}"']
)


@st.composite
def messages(draw: st.DrawFn, event_type: EventType) -> bytes | None:
    """One message that was an event of `event_type` before something was done to it."""
    number = draw(st.integers(0, 10_000))
    fields = [(json.dumps(name), json.dumps(value)) for name, value in BASES[event_type](number).items()]
    for _ in range(draw(st.integers(0, 3))):
        change = draw(st.integers(0, 9))
        if change < 6:
            name = json.dumps(draw(st.sampled_from(FIELDS[event_type])))
            if change < 4:  # replace; else repeat the key
                fields = [field for field in fields if field[0] != name]
            fields.append((name, draw(_values)))
        elif change < 8:
            fields.append((draw(_keys), draw(_values)))
        elif fields:
            del fields[draw(st.integers(0, len(fields) - 1))]
    text = "{" + ", ".join(f"{name}: {value}" for name, value in fields) + "}"
    return draw(_bytes_of(text)) if draw(st.integers(0, 4)) == 0 else text.encode("utf-8", "surrogatepass")


def _bytes_of(text: str) -> st.SearchStrategy[bytes | None]:
    """The text as bytes in which something is wrong."""
    raw = text.encode("utf-8", "surrogatepass")
    return st.one_of(
        st.sampled_from(
            [None, b"", b" \n", b"null", b"[]", b"{}", b"0", b"\0" * 9, b"\xff\xd8\xff\xe0" + bytes(900), b"{" * 5000]
        ),
        st.integers(0, len(raw)).map(lambda at: raw[:at]),
        st.tuples(st.integers(0, len(raw)), st.binary(max_size=4)).map(
            lambda cut: raw[: cut[0]] + cut[1] + raw[cut[0] :]
        ),
        st.integers(0, max(0, len(raw) - 1)).map(lambda at: raw[:at] + bytes([raw[at] ^ 0x80]) + raw[at + 1 :]),
        st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7"]).map(
            lambda encoding: text.encode(encoding, "surrogatepass" if encoding != "utf-7" else "replace")
        ),
        st.sampled_from([b"\n", b"\0", b"{}", b",", b" " * 70_000, b" " * 1_100_000]).map(lambda tail: raw + tail),
        st.just(b"[" + raw + b"]"),
        st.just(json.dumps(text).encode()),
    )
