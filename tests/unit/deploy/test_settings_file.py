"""veille.toml, held against the settings."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from tests.unit.deploy.paths import ROOT
from veille.config import ConfigError, Settings, SettingsSection, load

FILE = ROOT / "veille.toml"
SECTIONS: dict[str, type[SettingsSection]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, SettingsSection)
}


def section_text(name: str) -> str:
    """The lines of one section with its comments, without its sub-tables."""
    found = re.search(rf"^\[{name}\]\n(.*?)(?=^\[|\Z)", FILE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"veille.toml has no section [{name}]"
    return found[1]


def plain(settings: BaseModel) -> dict[str, Any]:
    """Settings as TOML would give them; secrets are none by default."""
    written: dict[str, Any] = json.loads(settings.model_dump_json())
    return written


def _present(section: dict[str, Any]) -> dict[str, Any]:
    """What TOML can write of a section: a setting without a value is left out, also in a section of its own."""
    return {
        key: _present(value) if isinstance(value, dict) else value
        for key, value in section.items()
        if value is not None
    }


def test_every_setting_stands_at_its_default() -> None:
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    defaults = plain(Settings.model_construct())
    for name in SECTIONS:
        present = _present(defaults[name])
        assert written.pop(name) == present, f"[{name}] has drifted from veille.config"
    assert written == {name: value for name, value in defaults.items() if name not in SECTIONS}


@pytest.mark.parametrize("name", SECTIONS)
def test_settings_without_a_default_stand_as_comments(name: str) -> None:
    fields = SECTIONS[name].model_fields.items()
    absent = [key for key, field in fields if field.default is None and not field.exclude]
    missing = [key for key in absent if not re.search(rf"^# {key} = ", section_text(name), re.MULTILINE)]
    assert not missing


@pytest.mark.parametrize("name", SECTIONS)
def test_no_comment_names_a_setting_that_is_none(name: str) -> None:
    commented = re.findall(r"^# ([a-z_]+) = ", section_text(name), re.MULTILINE)
    assert set(commented) <= set(SECTIONS[name].model_fields)


def test_settings_read_from_the_file_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_CONFIG", str(FILE))
    assert load() == Settings.model_construct()


def test_a_misspelt_key_refuses_to_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    changed = tmp_path / "veille.toml"
    text = FILE.read_text(encoding="utf-8")
    changed.write_text(text.replace("batch_seconds", "batch_second"), encoding="utf-8")
    monkeypatch.setenv("VEILLE_CONFIG", str(changed))
    with pytest.raises(ConfigError, match=r"ingest\.batch_second"):
        load()
