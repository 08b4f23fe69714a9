"""docs/your-own-data.md, held against the adapters, the reasons and the mapping language."""

import re

from tests.unit.deploy.paths import ROOT
from veille.sources.adapters import ADAPTERS
from veille.sources.mapping import parse

TEXT = (ROOT / "docs/your-own-data.md").read_text(encoding="utf-8")


def test_the_table_of_formats_is_the_adapters() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| `") and "| `contract` |" not in line]
    expected = [
        f"| `{each.name}` | {each.title} | {each.platform or 'by its links or ids'} | {each.people} | <{each.document}> |"
        for each in ADAPTERS
    ]
    assert rows == expected


def test_every_example_of_the_mapping_language_is_valid() -> None:
    examples = re.findall(r"([a-z_]+=[\w.@,:+]+)", TEXT)
    assert len(examples) > 10
    for example in examples:
        assert parse([example]).sources
