"""A check-in from the clock to the answer, through real HTTP."""

from storage.checkin import Wave, latest_of
from storage.people import Role
from tests.builders import TODAY, a_forum, a_museum, a_person, join
from tests.story import Story, texts


async def test_a_wave_asks_once_and_an_answer_is_kept(story: Story) -> None:
    async with story.transaction() as db:
        forum = a_forum(service_url=story.microsoft.service_url)
        museum = await a_museum(db, forum)
        member = await join(db, forum, aino := a_person(), museum)
        await join(db, forum, a_person("Bo Berg"), None, Role.COORDINATOR)
        db.add(Wave(forum_id=forum.id, day=TODAY))

    await story.wait()
    await story.wait(seconds=1)

    [card] = story.received("a:aino")
    assert "Missä mennään?" in texts(card)
    assert story.received("a:bo") == []

    answer = await story.press(
        aino, card, "Tallenna", progress="stuck", moved="Hylly on käyty läpi"
    )

    assert "Kiitos" in texts(answer["value"])
    async with story.transaction() as db:
        kept = await latest_of(db, member.id)
    assert kept is not None
    assert (kept.progress, kept.moved) == ("stuck", "Hylly on käyty läpi")
