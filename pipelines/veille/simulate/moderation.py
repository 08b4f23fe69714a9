"""What is done about posts, images and accounts: deleted, reported, removed, restored, blocked, suspended."""

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from veille.simulate.assumptions import MARKETS, SEXUALISING
from veille.simulate.render import Columns, SimulatedNames, frame_of, only, words
from veille.simulate.rows import HOUR_MS, MINUTE_MS, Rows, ScenarioPeriod, draw, log_normal_ms, to_ms
from veille.simulate.scenario import at
from veille.simulate.world import NEVER

_ACTIONS = (
    "reported",
    "report_validated",
    "removed",
    "deleted_by_author",
    "restored",
    "geo_restricted",
    "restricted",
    "suspended",
)
REPORTED, VALIDATED, REMOVED, DELETED, RESTORED, GEO, RESTRICTED, SUSPENDED = range(len(_ACTIONS))
_SUBJECTS = ("post", "media", "account")
_REPORTERS = ("depicted_person", "representative", "trusted_flagger", "authority", "user", "automated")
_TRUSTED_FLAGGER = 2
_ACTORS = ("platform", "automated", "author", "authority")
_PLATFORM, _AUTOMATED, _AUTHOR, _AUTHORITY = range(len(_ACTORS))
_REASONS = (
    "non-consensual image",
    "reported by the person depicted",
    "account rules",
    "order of an authority",
    "restored on appeal",
)

# Requests: most were gone within 90 minutes (Reuters); median and spread assumed.
_DELETE_MINUTES, _REMOVE_REQUEST_MINUTES, _OTHER_DELETED = (32.0, 1.0), (55.0, 0.9), 0.04
# Images: reports, their validation and removal have no published figure. X announced more removals on 3 January.
_REPORT_HOURS, _VALIDATE_HOURS, _REMOVE_HOURS, _RESTORE_HOURS = (4.0, 1.1), (7.0, 0.9), (20.0, 0.8), (40.0, 0.6)
_REPORTED_SHARE, _VALIDATED_SHARE, _REMOVED_IF_VALID, _REMOVED_ANYWAY, _RESTORED_SHARE = 0.16, 0.55, 0.85, 0.05, 0.03
_FASTER_FROM, _FASTER = to_ms(at("2026-01-03T18:00")), 0.45
_REPORTER_SHARES = (0.24, 0.05, 0.05, 0.01, 0.50, 0.15)
_MINOR_REPORTED, _MINOR_REMOVED = 0.75, 0.9  # one third still up in mid-January (CCDH): 0.75 x 0.9 = 0.67 gone
_INDIAN_ORDER, _INDIAN_SHARE = to_ms(at("2026-01-10T20:00")), 0.015  # 3,500 posts (PTI) of about 235,000 (derived)
_GEOBLOCK_FROM, _GEOBLOCK_SHARE = to_ms(at("2026-01-15T02:00")), 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """What is done, by indices into the vocabularies above; -1 is nothing. Arrays are one value an event."""

    action: int
    subject: np.ndarray | int = 0
    reporter: np.ndarray | int = -1
    actor: np.ndarray | int = -1
    reason: int = -1
    report: np.ndarray | int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acts:
    """Moderation events before they have ids: when, about which row, and the fields of `_Act` as arrays."""

    at: np.ndarray
    of: np.ndarray
    action: np.ndarray
    subject: np.ndarray
    reporter: np.ndarray
    actor: np.ndarray
    reason: np.ndarray
    report: np.ndarray

    def taken(self, mask: np.ndarray) -> "_Acts":
        return _Acts(**{name: getattr(self, name)[mask] for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """Whom and what moderation events concern, one value an event. tag: keeps report numbers of one step apart."""

    subject: pl.Series
    account: np.ndarray
    tag: str
    mention_id: pl.Series | None = None
    post_id: pl.Series | None = None


def _acts(when: np.ndarray, of: np.ndarray, act: _Act) -> _Acts:
    values = {f.name: np.broadcast_to(np.asarray(getattr(act, f.name), np.int64), len(when)) for f in fields(_Act)}
    return _Acts(at=when, of=of, **values)


def _join(parts: list[_Acts]) -> _Acts:
    return _Acts(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in _Acts.__slots__})


def about_requests(names: SimulatedNames, rows: Rows, numbers: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    """Requests that their authors delete or the platform removes. Posts that name several people stay."""
    scenario, luck = names.scenario, rng.random(len(rows))
    asked, single = rows["cls"] == SEXUALISING, rows["post"] < 0
    deleted = np.flatnonzero(single & (luck < np.where(asked, scenario.deleted_share, _OTHER_DELETED)))
    removed = np.flatnonzero(single & asked & (luck > 1 - scenario.removed_request_share))
    deleted_at = rows["at"][deleted] + log_normal_ms(rng, _DELETE_MINUTES, len(deleted), MINUTE_MS)
    removed_at = rows["at"][removed] + log_normal_ms(rng, _REMOVE_REQUEST_MINUTES, len(removed), MINUTE_MS)
    by = draw(rng, (0.3, 0.7), len(removed))
    acts = _join([
        _acts(deleted_at, deleted, _Act(action=DELETED, actor=_AUTHOR)),
        _acts(removed_at, removed, _Act(action=REMOVED, actor=by, reason=0)),
    ])  # fmt: skip
    number, account = numbers[acts.of], rows["account"][acts.of]
    about = _About(
        subject=names.numbered("post_m", number), account=account, tag="r", mention_id=names.numbered("m", number)
    )
    return _frame(names, acts, about, rng)


def about_images(
    names: SimulatedNames, made: pl.DataFrame, account: np.ndarray, rng: np.random.Generator
) -> pl.DataFrame:
    """Reports of sexualised images, what the platform makes of them, appeals, and blocks by country.

    made: generation frame of `generations.answers`; account: index of each row's account.
    """
    when = made["occurred_at"].to_physical().to_numpy() - names.shift_ms
    shown = (made["sexualised"].fill_null("none") != "none").to_numpy()
    minor = made["minor_suspected"].fill_null(False).to_numpy() & shown
    share = np.where(minor, _MINOR_REPORTED, np.where(shown, _REPORTED_SHARE, 0.002))
    reported = np.flatnonzero(rng.random(len(made)) < share)
    acts = _join(
        [*_reports(when, minor, reported, rng), *_blocks(when, shown, names.world.accounts.market[account], rng)]
    )
    acts = _join([acts, _restored(acts, rng)])
    post, media = made["post_id"].gather(acts.of), made["media_hash"].gather(acts.of)
    on_media = pl.Series(acts.subject == 1) & media.is_not_null()
    acts.subject[:] = on_media.to_numpy()
    subject = pl.select(pl.when(on_media).then("media_" + media).otherwise(post)).to_series()
    about = _About(
        subject=subject, account=account[acts.of], tag="i", mention_id=made["mention_id"].gather(acts.of), post_id=post
    )
    return _frame(names, acts, about, rng)


def _restored(acts: _Acts, rng: np.random.Generator) -> _Acts:
    """Some removals are taken back on appeal."""
    removed = np.flatnonzero(acts.action == REMOVED)
    back = removed[rng.random(len(removed)) < _RESTORED_SHARE]
    when = acts.at[back] + log_normal_ms(rng, _RESTORE_HOURS, len(back), HOUR_MS)
    return _acts(when, acts.of[back], _Act(action=RESTORED, subject=acts.subject[back], actor=_PLATFORM, reason=4))


def _reports(when: np.ndarray, minor: np.ndarray, of: np.ndarray, rng: np.random.Generator) -> list[_Acts]:
    """Reported; perhaps found valid; perhaps removed."""
    n = len(of)
    subject, reporter, report = draw(rng, (0.8, 0.2), n), draw(rng, _REPORTER_SHARES, n), np.arange(n)
    reported_at = when[of] + log_normal_ms(rng, _REPORT_HOURS, n, HOUR_MS)
    trusted = minor[of] | (reporter <= _TRUSTED_FLAGGER)
    valid = rng.random(n) < np.where(trusted, 0.9, _VALIDATED_SHARE)
    valid_at = reported_at + log_normal_ms(rng, _VALIDATE_HOURS, n, HOUR_MS)
    pace = np.where(reported_at >= _FASTER_FROM, _FASTER, 1.0)
    delay = (pace * log_normal_ms(rng, _REMOVE_HOURS, n, HOUR_MS)).astype(np.int64)
    removed_at = np.where(valid, valid_at, reported_at) + delay
    chance = np.where(minor[of], _MINOR_REMOVED, np.where(valid, _REMOVED_IF_VALID, _REMOVED_ANYWAY))
    gone, by = rng.random(n) < chance, draw(rng, (0.7, 0.3), n)
    return [
        _acts(reported_at, of, _Act(action=REPORTED, subject=subject, reporter=reporter, report=report)),
        _acts(valid_at, of, _Act(action=VALIDATED, subject=subject, actor=_PLATFORM, report=report)).taken(valid),
        _acts(removed_at, of, _Act(action=REMOVED, subject=subject, actor=by, reason=0, report=report)).taken(gone),
    ]


def _blocks(when: np.ndarray, shown: np.ndarray, market: np.ndarray, rng: np.random.Generator) -> list[_Acts]:
    """Posts blocked in India on order, and images blocked where they are illegal after the restriction."""
    india = np.array([m.jurisdiction == "IN" for m in MARKETS])[market]
    luck = rng.random(len(when))
    ordered = np.flatnonzero(shown & india & (when < _INDIAN_ORDER) & (luck < _INDIAN_SHARE))
    blocked = np.flatnonzero(shown & (when >= _GEOBLOCK_FROM) & (luck < _GEOBLOCK_SHARE))
    order_at = _INDIAN_ORDER + rng.integers(0, 10 * HOUR_MS, len(ordered))
    block_at = when[blocked] + rng.integers(MINUTE_MS, 6 * HOUR_MS, len(blocked))
    return [
        _acts(order_at, ordered, _Act(action=GEO, reporter=3, actor=_AUTHORITY, reason=3)),
        _acts(block_at, blocked, _Act(action=GEO, actor=_AUTOMATED, reason=0)),
    ]


def about_accounts(names: SimulatedNames, period: ScenarioPeriod, rng: np.random.Generator) -> pl.DataFrame:
    """Accounts suspended in the period; half of them were restricted some hours before."""
    suspended_at = names.world.accounts.suspended_at
    hit = np.flatnonzero(period.holds(suspended_at) & (suspended_at != NEVER))
    warned = hit[rng.random(len(hit)) < 0.5]
    early = np.maximum(suspended_at[warned] - rng.integers(2 * HOUR_MS, 30 * HOUR_MS, len(warned)), period.since)
    acts = _join([
        _acts(suspended_at[hit], hit, _Act(action=SUSPENDED, subject=2, actor=_PLATFORM, reason=2)),
        _acts(early, warned, _Act(action=RESTRICTED, subject=2, actor=_AUTOMATED, reason=2)),
    ])  # fmt: skip
    return _frame(
        names, acts, _About(subject=names.world.accounts.handles.gather(acts.of), account=acts.of, tag="a"), rng
    )


def _frame(names: SimulatedNames, acts: _Acts, about: _About, rng: np.random.Generator) -> pl.DataFrame:
    """Contract fields; event and report ids are completed when the step is."""
    nothing = pl.lit(None, pl.String)
    report = about.tag + pl.Series(acts.report).cast(pl.String)
    columns: Columns = {
        "event_id": nothing,
        **names.common(acts.at, about.account, rng),
        "subject_type": words(_SUBJECTS, acts.subject),
        "subject_id": about.subject,
        "action": words(_ACTIONS, acts.action),
        "report_id": only(report, acts.report >= 0),
        "reporter": words(_REPORTERS, acts.reporter),
        "actor": words(_ACTORS, acts.actor),
        "reason": words(_REASONS, acts.reason),
        "post_id": nothing if about.post_id is None else about.post_id,
        "mention_id": nothing if about.mention_id is None else about.mention_id,
    }
    return frame_of(columns)
