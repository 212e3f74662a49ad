"""python -m bot import: the real command on a real file, for a real database."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from storage.database import Transaction
from storage.forum import organisations
from tests.builders import a_forum, a_person, join

PEOPLE = "organisation;email;role\nHopeahaaran museo;aino@museo.example;contact person\n"
TENANT = "7e000000-0000-4000-8000-000000000001"


async def run(database_url: str, *args: str) -> tuple[int, str]:
    environment = {
        "PATH": os.environ["PATH"],
        "VERTTI_DATABASE_URL": database_url,
        "MicrosoftAppId": TENANT,
        "MicrosoftAppPassword": "nobody's",
        "MicrosoftAppTenantId": TENANT,
    }
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "import", *args],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


async def test_the_command_takes_a_file_in(
    transaction: Transaction, database_url: str, tmp_path: Path
) -> None:
    async with transaction() as db:
        forum = a_forum(name="Museoiden foorumi")
        await join(db, forum, a_person("Aino Aalto"))
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")

    code, said = await run(database_url, str(file), "--forum", "museoiden FOORUMI")
    assert (code, said) == (
        0,
        "New organisations: Hopeahaaran museo\n"
        "People of the team whose details I got: 1\n"
        "Not in the team yet: –\n",
    )

    file.write_text(PEOPLE.replace("contact person", "boss"), "utf-8")
    code, said = await run(database_url, str(file), "--forum", str(forum.id), "--language", "fi")
    assert code == 1
    assert "Rivi 2: roolia «boss» en tunne." in said
    assert said.rstrip().endswith("En muuttanut mitään. Korjaa kohdat ja lähetä uudelleen.")

    file.write_text(PEOPLE, "utf-8")
    code, said = await run(database_url, str(file), "--forum", "Nobody's")
    assert code == 1
    assert "not one forum, but 0" in said
    code, said = await run(database_url, str(tmp_path / "none.csv"), "--forum", "1")
    assert code == 1
    assert "none.csv: No such file" in said
    async with transaction() as db:
        assert [o.name for o in await organisations(db, forum.id)] == ["Hopeahaaran museo"]
