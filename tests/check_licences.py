"""Proves that everything Vertti ships with may be used in a work under EUPL-1.2.

`python -m tests.check_licences` looks at each package of deployment/requirements.txt as it is
installed here, prints what is not allowed or not known, a line each, and fails if anything is.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[1] / "deployment" / "requirements.txt"

# Permissive licences; and weak copyleft, which binds the library and not the work that uses it
# unchanged. None of them asks for more than EUPL-1.2 lets us give.
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "LGPL-3.0-only",  # psycopg: imported, not changed
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Python-2.0",
    "Unlicense",
    "ZPL-2.1",
    "Zlib",
}
# What packages write instead of an SPDX name.
SPELT = {
    "APL 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Packages that say nothing, or nothing clear, and why they may be used all the same.
EXCEPTIONS: dict[str, str] = {}

LICENCE = "License :: OSI Approved :: "
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==\S+(?:\s*;\s*(.*?))?\s*\\?$", re.MULTILINE)


def main() -> None:
    found = list(problems(REQUIREMENTS.read_text("utf-8")))
    print("\n".join(found) or "licences: all allowed")
    sys.exit(1 if found else 0)


def problems(requirements: str) -> Iterator[str]:
    """What may not be used, or is not known, of a pinned requirements file."""
    for package, marker in _PINNED.findall(requirements):
        try:
            licence = said_by(metadata(package))
        except PackageNotFoundError:
            if not marker:  # with one it may be for other machines
                yield f"{package}: not installed, so its licence is not known"
            continue
        if package not in EXCEPTIONS and not is_allowed(licence):
            yield f"{package}: {licence or 'says no licence'}"


def said_by(about: PackageMetadata) -> str:
    """A package's licence as an SPDX expression, as far as it can be told; else empty."""
    if "License-Expression" in about:
        return about["License-Expression"]
    name = about["License"].strip() if "License" in about else ""
    if SPELT.get(name, name) in ALLOWED:
        return SPELT.get(name, name)
    kinds = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or () if LICENCE in c]
    return " AND ".join(SPELT.get(kind, kind.replace(" ", "-")) for kind in kinds)


def is_allowed(expression: str) -> bool:
    """Whether all of an SPDX expression (or one side of each OR) is allowed."""
    parts = expression.replace("(", " ").replace(")", " ").split(" AND ")
    return all(any(one.strip() in ALLOWED for one in part.split(" OR ")) for part in parts)


if __name__ == "__main__":
    main()
