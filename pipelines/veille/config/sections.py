"""What every section of the settings is."""

from pydantic import BaseModel, ConfigDict


class SettingsSection(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
