"""Who may open the research folder's files: the owner, and a group of the system where the settings name one."""

import grp
import os
from dataclasses import dataclass
from pathlib import Path

from veille.store.publish.errors import PublishError
from veille.store.publish.segments import COMPLETE


@dataclass(frozen=True, slots=True)
class Sharing:
    """`group`: number of the group that may read, or None for the owner alone."""

    group: int | None

    @classmethod
    def with_group(cls, name: str | None) -> "Sharing":
        """Raises PublishError where the system has no such group."""
        if name is None:
            return cls(None)
        try:
            return cls(grp.getgrnam(name).gr_gid)
        except KeyError:
            raise PublishError(f"[research] folder_group: this system has no group {name!r}") from None

    def file(self, path: Path) -> None:
        """Set the mode of a complete file: 0440 for a group, else 0400. Raises PublishError."""
        self._set(path, COMPLETE if self.group is None else 0o440)

    def folder(self, path: Path) -> None:
        """Set the mode of a folder: 0750 for a group, else 0700. Raises PublishError."""
        self._set(path, 0o700 if self.group is None else 0o750)

    def tree(self, root: Path) -> None:
        """Set the modes of the folder and of all that lies under its segments."""
        self.folder(root)
        for path in (root / "segments", *(root / "segments").rglob("*")):
            self.folder(path) if path.is_dir() else self.file(path)

    def _set(self, path: Path, mode: int) -> None:
        try:
            if self.group is not None:
                os.chown(path, -1, self.group)
            path.chmod(mode)
        except OSError as error:
            raise PublishError(
                f"{path} cannot be given to the group of [research] folder_group ({error.strerror}): "
                "the service's user must be a member of it"
            ) from None
