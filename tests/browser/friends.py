"""Critical friends in the browser: a coordinator's round, and a participant's pair."""

from bot.development.sample import everybody, teams_id
from tests.browser.walk import Walk

JOINING = ("p01", "p05", "p09", "p13", "p17", "p21", "p25", "p29", "p33")
COORDINATOR = "k01"
ROUND = {"round": 1}
DATES = {"answer_by": "2099-01-10", "ends": "2099-06-30"}
GROUPS = range(1, 9)  # more than there can be


async def invoke(walk: Walk, who: str, step: str, data: dict[str, object]) -> None:
    """Somebody else presses a button, in a Teams client of their own."""
    [person] = [row for row in everybody() if row["id"] == who]
    await walk.bot.invoke(
        {
            "id": teams_id(who),
            "aadObjectId": person["aad_object_id"],
            "name": person["display_name"],
        },
        f"critical_friend.{step}",
        data,
    )


async def a_round(walk: Walk) -> None:
    """Open, look at the pairs, change, approve, see."""
    page, text = walk.page, walk.text
    await page.say(text("critical-friend-rounds-words").partition(" | ")[0])
    await walk.sees("critical-friend-no-round", "no-round")
    await page.press(text("critical-friend-open-round"))
    await page.press(text("critical-friend-rounds-title"))
    await page.wait_for_text(text("critical-friend-match-now"))
    for who in JOINING:
        await invoke(walk, who, "join", ROUND)
    await page.press(text("critical-friend-match-now"))
    await walk.sees("critical-friend-preview-title", "preview")
    await page.press(text("critical-friend-edit-pairs"))
    await walk.sees("critical-friend-first-person", "edit-pairs")
    await page.press(text("help-never-mind"))
    await page.press(text("critical-friend-approve"))
    await page.wait_for_text(text("critical-friend-approved"))
    await page.press(text("critical-friend-rounds-title"))
    await walk.sees("critical-friend-see-joined", "round")


async def a_pair(walk: Walk) -> None:
    """From the proposal to a pair, its agreement, times, a talk and an end."""
    page, text = walk.page, walk.text
    await invoke(walk, COORDINATOR, "open_round", DATES)
    await page.say(text("critical-friend-words").partition(" | ")[0])
    await walk.sees("critical-friend-invitation", "invitation")
    await page.press(text("critical-friend-yes"))
    await walk.sees("critical-friend-how-matched", "joined")
    await page.press(text("critical-friend-change"))
    await walk.sees("critical-friend-talks-in", "wishes")
    for who in JOINING[1:]:
        await invoke(walk, who, "join", ROUND)
    await invoke(walk, COORDINATOR, "match_now", ROUND)
    await invoke(walk, COORDINATOR, "approve", ROUND)
    await page.say(text("critical-friend-words").partition(" | ")[0])
    await page.press(text("critical-friend-see-proposal"))
    await walk.sees("critical-friend-because", "proposal")
    await page.press(text("critical-friend-accept"))
    await page.wait_for_text(text("critical-friend-waits-for-other"))
    for who in JOINING[1:]:
        for group in GROUPS:
            await invoke(walk, who, "accept", {"group": group})
    await page.say(text("critical-friend-words").partition(" | ")[0])
    await page.press(text("critical-friend-open"))
    await walk.sees("critical-friend-begin", "pair")
    await page.press(text("critical-friend-suggest-times"))
    await walk.sees("critical-friend-these-suit", "times")
    await page.say(text("critical-friend-words").partition(" | ")[0])
    await page.press(text("critical-friend-open"))
    await page.press(text("critical-friend-agreement"))
    await walk.sees("critical-friend-stores-only", "agreement")
    await page.press(text("critical-friend-agree"))
    await page.wait_for_text(text("critical-friend-you-agreed"))
    await page.press(text("critical-friend-first-talk"))
    await walk.sees("critical-friend-step-1", "talk")
    await page.say(text("critical-friend-question-words").partition(" | ")[0])
    await walk.sees("critical-friend-question-title", "question")
    await page.say(text("critical-friend-words").partition(" | ")[0])
    await page.press(text("critical-friend-end"))
    await walk.sees("critical-friend-end-how", "end")
