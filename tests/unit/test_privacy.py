import re
import stat
from pathlib import Path
from uuid import UUID

import pytest

from tests.unit.make import KEY
from veille.privacy import (
    Key,
    LetterBox,
    Pseudonymiser,
    PseudonymKeyError,
    fold_person,
    load_key,
    seal,
    short,
    unseal,
    vault_keypair,
)

NAMES = Pseudonymiser(KEY)


def test_people_share_one_case_folded_space_and_other_ids_do_not() -> None:
    person = NAMES.one("person", "x", "Some_Body")
    assert person == NAMES.one("person", "x", "@some_body")
    assert person != NAMES.one("person", "other", "some_body")
    assert person != NAMES.one("post", "x", "some_body")
    assert NAMES.one("post", "x", "A") != NAMES.one("post", "x", "a")
    assert len(person) == 16
    assert fold_person("ＳＴＲＡＳＳＥ") == "strasse"


def test_another_key_gives_other_pseudonyms() -> None:
    assert Pseudonymiser(Key(b"k" * 32)).one("person", "x", "a") != NAMES.one("person", "x", "a")


def test_columns_agree_with_single_ids() -> None:
    ids = ["a", None, "B", "a"]
    column = NAMES.column("person", ["x"] * 4, ids)
    assert column == [None if i is None else NAMES.one("person", "x", i) for i in ids]
    assert NAMES.unique_column("mention", ["x", "y"], ["1", "1"]) == [
        NAMES.one("mention", "x", "1"),
        NAMES.one("mention", "y", "1"),
    ]


def test_the_short_form_is_twelve_crockford_characters_with_its_role() -> None:
    pseudonym = UUID(bytes=NAMES.one("person", "x", "a"))
    assert short(pseudonym, "target")[:2] == "T-"
    assert short(pseudonym, "account")[2:] == short(pseudonym, "target")[2:] == short(str(pseudonym))
    assert len(short(pseudonym).replace("-", "")) == 12
    assert short(UUID(int=0)) == "0000-0000-0000"
    assert short(UUID(int=2**128 - 1)) == "ZZZZ-ZZZZ-ZZZZ"


def test_a_token_is_the_same_for_the_same_value_and_never_a_number() -> None:
    tokens = {NAMES.token(f"value {n}") for n in range(20_000)}
    assert len(tokens) == 20_000
    assert all(re.fullmatch(r"c-[0-9A-HJKMNP-TV-Z]{8}", token) for token in tokens)
    assert max(sum(map(str.isdigit, token)) for token in tokens) < 7
    assert NAMES.token("a") == Pseudonymiser(KEY).token("a") != Pseudonymiser(Key(b"k" * 32)).token("a")


def test_the_key_file_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "pseudonym.key"
    with pytest.raises(PseudonymKeyError, match="restore it from your backup"):
        load_key(file)
    made = load_key(file, create=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_key(file, create=True) == made
    assert made.secret.hex() not in repr(made)
    file.write_text("not a key")
    with pytest.raises(PseudonymKeyError, match="64 hex digits") as caught:
        load_key(file)
    assert "not a key" not in str(caught.value)


def test_letters_open_under_their_own_key_only() -> None:
    sealed = LetterBox(KEY).encrypt(b"raw message")
    assert LetterBox(KEY).decrypt(sealed) == b"raw message"
    with pytest.raises(PseudonymKeyError):
        LetterBox(Key(b"k" * 32)).decrypt(sealed)


def test_the_vault_opens_with_its_private_key_only() -> None:
    private, public = vault_keypair()
    sealed = seal(public, "x\tjane")
    assert b"jane" not in sealed
    assert unseal(private, sealed) == "x\tjane"
    with pytest.raises(PseudonymKeyError):
        unseal(vault_keypair()[0], sealed)
    with pytest.raises(PseudonymKeyError):
        unseal("nonsense", sealed)
