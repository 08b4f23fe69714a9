"""What the coordination detector can be told; one set of defaults serves every data set measured in the docs."""

from dataclasses import dataclass

HOUR_S = 3600
DAY_S = 24 * HOUR_S


@dataclass(frozen=True, slots=True)
class Window:
    """One width at which co-actions are looked for.

    width_s    two mentions of one target at most this many seconds apart (inclusive) are a co-action
    crowd_cap  an event with more than this many others on its target within the width, on either side, forms no pair:
               a crowd is a surge, and membership in one says nothing about the two accounts. The wider the window,
               the less a co-action in a crowd tells, so the smaller the cap.
    """

    width_s: int
    crowd_cap: int

    @property
    def near_s(self) -> int:
        """Reach of the near-miss null: meetings beyond the width but within this are what chance offers, in seconds."""
        return max(HOUR_S, 6 * self.width_s)


DEFAULT_WINDOWS = (Window(10, 200), Window(60, 200), Window(300, 100), Window(HOUR_S, 30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Settings of one detection; all rates are between 0 and 1.

    alpha          false-discovery rate of pairs and of joining accounts, and chance of any false cluster in one run
    min_targets    a pair must share at least this many targets: two people who live under one woman's posts are
                   her audience, not a group
    min_accounts   smallest cluster; two accounts alone stay possible (two devices of one person look the same)
    join_rounds    for each round of joining, how many members must have acted together in a burst that counts
    prompts        use near-duplicate prompts as a second trace (needs a `prompt` column)
    prompt_window  its window
    timetables     a validated group must also agree on targets more than accounts with its times and targets do by chance
                   (timetables.py; p_value is then the larger of both): for histories, in which accounts that follow one timetable
                   are many. It asks for more meetings of accounts that do nothing else, and so finds them later
    max_rows       co-action rows held in memory at once (16 bytes each); more are worked off in several passes
    """

    windows: tuple[Window, ...] = DEFAULT_WINDOWS
    alpha: float = 0.01
    min_targets: int = 2
    min_accounts: int = 3
    join_rounds: tuple[int, ...] = (2, 2, 1)
    timetables: bool = False
    prompts: bool = False
    prompt_window: Window = Window(HOUR_S, 30)
    max_rows: int = 20_000_000

    def __post_init__(self) -> None:
        """Refuse settings that cannot mean anything, naming the one at fault."""
        if not self.windows or any(w.width_s < 1 or w.crowd_cap < 1 for w in self.windows):
            raise ValueError("windows: at least one is required, each at least 1 s wide with a crowd cap of at least 1")
        if not 0 < self.alpha < 1:
            raise ValueError("alpha must be between 0 and 1")
        if self.min_targets < 1 or self.min_accounts < 3:
            raise ValueError("min_targets must be at least 1, min_accounts at least 3")
        if self.max_rows < 100_000:
            raise ValueError("max_rows: must be at least 100,000")
