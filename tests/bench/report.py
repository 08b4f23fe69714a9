"""How benches print: one line a figure, with its floor or peer and its target."""


def heading(text: str) -> None:
    print(f"\n== {text}", flush=True)


def line(what: str, figure: str, *, beside: str = "", target: str = "", met: bool | None = None) -> None:
    """`what: figure | beside | target … met/MISSED`."""
    verdict = "" if met is None else " — met" if met else " — MISSED"
    parts = [f"{what}: {figure}", beside, f"target {target}{verdict}" if target else ""]
    print(" | ".join(part for part in parts if part), flush=True)
