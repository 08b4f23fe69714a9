"""Which installed distributions a requirement does not need, one a line: what an image may leave out.

    python unneeded.py 'veille[fast]' | xargs pip uninstall --yes

The locks pin what a build needs and both extras too. An image installs them as they stand, hashes and all, and then
removes what nothing in the requirement's tree of dependencies asks for.
"""

import sys
from importlib.metadata import distribution, distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def needed(requirement: str) -> set[str]:
    """Names of the distributions that `requirement` needs on this machine, itself included.

    Raises PackageNotFoundError where one of them is not installed.
    """
    found: set[str] = set()
    done: set[tuple[str, str]] = set()
    pending = [Requirement(requirement)]
    while pending:
        wanted = pending.pop()
        name = canonicalize_name(wanted.name)
        found.add(name)
        for extra in ("", *sorted(wanted.extras)):
            if (name, extra) in done:
                continue
            done.add((name, extra))
            for text in distribution(name).requires or []:
                next_one = Requirement(text)
                if next_one.marker is None or next_one.marker.evaluate({"extra": extra}):
                    pending.append(next_one)
    return found


def unneeded(requirement: str) -> list[str]:
    """Names of installed distributions outside the requirement's tree, sorted."""
    installed = {canonicalize_name(each.metadata["Name"]) for each in distributions()}
    return sorted(installed - needed(requirement))


def main() -> None:
    sys.stdout.writelines(f"{name}\n" for name in unneeded(sys.argv[1]))


if __name__ == "__main__":
    main()
