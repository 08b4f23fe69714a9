"""What a login is worth: every claim that an attacker could choose gives nothing, and nothing fails open."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError
from streamlit.testing.v1 import AppTest

from dashboards import access, claims, commands
from tests.unit.dashboards.published import publish
from tests.unit.dashboards.test_pages import opened, texts
from veille.access import RESERVED_NAMES, ROLES
from veille.client import ApiError
from veille.config import Dashboards, Settings

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ISSUER = "https://login.example.org"
SETTINGS = Dashboards(
    login="oidc",
    issuer=ISSUER,
    roles_claim="groups",
    roles={"tns": ("analyst",), "zoe@example.org": ("steward",)},
    people={
        "mila": {"subject": "s-1", "roles": ["admin"]},  # type: ignore[dict-item]
        "ida": {"email": "Ida@example.org", "roles": ["oncall"]},  # type: ignore[dict-item]
    },
)
LOGIN: dict[str, Any] = {"iss": ISSUER, "sub": "s-9", "iat": NOW.timestamp() - 60}
CHOSEN = some.sampled_from([*ROLES, "tns", "mila", "ida", "s-1", "zoe@example.org", "ida@example.org", "admin@x", ""])
NOT_OURS = ["iss", "groups", "email_verified", "iat", "is_logged_in"]


@given(
    some.dictionaries(
        some.sampled_from(["sub", "email", "name", "preferred_username", "nickname", "roles", "role", "scope"]), CHOSEN
    )
)
def test_what_a_person_may_choose_gives_no_role(chosen: dict[str, str]) -> None:
    """Names and unverified addresses, whatever they are, as long as the subject is not one of the settings."""
    told = LOGIN | {**chosen, "sub": "x" + chosen.get("sub", "")}
    assert claims.roles_of(told, SETTINGS) == frozenset()
    assert claims.of(told, SETTINGS, 12, NOW).name not in SETTINGS.people


@pytest.mark.parametrize("verified", [None, False, "true", "True", 1, "yes", [True]])
def test_an_address_counts_when_its_issuer_vouches_for_it(verified: object) -> None:
    for address in ("zoe@example.org", "ida@example.org"):
        told = LOGIN | {"email": address, "email_verified": verified}
        assert claims.roles_of(told, SETTINGS) == frozenset()
        assert claims.of(told, SETTINGS, 12, NOW).name == "s-9"
    assert claims.roles_of(LOGIN | {"email": "zoe@example.org", "email_verified": True}, SETTINGS) == {"steward"}
    ida = claims.of(LOGIN | {"email": "IDA@example.org", "email_verified": True}, SETTINGS, 12, NOW)
    assert (ida.name, set(ida.roles)) == ("ida", {"oncall"})


def test_issuer_and_subject_are_mapped() -> None:
    found = claims.of(LOGIN | {"sub": "s-1", "groups": ["tns", "root"]}, SETTINGS, 12, NOW)
    assert (found.name, set(found.roles)) == ("mila", {"analyst", "admin"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://login.example.org/"}, {"iss": "https://evil.example"}, {"iss": None}, {"iss": [ISSUER]}, {"iss": ""},
        {"sub": ""}, {"sub": None}, {"sub": ["s-1"]}, {"sub": 1},
        {"iat": None}, {"iat": "now"}, {"iat": True}, {"iat": float("nan")}, {"iat": float("inf")}, {"iat": 1e30},
        {"iat": NOW.timestamp() + 3600}, {"iat": NOW.timestamp() - 12 * 3600 - 1},
        *({"sub": name} for name in (*sorted(RESERVED_NAMES), "veille:door", "a\nb", "x (shared)", "y" * 200)),
    ],
    ids=str,
)  # fmt: skip
def test_whatever_is_missing_or_wrong_lets_nobody_in(wrong: dict[str, Any]) -> None:
    with pytest.raises(claims.RefusedClaimsError):
        claims.of({**LOGIN, "groups": ["tns"], **wrong}, SETTINGS, 12, NOW)


@pytest.mark.parametrize("left_out", ["iss", "sub", "iat"])
def test_a_claim_that_is_not_there(left_out: str) -> None:
    told = {name: value for name, value in LOGIN.items() if name != left_out}
    with pytest.raises(claims.RefusedClaimsError):
        claims.of(told, SETTINGS, 12, NOW)


def test_without_an_issuer_nobody_is_believed() -> None:
    with pytest.raises(claims.RefusedClaimsError, match="no_issuer"):
        claims.of(LOGIN, SETTINGS.model_copy(update={"issuer": None}), 12, NOW)


def test_a_person_is_known_in_one_way() -> None:
    for wrong in (
        {"roles": ["admin"]},
        {"subject": "1", "email": "a@b", "roles": []},
        {"subject": ""},
        {"email": "nobody"},
    ):
        with pytest.raises(ValidationError):
            Dashboards(people={"mila": wrong})  # type: ignore[dict-item]


def signed_in(monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]) -> None:
    monkeypatch.setenv("VEILLE_DASHBOARDS__LOGIN", "oidc")
    monkeypatch.setenv("VEILLE_DASHBOARDS__ISSUER", ISSUER)
    monkeypatch.setattr("streamlit.user_info.UserInfoProxy.to_dict", lambda _self: {"is_logged_in": True, **told})
    monkeypatch.setattr(
        "streamlit.user_info.UserInfoProxy.__getattr__", lambda _self, name: name == "is_logged_in" or told.get(name)
    )


def test_a_session_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = publish(tmp_path / "data", [])
    monkeypatch.setenv("VEILLE_DASHBOARDS__DEFAULT_ROLES", '["viewer"]')
    monkeypatch.setenv("VEILLE_ACCESS__SESSION_HOURS", "2")
    signed_in(monkeypatch, LOGIN | {"iat": datetime.now(UTC).timestamp() - 3600})
    app = opened(monkeypatch, folder)
    assert app.session_state["person"].name == "s-9"
    signed_in(monkeypatch, LOGIN | {"iat": datetime.now(UTC).timestamp() - 7300})
    app.run()
    assert [button.label for button in app.button] == ["Sign in"]
    assert "person" not in app.session_state


def test_an_open_page_ends_with_the_session() -> None:
    """Parts that renew themselves do not pass the gate again."""

    def page() -> None:
        from datetime import UTC, datetime

        import streamlit as st

        from dashboards import access
        from veille.access import Principal

        st.session_state["person"] = Principal("mila", frozenset({"admin"}))
        st.session_state["session_ends_at"] = datetime(2026, 1, 1, tzinfo=UTC)
        st.write(access.person().name)

    app = AppTest.from_function(page).run()
    assert not app.markdown
    assert "session has expired" in texts(app)


def test_where_nobody_was_let_in_nothing_is_shown_or_done(tmp_path: Path) -> None:
    def page() -> None:
        import streamlit as st

        from dashboards import access

        access.require("viewer")
        st.write("shown")

    app = AppTest.from_function(page).run()
    assert not app.markdown
    with pytest.raises(ApiError, match="you are not signed in"):
        commands._client_for(Settings(data_dir=tmp_path), None)


def test_pages_that_are_served_without_the_door_stay_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """`streamlit run dashboards/app.py` listens on every address and knows nobody."""
    monkeypatch.setattr(
        "streamlit.runtime.context.StreamlitHeaders.to_dict", lambda _self: {"Host": ["127.0.0.1:8501"]}
    )
    monkeypatch.setattr("dashboards.address_token._guarded", False)
    assert not access._on_loopback()
    monkeypatch.setattr("dashboards.address_token._guarded", True)
    assert access._on_loopback()
    monkeypatch.setattr(st, "get_option", lambda _key: "0.0.0.0")
    assert not access._on_loopback()
