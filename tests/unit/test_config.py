from pathlib import Path

import pytest

from veille.config import ConfigError, load


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_file_then_environment_then_explicit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("veille.toml").write_text('data_dir = "from-file"\n[kafka]\ngroup_id = "file"\nbootstrap_servers = "file:1"\n')
    monkeypatch.setenv("VEILLE_KAFKA__GROUP_ID", "environment")
    settings = load()
    assert (str(settings.data_dir), settings.kafka.group_id, settings.kafka.bootstrap_servers) == (
        "from-file",
        "environment",
        "file:1",
    )
    monkeypatch.setenv("VEILLE_DATA_DIR", "from-environment")
    assert str(load().data_dir) == "from-environment"
    assert load(data_dir=tmp_path).data_dir == tmp_path
    assert str(load(data_dir=None).data_dir) == "from-environment"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[kafka]\ngruop_id = 1\n", "kafka.gruop_id"),
        ("[ingest]\nbatch_messages = 0\n", "ingest.batch_messages"),
        ('[kafka]\nclient = "other"\n', "kafka.client"),
        ("zork = 1\n", "zork"),
        ("[kafka\n", "not valid TOML"),
    ],
)
def test_a_wrong_setting_refuses_to_start_and_names_the_key(text: str, named: str) -> None:
    Path("veille.toml").write_text(text)
    with pytest.raises(ConfigError, match=named) as caught:
        load()
    assert "\n" not in str(caught.value)


def test_a_typo_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_API__PROT", "1")
    with pytest.raises(ConfigError, match=r"api\.prot"):
        load()


def test_a_named_file_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_CONFIG", "nowhere.toml")
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load()


def test_the_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_PRIVACY__KEY", "ab" * 32)
    assert "abab" not in repr(load())


def test_a_rota_that_is_left_out_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "veille.toml"
    file.write_text("[incidents.rotas.minors]\npeople = ['ana']\n", encoding="utf-8")
    monkeypatch.setenv("VEILLE_CONFIG", str(file))
    rotas = load().incidents.rotas
    assert set(rotas) == {"abuse", "health", "minors"}
    assert rotas["minors"].people == ("ana",)
