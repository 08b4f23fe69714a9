"""Who may see what, and the trail that is left."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import access, menu
from dashboards.texts import names
from tests.unit.dashboards.serving import serving
from tests.unit.dashboards.test_pages import APP, opened, texts
from veille import config
from veille.access import ROLES, Principal
from veille.config import Dashboards
from veille.store.owner import Owner


def test_roles_come_from_the_claim_the_mapping_and_the_default() -> None:
    settings = Dashboards(roles_claim="groups", roles={"tns": ("analyst", "oncall"), "zoe@example.org": ("steward",)})
    assert access.roles_of({"groups": ["tns", "unknown"], "sub": "1"}, settings) == {"analyst", "oncall"}
    assert access.roles_of({"groups": "researcher"}, settings) == {"researcher"}
    assert access.roles_of({"email": "zoe@example.org", "email_verified": True}, settings) == {"steward"}
    assert access.roles_of({"groups": ["root"], "email": "mila@example.org"}, settings) == frozenset()
    assert access.roles_of({}, Dashboards(default_roles=("viewer",))) == {"viewer"}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_pages_and_no_other(role: str) -> None:
    person = Principal("Mila", frozenset(found for found in ROLES if found == role))
    may = {entry.key for entry in menu.ENTRIES if person.may(*entry.roles)}
    assert {"now", "surges", "explore", "feed"} <= may
    assert ("targets" in may) == ("coordination" in may) == (role in ("analyst", "oncall", "steward", "admin"))
    assert ("sql" in may) == (role in ("researcher", "analyst", "admin"))
    assert role in names("roles")


def test_pages_reachable_from_elsewhere_stay_closed_without_a_login(
    monkeypatch: pytest.MonkeyPatch, empty_catalogue: Path
) -> None:
    option = st.get_option
    monkeypatch.setattr(st, "get_option", lambda key: "0.0.0.0" if key == "server.address" else option(key))
    app = opened(monkeypatch, empty_catalogue)
    assert "no login is configured" in texts(app)
    assert "No event has arrived" not in texts(app)


def test_who_comes_from_elsewhere_has_the_roles_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, empty_catalogue: Path
) -> None:
    monkeypatch.setenv("VEILLE_DASHBOARDS__LOGIN", "elsewhere")
    monkeypatch.setenv("VEILLE_DASHBOARDS__DEFAULT_ROLES", '["viewer"]')
    app = opened(monkeypatch, empty_catalogue)
    assert app.session_state["person"].roles == {"viewer"}
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        app.switch_page("app_pages/sql.py")


def test_with_oidc_nothing_shows_before_the_login(monkeypatch: pytest.MonkeyPatch, empty_catalogue: Path) -> None:
    monkeypatch.setenv("VEILLE_DASHBOARDS__LOGIN", "oidc")
    app = opened(monkeypatch, empty_catalogue)
    assert "not configured" in texts(app)
    monkeypatch.setattr("streamlit.user_info.UserInfoProxy.to_dict", lambda _self: {"is_logged_in": False})
    monkeypatch.setattr("streamlit.user_info.UserInfoProxy.__getattr__", lambda _self, _name: False)
    app.run()
    assert [button.label for button in app.button] == ["Sign in"]


def test_a_look_is_recorded_once_while_the_page_stays_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tests.unit.dashboards.published import publish

    folder = publish(tmp_path_factory.mktemp("looked"), [])
    monkeypatch.setenv("VEILLE_DATA_DIR", str(folder))
    monkeypatch.setattr("getpass.getuser", lambda: "mila")

    def page() -> None:
        import streamlit as st

        from dashboards import access

        access.gate()
        st.write(f"shown: {access.look('target.read', 'T-7K3Q-M2XA-9DFH')}")

    owner = Owner(folder, "veille replay")
    app = AppTest.from_function(page).run()
    assert [element.value for element in app.markdown] == ["shown: False"], "what cannot be recorded is not shown"
    owner.release()
    with serving(folder) as service:
        app.run()
        app.run()
        assert [element.value for element in app.markdown] == ["shown: True"]
        assert service.looks() == [("mila", "target.read", "T-7K3Q-M2XA-9DFH")]


def test_a_wrong_setting_is_told_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_DASHBOARDS__LOGIN", "sometimes")
    with pytest.raises(config.ConfigError):
        config.load()
    app = AppTest.from_file(str(APP)).run()
    assert "dashboards" in texts(app)
