"""make browser: real people's ways through Vertti, in a real browser. Installs what it needs."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bot.development.playground import TOOL
from dialogs.texts import LANGUAGES
from tests.browser.scenario import SCREENS, in_language, picture

PACKAGE = "chromium"
PICTURE = Path("deployment") / "vertti.png"  # in the README; taken by `… picture`


def main() -> None:
    if not (TOOL / "cli.js").is_file():
        sys.exit("make browser needs the Playground, and the Playground needs Node.js 20 or newer.")
    if shutil.which(PACKAGE) is None and not _install():
        sys.exit(f"make browser needs Chromium. Install it first: sudo apt-get install {PACKAGE}")
    if sys.argv[1:] == ["picture"]:
        asyncio.run(picture(PICTURE))
        return
    shutil.rmtree(SCREENS, ignore_errors=True)
    for language in sys.argv[1:] or LANGUAGES:
        began = time.monotonic()
        asyncio.run(in_language(language))
        pictures = len(list((SCREENS / language).rglob("*.png")))
        print(f"{language}: {pictures} pictures in {time.monotonic() - began:.0f} s")
    print(f"All is well. The pictures are in {SCREENS}.")


def _install() -> bool:
    """Through apt, as root or by a sudo that asks for no password."""
    if shutil.which("apt-get") is None:
        return False
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and shutil.which("sudo") is None:
        return False
    print("Installing Chromium (once) …", flush=True)
    for command in (["update"], ["install", "-y", "--no-install-recommends", PACKAGE]):
        done = subprocess.run([*root, "apt-get", "-qq", *command], stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            return False
    return shutil.which(PACKAGE) is not None


if __name__ == "__main__":
    main()
