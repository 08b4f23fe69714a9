"""The research gateway and catalogue."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from veille.config.sections import SettingsSection

KernelLock = Literal["required", "where_available"]


class Research(SettingsSection):
    """Limits of one query (veille.research.gateway), how many run at once, and what the research catalogue keeps.

    max_seconds: what a person may ask for. queries: at once in this installation, of which queries_each of one person.
    wait_seconds: how long a query waits for a place. release: mixed into the research pseudonyms' key besides the month.
    kernel_lock: whether a query is refused where the kernel cannot lock its process in.
    lag_hours: an hour is published for research when it has been over for so long. small: fewest distinct accounts and
    targets behind a published time, category or combination of measures. folder_group: who may read `folder` besides its owner.
    """

    seconds: float = Field(default=30.0, gt=0)
    max_seconds: float = Field(default=300.0, gt=0)
    memory_mib: int = Field(default=512, ge=64)
    threads: int = Field(default=1, ge=1)
    temp_mib: int = Field(default=1024, ge=16)
    rows: int = Field(default=100_000, ge=1)
    result_mib: int = Field(default=64, ge=1)
    queries: int = Field(default=4, ge=1)
    queries_each: int = Field(default=2, ge=1)
    wait_seconds: float = Field(default=10.0, ge=0)
    kernel_lock: KernelLock = "required"
    log_days: int = Field(default=180, ge=1)
    release: str = ""
    lag_hours: float = Field(default=2.0, ge=0)
    small: int = Field(default=8, ge=2)
    publish: bool = True
    folder: Path | None = None
    folder_group: str | None = None

    @model_validator(mode="after")
    def _a_group_needs_a_folder(self) -> Self:
        if self.folder_group is not None and self.folder is None:
            raise ValueError(
                "folder_group requires folder, because published/research is inside a folder that only its owner can read"
            )
        return self
