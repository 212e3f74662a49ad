"""A list of people sent as a file: read for coordinators, from where Teams keeps files only."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from storage.arrival import expected
from storage.forum import Forum, organisations
from storage.people import Person, Role, membership
from tests.builders import a_forum, a_person, join
from tests.story import Story, texts

Json = dict[str, Any]
Send = Callable[..., Any]

PEOPLE = (
    "organisaatio;nimi;sähköposti;rooli;kieli\n"
    "Hopeahaaran museo;Aino Aalto;aino@museo.example;yhteyshenkilö;suomi\n"
    "Silvergrynnan;Dora Dahl;dora@museo.example;ersättare;svenska\n"
)


class Here:
    def __init__(self, story: Story, forum: Forum, bo: Person, aino: Person) -> None:
        self.story, self.forum, self.bo, self.aino = story, forum, bo, aino

    async def send(self, who: Person, address: str, name: str = "people.csv") -> str:
        """Send a file in the personal chat; what Vertti answers."""
        attachment = {
            "contentType": "application/vnd.microsoft.teams.file.download.info",
            "contentUrl": "https://example-my.sharepoint.com/personal/people.csv",
            "name": name,
            "content": {"downloadUrl": address, "uniqueId": "1", "fileType": "csv"},
        }
        html = {"contentType": "text/html", "content": "<p></p>"}
        card = await self.story.say(who, "", attachments=[attachment, html])
        assert card is not None
        return texts(card)

    def file(self, name: str, content: bytes) -> str:
        self.story.microsoft.files[name] = content
        return f"{self.story.microsoft.url}/files/{name}"

    async def organisations(self) -> list[str]:
        async with self.story.transaction() as db:
            return [o.name for o in await organisations(db, self.forum.id)]


@pytest.fixture
async def here(story: Story) -> Here:
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url)
        bo, aino = a_person("Bo Berg"), a_person("Aino Aalto")
        await join(db, forum, bo, role=Role.COORDINATOR)
        await join(db, forum, aino, role=Role.PARTICIPANT)
    return Here(story, forum, bo, aino)


def workbook(text: str) -> bytes:
    book = Workbook()
    for line in text.splitlines():
        book.active.append(line.split(";"))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("content", [PEOPLE.encode("cp1252"), workbook(PEOPLE)])
async def test_a_coordinators_file_is_taken_in(here: Here, content: bytes) -> None:
    said = await here.send(here.bo, here.file("people", content))

    assert "Uudet organisaatiot: Hopeahaaran museo ja Silvergrynnan" in said
    assert await here.organisations() == ["Hopeahaaran museo", "Silvergrynnan"]
    async with here.story.transaction() as db:
        member = await membership(db, here.forum.id, here.aino.id)
        assert member is not None
        assert member.role == Role.CONTACT
        [dora] = await expected(db, here.forum.id)
    assert (dora.email, dora.role, dora.language) == ("dora@museo.example", Role.DEPUTY, "sv")


async def test_a_participants_file_is_not_even_fetched(here: Here) -> None:
    said = await here.send(here.aino, here.file("people.csv", PEOPLE.encode()))
    assert said == "Tämä kuuluu koordinaattorille, joten en voi tehdä sitä sinun pyynnöstäsi."
    assert here.story.microsoft.requests["file"] == 0
    assert await here.organisations() == []


async def test_a_strangers_file_is_not_fetched(here: Here) -> None:
    said = await here.send(a_person("Caj Cygnaeus"), here.file("people.csv", PEOPLE.encode()))
    assert "En löydä sinua mistään foorumista" in said
    assert here.story.microsoft.requests["file"] == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "ei ole yhtään riviä"),
        (b"x" * (2 * 1024 * 1024 + 1), "liian suuri"),
        ("museo;sähköposti\nÄänekoski;ä@m.fi".encode("mac_roman"), "CSV UTF-8"),
        (b"PK\x03\x04 broken", "vioittunut"),
        (workbook("museo;sähköposti\n=A1;a@b.example"), "Rivi 2, sarake «organisaatio»"),
        (PEOPLE.replace("rooli", "asema").encode(), "Rivi 1: sarake «asema» on outo"),
        (PEOPLE.replace("ersättare", "pomo").encode(), "Rivi 3: roolia «pomo» en tunne"),
    ],
)
async def test_a_broken_file_changes_nothing_and_says_where(
    here: Here, content: bytes, told: str
) -> None:
    said = await here.send(here.bo, here.file("people.csv", content))
    assert told in said
    assert "En muuttanut mitään" in said
    assert await here.organisations() == []


async def test_a_person_reads_of_the_mistakes_in_their_own_language(here: Here) -> None:
    async with here.story.transaction() as db:
        (await db.get_one(Person, here.bo.id)).language = "sv"
    said = await here.send(here.bo, here.file("people.csv", b"museo\n=A1"))
    assert "Rad 2, kolumn «organisation»: «=A1» är en formel" in said


@pytest.mark.parametrize(
    "address",
    [
        "https://attacker.example/people.csv",
        "https://sharepoint.com.attacker.example/people.csv",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "",
    ],
)
async def test_nothing_is_fetched_from_elsewhere(here: Here, address: str) -> None:
    assert "En saanut tiedostoa auki" in await here.send(here.bo, address)


@pytest.mark.parametrize("name", ["elsewhere", "missing"])
async def test_redirects_and_errors_are_not_followed(here: Here, name: str) -> None:
    here.file("people.csv", PEOPLE.encode())
    address = f"{here.story.microsoft.url}/files/{name}"
    assert "En saanut tiedostoa auki" in await here.send(here.bo, address)
    assert here.story.microsoft.requests["file"] == 1


async def test_no_card_can_bring_what_only_a_file_may(here: Here) -> None:
    data = {"rows": [{"line": 1, "organisation": "Väärennös"}]}
    await here.story.invoke(here.bo, "setup.file", data)
    assert await here.organisations() == []


async def test_a_second_forums_coordinator_neither_sees_nor_changes_the_first(here: Here) -> None:
    async with here.story.transaction() as db:
        other = a_forum(
            team_id="19:other@thread.tacv2",
            name="Toinen foorumi",
            service_url=here.story.microsoft.service_url,
        )
        caj = a_person("Caj Cygnaeus")
        await join(db, other, caj, role=Role.COORDINATOR)
    await here.send(here.bo, here.file("people.csv", PEOPLE.encode()))

    # Their own command shows their own forum, and cards of the first forum are not for them.
    answer = await here.story.invoke(caj, "setup.summary", {})
    assert "Toinen foorumi" in texts(answer["value"])
    assert "Bo Berg" not in texts(answer["value"])
    for step in ("setup.summary", "setup.people", "setup.coordinators", "setup.open"):
        answer = await here.story.invoke(caj, step, {"_forum": here.forum.id})
        assert answer["type"] == "application/vnd.microsoft.activity.message", step
        assert "En löydä sinua mistään foorumista" in answer["value"]
    await here.send(caj, here.file("theirs.csv", b"museo\nToinen museo\n"))
    assert await here.organisations() == ["Hopeahaaran museo", "Silvergrynnan"]


async def test_lines_and_files_go_to_the_forum_that_was_talked_about(here: Here) -> None:
    """Bo coordinates two forums; the newer one would be meant if nothing else were said."""
    async with here.story.transaction() as db:
        newer = a_forum(
            team_id="19:newer@thread.tacv2", service_url=here.story.microsoft.service_url
        )
        bo = await db.get_one(Person, here.bo.id)
        await join(db, newer, bo, role=Role.COORDINATOR)

    await here.story.invoke(here.bo, "setup.people", {"_forum": here.forum.id})
    await here.story.say(here.bo, "Hopeahaaran museo; Aino Aalto; aino@museo.example")
    assert await here.organisations() == ["Hopeahaaran museo"]

    await here.story.invoke(here.bo, "setup.people", {"_forum": here.forum.id})
    await here.send(here.bo, here.file("people.csv", b"museo\nSilvergrynnan\n"))
    assert await here.organisations() == ["Hopeahaaran museo", "Silvergrynnan"]
