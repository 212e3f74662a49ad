"""What people do with Vertti, in a real browser, in three languages."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.development import sample
from dialogs.texts import LANGUAGES
from tests.browser import friends
from tests.browser.bot import fresh_bot
from tests.browser.driver import DESKTOP, PlaygroundPage
from tests.browser.walk import Walk

SCREENS = Path("build") / "screens"
THEIRS = "fi"  # the language of those who type, in the sample forum

Part = Callable[[Walk], Awaitable[None]]

# What is typed; what Vertti says comes from its own texts.
TYPED = {
    "fi": {
        "language": "suomeksi",
        "typo": "tilane",
        "in words": "tilanne: jumissa rahoituksen kanssa",
        "skill": "Vanhojen filmien tunnistaminen",
        "moved": "Hylly 3 on käyty läpi, ja talkooväki innostui.",
        "help": "Kuka on tehnyt poistoja yhdessä yhdistyksen kanssa?",
        "promise": "Soitan yhdistyksen puheenjohtajalle",
        "goal": "Poistamme 200 esinettä hallitusti, ja jokaisen tarina jää talteen.",
        "to a human": "Voisiko seuraavan tapaamisen siirtää?",
    },
    "sv": {
        "language": "svenska",
        "typo": "lägget",
        "in words": "läget: vi har kört fast med finansieringen",
        "skill": "Att känna igen gamla filmer",
        "moved": "Hylla 3 är genomgången och talkolaget blev ivrigt.",
        "help": "Vem har gallrat tillsammans med en förening?",
        "promise": "Jag ringer föreningens ordförande",
        "goal": "Vi gallrar 200 föremål så att berättelsen om vart och ett bevaras.",
        "to a human": "Kunde nästa träff flyttas?",
    },
    "en": {
        "language": "english",
        "typo": "statsu",
        "in words": "status: stuck with funding",
        "skill": "Recognising old films",
        "moved": "Shelf 3 is done, and the volunteers liked it.",
        "help": "Who has deaccessioned together with an association?",
        "promise": "I will call the chair of the association",
        "goal": "We deaccession 200 objects so that the story of each one is kept.",
        "to a human": "Could the next meeting be moved?",
    },
}


async def in_language(language: str) -> None:
    """A fresh bot for the participant, and another for the coordinator."""
    folder = SCREENS / language
    ways: tuple[tuple[str, str, Path, tuple[Part, ...]], ...] = (
        ("p01", "Kaisu", folder, PARTICIPANT),
        ("p01", "Kaisu", folder / "friends", (friends.a_pair,)),
        ("k01", "Ilona", folder / "coordinator", COORDINATOR),
    )
    async with PlaygroundPage.launch() as page:
        for who, name, pictures, parts in ways:
            async with fresh_bot(who) as bot:
                walk = Walk(page, bot, language, pictures, who, name)
                try:
                    for part in (begin, *parts):
                        await part(walk)
                except Exception:
                    await page.screenshot(SCREENS / "failed.png")
                    raise


async def picture(file: Path) -> None:
    """The picture in the README: a check-in that is about to be saved."""
    async with PlaygroundPage.launch() as page, fresh_bot("p01") as bot:
        walk = Walk(page, bot, THEIRS, file.parent, "p01", "Kaisu")
        await begin(walk)
        await page.say(walk.text("checkin-words").partition(" | ")[0])
        await page.wait_for_text(walk.text("checkin-intro", name=walk.name))
        await fill_in(walk)
        async with page.sized(DESKTOP, 1040):
            await page.scroll_to_newest()
            await page.picture(file, DESKTOP, 1040)


async def begin(walk: Walk) -> None:
    """Open the chat, in one's own language from the first word on."""
    if walk.language != THEIRS:
        await walk.bot.say(walk.who, TYPED[walk.language]["language"])
    await walk.page.open(walk.bot.playground)
    await walk.page.choose_personal()


async def welcome(walk: Walk) -> None:
    """The first message comes by itself to somebody who opens the chat."""
    await walk.sees("welcome-personal", "welcome", name=walk.name)
    await walk.page.press(walk.text("welcome-privacy-title"))
    await walk.sees("welcome-privacy", "privacy")


async def onboarding(walk: Walk) -> None:
    page, text, typed = walk.page, walk.text, TYPED[walk.language]
    await page.say(text("onboarding-words").partition(" | ")[0])
    await walk.sees("onboarding-pf1", "portfolio")
    await page.choose(text("onboarding-pf1"), text("competence-some"))
    await page.fill(text("onboarding-pf2"), typed["skill"])
    await page.choose(text("onboarding-pf5"), text("onboarding-pf5-chat"))
    await page.press(text("onboarding-save"))

    await walk.sees("onboarding-ex1", "expectations")
    await page.press(text("onboarding-skip"))

    await walk.sees("onboarding-go1", "goals")
    await page.press(text("onboarding-later"))
    await walk.sees("onboarding-go-on", "later")
    await page.press(text("onboarding-go-on"))
    await page.wait_for_text(text("onboarding-go1"))
    await page.press(text("onboarding-back"))
    await page.wait_for_text(text("onboarding-ex1"))
    await page.press(text("onboarding-skip"))
    await page.wait_for_text(text("onboarding-go1"))
    await page.fill(text("onboarding-go1"), typed["goal"])
    await page.press(text("onboarding-save"))

    await walk.sees("onboarding-ro1", "roles")
    await page.press(text("onboarding-save"))
    await walk.sees("onboarding-se1", "rhythm")
    await page.press(text("onboarding-save"))
    await walk.sees("onboarding-thanks", "onboarded", name=walk.name)
    await page.press(text("my-data-title"))
    await walk.sees("my-data-only-you", "my-data")


async def check_in(walk: Walk) -> None:
    """By the card: something is missing, then all is there; then an answer is changed."""
    page, text = walk.page, walk.text
    await page.say(text("checkin-words").partition(" | ")[0])
    await walk.sees("checkin-intro", "check-in", name=walk.name)
    await page.press(text("checkin-save"))
    await walk.sees("help-field-missing", "check-in-incomplete")
    await fill_in(walk)
    await walk.look("check-in-filled")
    await page.press(text("checkin-save"))
    await walk.sees("checkin-thanks", "thanks")
    await page.press(text("checkin-edit"))
    await page.choose(text("checkin-where"), text("checkin-progress-moving"))
    await walk.look("change")
    await page.press(text("checkin-save"))
    await page.wait_for_text(text("checkin-progress-moving"))


async def fill_in(walk: Walk) -> None:
    page, text, typed = walk.page, walk.text, TYPED[walk.language]
    await page.choose(text("checkin-where"), text("checkin-progress-slow"))
    await page.fill(text("checkin-moved"), typed["moved"])
    await page.fill(text("checkin-help"), typed["help"])
    await page.choose(text("checkin-visibility"), text("checkin-visibility-coordinators"))
    await page.fill(text("checkin-promise"), typed["promise"])


async def who_knows(walk: Walk) -> None:
    page, text = walk.page, walk.text
    await page.say(text("who-knows-words").partition(" | ")[0])
    await walk.sees("who-knows-about", "who-knows")
    await page.choose(text("who-knows-about"), text("competence-rahoitus"))
    await page.press(text("who-knows-find"))
    await walk.sees("who-knows-these", "these-know")
    await page.press(text("who-knows-ask-for-me"))
    await walk.look("asked")


async def typing(walk: Walk) -> None:
    """In words, with a typo, nonsense; help, and the way to a human."""
    page, text, typed = walk.page, walk.text, TYPED[walk.language]
    await page.say(typed["in words"])
    await page.wait_for_text(text("checkin-progress-stuck"))
    await walk.look("check-in-in-words")
    await page.say("qwertyuiop")
    await walk.sees("help-not-understood", "nonsense")
    await page.say(typed["typo"])
    await walk.sees("checkin-you-promised", "typo")
    await page.say(text("help-words").partition(" | ")[0])
    await walk.sees("help-intro", "help")
    await page.say(text("help-coordinator-words").partition(" | ")[0])
    await walk.sees("help-coordinator-ask", "coordinator")
    await page.fill(text("help-coordinator-words-label"), typed["to a human"])
    await page.press(text("help-coordinator-send"))
    await walk.sees("help-coordinator-told", "coordinator-told")


async def settings(walk: Walk) -> None:
    page, text = walk.page, walk.text
    await page.say(text("settings-words").partition(" | ")[0])
    await walk.sees("settings-title", "settings")
    await page.press(text("settings-pause"))
    await walk.sees("settings-first-day", "pause")


async def languages(walk: Walk) -> None:
    """From one's own language to the others and back, by typing."""
    mine = walk.language
    for language in (*(other for other in LANGUAGES if other != mine), mine):
        walk.language = language
        await walk.page.say(TYPED[language]["language"])
        await walk.sees("settings-changed", f"language-{language}")


async def channel(walk: Walk) -> None:
    """An @mention; the channel has the forum's languages, whoever asks."""
    await walk.page.choose_channel(sample.NAME, sample.CHANNEL_NAME)
    await walk.page.say(walk.text("help-words").partition(" | ")[0], mention="Vertti")
    await walk.page.wait_for_text("Hoidan pieniä asioita")
    await walk.look("channel")


async def coordinating(walk: Walk) -> None:
    page, text = walk.page, walk.text
    await page.say(text("help-words").partition(" | ")[0])
    await walk.sees("help-intro", "help")
    await page.press(text("overview-title"))
    await walk.look("overview")


PARTICIPANT = (welcome, onboarding, check_in, who_knows, typing, settings, languages, channel)
COORDINATOR = (coordinating, friends.a_round)
