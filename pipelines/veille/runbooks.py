"""Where runbooks live: `docs/runbooks/` of a checkout, or the copy inside an installed wheel."""

from pathlib import Path


def runbook(rule: str) -> str | None:
    """The text of a rule's runbook, Markdown; None where this installation has none for it."""
    package = Path(__file__).resolve().parent
    for folder in (package / "docs" / "runbooks", package.parents[1] / "docs" / "runbooks"):
        known = {file.stem: file for file in folder.glob("*.md")}
        if rule in known:
            return known[rule].read_text(encoding="utf-8")
    return None
