"""Drives the Microsoft 365 Agents Playground in a real browser, as a person would."""

import re
from calendar import month_name
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Route,
    async_playwright,
    expect,
)

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESKTOP = 1280
PHONE = 390
HEIGHTS = {DESKTOP: 800, PHONE: 844}
WAIT_MS = 15_000
LOOPBACK = frozenset({"127.0.0.1", "localhost"})

# The pane beside the list of chats: the only part where a bot's words are looked for.
CHAT_PANE = (
    'xpath=//*[@aria-label="Chat and Teams Channel"]'
    "/ancestor::div[following-sibling::div][1]/following-sibling::div[1]"
)

# The Playground has no phone layout, and forgets what is typed in a card when the window narrows;
# so a narrow picture is of the chat pane alone, set to that width in the same window.
NARROW = """
[data-narrow] {
  position: fixed !important; inset: 0 auto 0 0; width: WIDTHpx !important; height: 100vh;
  z-index: 999; background: #fff;
}
[data-narrow] > div { height: 100% !important; }
[data-narrow], [data-narrow] > div, [data-narrow] > div > div { min-width: 0 !important; }
[data-narrow] div:has(> [aria-label="Message header"]) {
  margin-right: 16px !important; max-width: calc(100% - 32px);
}
[data-narrow] .fai-OutputCard, [data-narrow] .fai-OutputCard > div,
[data-narrow] div:has(> .ac-preview-panel), [data-narrow] .ac-preview-panel {
  width: auto !important; min-width: 0 !important; max-width: 100% !important;
}
"""
SETTLED = """() => document.fonts.ready.then(
  () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))"""
# Words and buttons outside their card, or outside whatever around them hides what does not fit,
# and hints wider than their field. What stands in a field may be longer: a field scrolls.
CUT = """cards => {
  const pen = document.createElement("canvas").getContext("2d");
  const found = [];
  const outside = (rect, box) => rect.width > 1 && (rect.left < box.left - 0.7
    || rect.right > box.right + 0.7 || rect.top < box.top - 1.5 || rect.bottom > box.bottom + 1.5);
  const look = (card, start, rects, words) => {
    for (let part = start; part; part = part.parentElement) {
      const hides = part === card || getComputedStyle(part).overflow !== "visible";
      if (hides && rects.some(rect => outside(rect, part.getBoundingClientRect()))) {
        found.push(words);
        return;
      }
      if (part === card) return;
    }
  };
  for (const card of cards) {
    const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode, range = document.createRange();
      if (!text.data.trim()) continue;
      range.selectNodeContents(text);
      look(card, text.parentElement, [...range.getClientRects()], text.data);
    }
    for (const button of card.querySelectorAll("button")) {
      look(card, button.parentElement, [button.getBoundingClientRect()], button.innerText);
    }
    for (const field of card.querySelectorAll("input[placeholder]")) {
      const style = getComputedStyle(field);
      pen.font = style.font;
      const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
      const room = field.clientWidth - padding;
      if (pen.measureText(field.placeholder).width > room) found.push(field.placeholder);
    }
  }
  return found;
}"""
WORDS = """cards => cards.flatMap(card => [
  card.innerText,
  ...[...card.querySelectorAll("input, textarea")].flatMap(part => [part.placeholder, part.value]),
])"""
PASTE = """(editor, text) => {
  const clipboard = new DataTransfer();
  clipboard.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true}));
}"""


class PlaygroundPage:
    """One browser page on the Playground: `async with PlaygroundPage.launch() as page`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.chat = page.locator(CHAT_PANE)
        self.cards = self.chat.locator(".ac-adaptiveCard")
        self.in_channel = False
        self.refused: list[str] = []
        self.errors: list[str] = []

    @classmethod
    @asynccontextmanager
    async def launch(cls, executable: str = CHROMIUM) -> AsyncIterator[Self]:
        """A fresh browser in English and UTC that reaches this computer only."""
        expect.set_options(timeout=WAIT_MS)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
            try:
                context = await browser.new_context(
                    viewport={"width": DESKTOP, "height": HEIGHTS[DESKTOP]},
                    locale="en-US",
                    timezone_id="UTC",
                )
                context.set_default_timeout(WAIT_MS)
                page = cls(await context.new_page())
                await page._keep_local(context)
                page.page.on("pageerror", lambda error: page.errors.append(str(error)))
                page.page.on("console", page._note)
                yield page
            finally:
                await browser.close()

    async def open(self, url: str) -> None:
        """Loads the page until the bot was told of it; every load sends the install events."""
        await self.page.goto(url)
        self.in_channel = False
        await self.page.get_by_text(re.compile(r"^conversationUpdate \d+")).last.wait_for()
        # The log repeats the messages, and would be found by a search for their words.
        await self.page.get_by_title("Hide log panel").click()
        await self.page.get_by_title("Hide log panel").wait_for(state="detached")

    async def choose_personal(self) -> None:
        await self._open_conversation("Personal Chat")

    async def choose_group(self, name: str) -> None:
        await self._open_conversation(name)

    async def choose_channel(self, team: str, channel: str = "General") -> None:
        await self._open_conversation(f"{team} - {channel}", in_channel=True)

    async def say(self, text: str, mention: str | None = None) -> None:
        """Writes to the chat, or starts a post in a channel; `mention` @mentions the bot first."""
        # A channel's box for a new post is above its threads; a chat's box is below all else.
        if self.in_channel:
            box = self.chat.get_by_role("textbox").first
            send = self.chat.get_by_role("button", name="Post", exact=True)
        else:
            box = self.chat.get_by_role("textbox").last
            send = self.chat.get_by_role("button", name="Send Message").last
        await self._write(box, send, text, mention)

    async def reply(self, text: str, to: str, mention: str | None = None) -> None:
        """Answers in the newest thread of the channel whose words include `to`."""
        thread = self._threads().filter(has_text=to).first
        send = thread.get_by_role("button", name="Send Message")
        await self._write(thread.get_by_role("textbox").last, send, text, mention)

    async def press(self, title: str) -> None:
        """Presses the newest card button (or suggested action) of that title."""
        button = self._newest(self.page.get_by_role("button", name=title, exact=True))
        await expect(button).to_be_enabled()
        await button.click()

    async def fill(self, label: str, value: str) -> None:
        """Fills the newest text, number, date (2026-12-31) or time (14:05) input of that label."""
        field = await self._field(label)
        style = await field.evaluate("e => e.parentElement.className")
        if "fui-DatePicker" in style:
            await self._pick_date(field, date.fromisoformat(value))
        elif "fui-TimePicker" in style:
            shown = time.fromisoformat(value).strftime("%I:%M %p").lstrip("0")
            await field.fill(value)
            await field.press("Enter")
            await expect(field).to_have_value(shown)
            await self._close_list(field)
            await expect(field).to_have_value(shown)
        else:
            await field.fill(value)
            await field.blur()
            await expect(field).to_have_value(value)

    async def choose(self, label: str, option: str) -> None:
        """Picks an option of the newest choice of that label, whatever its look."""
        field = await self._field(label)
        if await field.get_attribute("role") == "combobox":
            await field.click()
            options = self.page.locator(".fui-Combobox__listbox .fui-Option")
            await options.filter(has_text=re.compile(rf"^\s*{re.escape(option)}\s*$")).click()
            await self._close_list(field)
        else:
            # By its own words: a checkbox is labelled with those of the whole question as well.
            words = re.compile(rf"^\s*{re.escape(option)}\s*$")
            title = field.locator("label[for]").filter(has_text=words)
            await field.locator(f'[id="{await title.get_attribute("for")}"]').check()

    async def check(self, label: str, on: bool = True) -> None:
        """Sets the newest toggle whose label or title is this."""
        await (await self._field(label)).set_checked(on)

    async def wait_for_text(self, text: str, times: int = 1) -> None:
        """Waits until the chat shows the words at least so many times."""
        await self.chat.get_by_text(text).nth(times - 1).wait_for()

    async def wait_until_gone(self, text: str) -> None:
        await expect(self.chat.get_by_text(text)).to_have_count(0)

    async def count(self, text: str) -> int:
        return await self.chat.get_by_text(text).count()

    async def mock(self, activity: str, body: str | None = None) -> None:
        """Sends an event of the "Mock an Activity" menu; `body` goes out instead, whole."""
        await self.page.get_by_role("button", name="Mock an Activity").click()
        await self.page.get_by_role("menu").get_by_text(activity, exact=True).click()
        dialog = self.page.get_by_role("dialog")
        if body is not None:
            editor = dialog.get_by_role("textbox")
            await editor.focus()
            await self.page.keyboard.press("ControlOrMeta+a")
            # Pasted, since typing would have the editor close every bracket itself.
            await editor.evaluate(PASTE, body)
        await dialog.get_by_role("button", name="Send activity").click()
        await dialog.wait_for(state="detached")

    @asynccontextmanager
    async def sized(self, width: int = DESKTOP, height: int | None = None) -> AsyncIterator[None]:
        """The window at that size, or the chat alone if narrower; greater height shows more."""
        tall = height or HEIGHTS.get(width, 800)
        await self.page.set_viewport_size({"width": DESKTOP, "height": tall})
        style = None
        if width < DESKTOP:
            style = await self.page.add_style_tag(content=NARROW.replace("WIDTH", str(width)))
            await self.chat.evaluate("pane => pane.setAttribute('data-narrow', '')")
        try:
            await self.page.evaluate(SETTLED)
            yield
        finally:
            if style is not None:
                await self.chat.evaluate("pane => pane.removeAttribute('data-narrow')")
                await style.evaluate("tag => tag.remove()")
            await self.page.set_viewport_size({"width": DESKTOP, "height": HEIGHTS[DESKTOP]})

    async def screenshot(self, path: Path, width: int = DESKTOP, height: int | None = None) -> None:
        """Saves what the window (or the narrow chat) shows at that size."""
        async with self.sized(width, height):
            await self.picture(path, width, height)

    async def picture(self, path: Path, width: int = DESKTOP, height: int | None = None) -> None:
        """Saves what is shown now, within `sized`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(
            path=path,
            animations="disabled",
            caret="hide",
            clip={"x": 0, "y": 0, "width": width, "height": height or HEIGHTS.get(width, 800)},
        )

    async def cut(self) -> list[str]:
        """What does not fit into its place in the cards, at the size shown now."""
        found: list[str] = await self.cards.evaluate_all(CUT)
        return found

    async def words(self) -> str:
        """All that can be read in the cards, with what stands in and on their fields."""
        found: list[str] = await self.cards.evaluate_all(WORDS)
        return "\n".join(found)

    async def newest_height(self) -> int:
        """The height in pixels of the newest card at the size shown now."""
        box = await self._newest_card().bounding_box()
        return int(box["height"]) if box else 0

    async def scroll_to_newest(self) -> None:
        """Brings the end of the newest card (in a channel, its beginning) into view."""
        await self._newest_card().evaluate(
            "(card, block) => card.scrollIntoView({block})", "nearest" if self.in_channel else "end"
        )

    def _newest_card(self) -> Locator:
        return self.cards.first if self.in_channel else self.cards.last

    async def _open_conversation(self, name: str, in_channel: bool = False) -> None:
        await self.page.get_by_role("treeitem", name=name, exact=True).click()
        hint = "Start a new post" if in_channel else "Type a message..."
        await self.chat.get_by_text(hint, exact=True).last.wait_for()
        self.in_channel = in_channel

    async def _write(self, box: Locator, send: Locator, text: str, mention: str | None) -> None:
        if "\n" in text:
            raise ValueError("The Playground drops line breaks from what is typed.")
        await box.click()
        if mention is not None:
            await self.page.keyboard.type("@" + mention[:1])
            await self.page.locator("#typeahead-menu").get_by_role("menuitem", name=mention).click()
            await expect(box).to_contain_text(mention)
            text = " " + text
        await self.page.keyboard.insert_text(text)
        await expect(box).to_contain_text(text.strip())
        await send.click()
        await expect(box).to_have_text("")

    def _threads(self) -> Locator:
        return self.chat.get_by_role("group").filter(
            has=self.page.get_by_role("button", name="Send Message")
        )

    def _newest(self, wanted: Locator) -> Locator:
        """A chat grows downwards; a channel has its newest thread on top."""
        scope = self._threads().filter(has=wanted).first if self.in_channel else self.chat
        return scope.locator(wanted).last

    async def _field(self, label: str) -> Locator:
        words = re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$")
        caption = self._newest(
            self.page.locator(".ac-adaptiveCard label[for]").filter(has_text=words)
        )
        return self.chat.locator(f'[id="{await caption.get_attribute("for")}"]')

    async def _close_list(self, field: Locator) -> None:
        if await field.get_attribute("aria-expanded") == "true":
            await field.press("Escape")
        await expect(field).to_have_attribute("aria-expanded", "false")

    async def _pick_date(self, field: Locator, day: date) -> None:
        await field.click()
        calendar = self.page.get_by_role("dialog", name="Calendar")
        month = calendar.locator(".fui-CalendarDay__header button").first
        while (distance := _months_between(await month.inner_text(), day)) != 0:
            title = re.compile("next month" if distance > 0 else "previous month", re.IGNORECASE)
            seen = await month.inner_text()
            await calendar.get_by_title(title).click()
            await expect(month).not_to_have_text(seen)
        await calendar.get_by_role(
            "button", name=f"{day.day}, {day:%B}, {day.year}", exact=True
        ).click()
        await calendar.wait_for(state="detached")

    async def _keep_local(self, context: BrowserContext) -> None:
        async def decide(route: Route) -> None:
            url = route.request.url
            if urlsplit(url).scheme in {"data", "blob"} or urlsplit(url).hostname in LOOPBACK:
                await route.continue_()
            else:
                self.refused.append(url)
                await route.abort()

        await context.route("**/*", decide)

    def _note(self, message: ConsoleMessage) -> None:
        # The Playground asks for fonts and sounds of its own from elsewhere: refused, and no fault.
        hosts = {urlsplit(url).hostname or "" for url in self.refused}
        refused = "Failed to load resource" in message.text or any(h in message.text for h in hosts)
        if message.type == "error" and not refused:
            self.errors.append(message.text)


def _months_between(shown: str, day: date) -> int:
    month, year = shown.split()
    return (day.year - int(year)) * 12 + day.month - list(month_name).index(month)
