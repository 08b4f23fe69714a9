from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.access import ROLES, AccessError, Principal, Role, TokenFile, actor_header, checked_name, parse_actor
from veille.api import OperationError
from veille.service.http import check_exposure

NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)


@given(NAMES, st.sets(st.sampled_from(ROLES), min_size=1))
def test_an_actor_survives_the_header(name: str, roles: set[Role]) -> None:
    header = actor_header(name, roles)
    assert header.isascii()
    assert parse_actor(header) == Principal(checked_name(name), frozenset(roles))


@pytest.mark.parametrize("header", ["", "mila", "mila;", ";admin", "mila;root", "mi\nla;admin", "x" * 81 + ";admin"])
def test_a_malformed_actor_is_refused(header: str) -> None:
    with pytest.raises(AccessError):
        parse_actor(header)


@given(st.sampled_from(ROLES), st.sampled_from(ROLES))
def test_roles_are_disjoint_but_for_viewer_and_admin(held: Role, asked: Role) -> None:
    assert Principal("p", frozenset({held})).may(asked) == (held in ("admin", asked) or asked == "viewer")


def test_a_token_is_kept_as_a_digest_in_a_private_file(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "tokens.json")
    token = file.create("mila", ["oncall", "analyst"])
    assert token not in (tmp_path / "tokens.json").read_text()
    assert (tmp_path / "tokens.json").stat().st_mode & 0o077 == 0
    found = TokenFile(tmp_path / "tokens.json").find(token)
    assert found == Principal("mila", frozenset({"oncall", "analyst"}))
    assert file.find(token + "x") is None
    with pytest.raises(AccessError, match="revoke it first"):
        file.create("mila", ["viewer"])


def test_a_change_by_another_process_counts_at_once(tmp_path: Path) -> None:
    serving, command = TokenFile(tmp_path / "tokens.json"), TokenFile(tmp_path / "tokens.json")
    token = command.create("mila", ["viewer"])
    assert serving.find(token)
    assert command.revoke("mila")
    assert serving.find(token) is None
    assert not command.revoke("mila")


def test_an_open_or_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    TokenFile(path).create("mila", ["viewer"])
    path.chmod(0o644)
    with pytest.raises(AccessError, match="chmod 600"):
        TokenFile(path).tokens()
    path.chmod(0o600)
    path.write_text("[{")
    with pytest.raises(AccessError, match="damaged"):
        TokenFile(path).tokens()


def test_beyond_loopback_somebody_must_be_allowed_to_call(tmp_path: Path) -> None:
    tokens = TokenFile(tmp_path / "tokens.json")
    check_exposure("127.0.0.1", tokens, without_tokens=False)
    check_exposure("0.0.0.0", tokens, without_tokens=True)
    with pytest.raises(OperationError, match=r"cannot listen on 0\.0\.0\.0"):
        check_exposure("0.0.0.0", tokens, without_tokens=False)
    tokens.create("mila", ["viewer"])
    check_exposure("0.0.0.0", tokens, without_tokens=False)
