"""The scenarios by name. Figures and dates: docs/simulator.md names the source of each, or says that it is assumed."""

from dataclasses import replace
from typing import Any

from veille.simulate.scenario import Answers, AnswerTable, Knot, Planted, PolicyEvent, Regime, Scenario, at

VERSION = 1
"""Raised with every change of output, however small."""

IMAGES_PER_MENTION = 0.4  # AI Forensics, 25 Dec - 1 Jan
_POST, _PAYWALL, _RESTRICTION = at("2025-12-31T12:00"), at("2026-01-09T05:00"), at("2026-01-15T02:00")

# Images a day (thousands, at midday). NYT: 33 a day on average before 31 Dec, 4,400 from 31 Dec to 8 Jan, nearly 600 at the top.
_IMAGES = {
    "2025-12-25": 23, "2025-12-26": 26, "2025-12-27": 29, "2025-12-28": 32, "2025-12-29": 36, "2025-12-30": 40,
    "2026-01-01": 512, "2026-01-02": 584, "2026-01-03": 600, "2026-01-04": 590, "2026-01-05": 566, "2026-01-06": 540,
    "2026-01-07": 506, "2026-01-08": 470,
}  # fmt: skip
# Mentions a day (thousands) after the paywall: no figure was published ("dramatically reduced", NBC); assumed.
_AFTER = {
    "2026-01-09T05:00": 640, "2026-01-10T12:00": 560, "2026-01-12T12:00": 500, "2026-01-15T02:00": 470,
}  # fmt: skip
_END_LEVELS = {
    "2026-01-15T02:00": 330, "2026-01-17T12:00": 285, "2026-01-22T12:00": 265, "2026-01-26T12:00": 270, "2026-02-01T00:00": 250,
}  # fmt: skip


def _winter_curve() -> tuple[Knot, ...]:
    per_mention = IMAGES_PER_MENTION / 1e3
    open_days = [Knot(at(f"{day}T12:00"), images / per_mention) for day, images in _IMAGES.items()]
    ramp = [Knot(_POST, 80 / per_mention), Knot(at("2025-12-31T17:00"), 420 / per_mention)]
    last = Knot(_PAYWALL, 445 / per_mention)
    later = [Knot(at(when), thousands * 1e3) for levels in (_AFTER, _END_LEVELS) for when, thousands in levels.items()]
    first = Knot(at("2025-12-25T00:00"), 22 / per_mention)
    before, after = [k for k in open_days if k.at < _POST], [k for k in open_days if k.at > _POST]
    return (first, *before, *ramp, *after, last, *later)


_EDIT = Answers(0.76, 0.04, 0.05, 0.03)
_OPEN = AnswerTable(
    plain=Answers(0.206, 0.069, 0.38, 0.02), euphemism=Answers(0.206, 0.069, 0.36, 0.02), other_edit=_EDIT
)
_PAYWALLED = AnswerTable(
    plain=Answers(0.0, 0.0, 0.55, 0.01),
    euphemism=Answers(0.0, 0.0, 0.55, 0.01),
    other_edit=Answers(0.02, 0.0, 0.58, 0.01),
)
_PAYING = AnswerTable(
    plain=Answers(0.22, 0.07, 0.40, 0.02), euphemism=Answers(0.27, 0.07, 0.36, 0.02), other_edit=_EDIT
)
_PAYING_RESTRICTED = AnswerTable(
    plain=Answers(0.03, 0.02, 0.72, 0.02),
    euphemism=Answers(0.21, 0.08, 0.48, 0.02),
    other_edit=Answers(0.66, 0.05, 0.14, 0.03),
)


def _surfaces(app: float, web: float, edit_button: float, api: float) -> dict[str, float]:
    return {"app": app * 1e3, "web": web * 1e3, "edit_button": edit_button * 1e3, "api": api * 1e3}


_REGIMES = (
    Regime(
        since=at("2025-12-25"),
        name="before",
        class_mix=(0.24, 0.42, 0.27, 0.07),
        paid_share=0.04,
        euphemisms=0.04,
        free=_OPEN,
        paid=_OPEN,
        unlinked_per_day=_surfaces(14, 8, 5, 3),
    ),
    Regime(
        since=at("2025-12-28"),
        name="trend",
        class_mix=(0.36, 0.36, 0.22, 0.06),
        paid_share=0.04,
        euphemisms=0.05,
        free=_OPEN,
        paid=_OPEN,
        unlinked_per_day=_surfaces(18, 9, 9, 3),
    ),
    Regime(
        since=_POST,
        name="open",
        class_mix=(0.57, 0.30, 0.10, 0.03),
        paid_share=0.04,
        euphemisms=0.07,
        free=_OPEN,
        paid=_OPEN,
        unlinked_per_day=_surfaces(65, 30, 75, 5),
    ),
    Regime(
        since=_PAYWALL,
        name="paywall",
        class_mix=(0.50, 0.26, 0.17, 0.07),
        paid_share=0.24,
        euphemisms=0.18,
        free=_PAYWALLED,
        paid=_PAYING,
        unlinked_per_day=_surfaces(95, 50, 105, 6),
    ),
    Regime(
        since=_RESTRICTION,
        name="restricted",
        class_mix=(0.40, 0.27, 0.24, 0.09),
        paid_share=0.28,
        euphemisms=0.42,
        free=_PAYWALLED,
        paid=_PAYING_RESTRICTED,
        unlinked_per_day=_surfaces(70, 40, 38, 6),
    ),
)

_POLICY = (
    PolicyEvent(_POST, "X's owner posts an edit of himself made by the generator", "NYT"),
    PolicyEvent(
        at("2026-01-02T12:00"),
        "French ministers report X to prosecutors; India's ministry sets 72 hours",
        "Reuters; Rediff",
    ),
    PolicyEvent(at("2026-01-03T12:00"), "X announces removal and suspension for prompting as for uploading", "Mint"),
    PolicyEvent(
        at("2026-01-05T12:00"), "European Commission: this is illegal; Ofcom contacts X", "NewsX; Computer Weekly"
    ),
    PolicyEvent(at("2026-01-08T12:00"), "European Commission extends the retention order", "Cyprus Mail"),
    PolicyEvent(
        _PAYWALL,
        "Image replies for paying subscribers only; app, site and edit button stay open",
        "Fortune; Platformer",
    ),
    PolicyEvent(at("2026-01-10T06:00"), "Indonesia blocks the generator", "Particle"),
    PolicyEvent(
        at("2026-01-11T06:00"),
        "Malaysia blocks the generator; X reports blocked posts and deleted accounts in India",
        "Particle; PTI",
    ),
    PolicyEvent(at("2026-01-12T12:00"), "Ofcom opens a formal investigation", "CNA"),
    PolicyEvent(_RESTRICTION, "No edits of real people into revealing clothing, for all users; geoblocks", "Newsbytes"),
    PolicyEvent(at("2026-01-15T12:00"), "Philippines block the generator", "Decrypt"),
    PolicyEvent(at("2026-01-22T12:00"), "NYT and CCDH publish their counts", "NYT; CCDH"),
    PolicyEvent(at("2026-01-26T12:00"), "European Commission opens DSA proceedings", "Cyprus Mail"),
)

_WINTER = Scenario(
    name="grok-winter-2026",
    version=VERSION,
    title="25 December 2025 to 31 January 2026 on X: trend, explosion, paywall, restriction; with planted attacks and organic traps",
    start=at("2025-12-25"),
    end=at("2026-02-01"),
    curve=_winter_curve(),
    regimes=_REGIMES,
    planted=Planted(),
    policy=_POLICY,
    global_surge=(_POST, _PAYWALL),
)

_NOTHING = Planted(per_size=0, warm=0, insistent=0, plain=0, stealthy=0, swarm=0, rotating=0, slow=0,
                   pile_ons=0, viral=0, fan_clubs=0, reply_all=0, news=0)  # fmt: skip
_TRAPS = replace(_NOTHING, pile_ons=6, viral=6, fan_clubs=6, reply_all=40, news=3)
_WEEK_START, _WEEK_END = at("2026-01-19"), at("2026-01-26")
_WEEK_CURVE = (Knot(_WEEK_START, 270e3), Knot(_WEEK_END, 270e3))


def _week(name: str, title: str, planted: Planted, scale: int) -> Scenario:
    return Scenario(name=name, version=VERSION, title=title, start=_WEEK_START, end=_WEEK_END, curve=_WEEK_CURVE,
                    regimes=(replace(_REGIMES[-1], since=_WEEK_START),), planted=planted, scale=scale, natural_scale=scale)  # fmt: skip


SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        _WINTER,
        _week("organic-week", "a level week with organic traps only: whatever is found in it is false", _TRAPS, 60_000),
        _week("quiet-week", "a level week of background alone: nothing planted", _NOTHING, 60_000),
        _week(
            "planted-week",
            "a level week with everything planted and all organic traps",
            replace(Planted(), per_size=3, warm=8),
            90_000,
        ),
    )
}


def scenario(name: str, **changes: Any) -> Scenario:
    """The scenario of that name, with fields such as `seed`, `scale` or `end_at` changed.

    Raises ValueError: an unknown name (the known ones are listed) or a value out of range.
    """
    if name not in SCENARIOS:
        raise ValueError(f"no scenario {name!r}; known: {', '.join(SCENARIOS)}")
    return replace(SCENARIOS[name], **{field: value for field, value in changes.items() if value is not None})
