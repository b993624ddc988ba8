"""The site as a reader meets it, in real Chromium."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from bookengine.book import Book
from bookengine.project import Project

PROJECT = Project.find(Path(__file__))
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SERIOUS = {"serious", "critical"}
# Chromium's own calls home are not the page's.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ADDRESSES = [page.url for page in Book(PROJECT).pages if "404" not in page.url]
CHAPTERS = [page.url for page in Book(PROJECT).pages if page.meta.get("sources")]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def origin(built_site: Path) -> Iterator[str]:
    """The built site, served on a free port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(built_site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, origin: str) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_is_quiet_and_self_contained(address: str, page: Page, origin: str) -> None:
    """No console error, no failed request, and not one request to a third party."""
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith((origin, "data:", "blob:")) else None)
    page.on("response", lambda response: faults.append(f"{response.status} {response.url}") if response.status >= 400 else None)
    page.goto(origin + address, wait_until="networkidle")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")  # lazy figures too
    page.wait_for_load_state("networkidle")
    assert faults == []


@pytest.mark.parametrize("address", CHAPTERS)
def test_copy_gives_exactly_the_code(address: str, page: Page, origin: str) -> None:
    page.goto(origin + address, wait_until="networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    cells = page.locator(".book-cell")
    book = Book(PROJECT)
    assert cells.count() > 0
    for index in range(cells.count()):
        cell = cells.nth(index)
        cell.scroll_into_view_if_needed()
        cell.hover()
        cell.locator("button[data-clipboard-target], button.md-clipboard, button[data-md-type=copy]").first.click()
        copied = page.evaluate("navigator.clipboard.readText()")
        found = book.snippets[cell.get_attribute("data-snippet") or ""].cell(cell.get_attribute("data-cell") or "")
        assert found is not None
        assert copied == found.source


def test_search_finds_a_word(page: Page, origin: str) -> None:
    page.goto(origin, wait_until="networkidle")
    page.locator("input.md-search__input").first.click()
    page.keyboard.type("GradientTape")
    page.locator(".md-search-result__item a").first.wait_for(timeout=60_000)
    assert "GradientTape" in page.locator(".md-search-result__list").inner_text()


@pytest.mark.parametrize("address", ADDRESSES)
def test_phone_page_does_not_scroll_sideways(address: str, browser: Browser, origin: str) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(origin + address, wait_until="networkidle")
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width <= PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", CHAPTERS)
def test_scheme_follows_the_system(address: str, scheme: str, browser: Browser, origin: str) -> None:
    """The page is light or dark as the system is, and shows the figures of that scheme only."""
    context = browser.new_context(viewport=DESKTOP, color_scheme=scheme)
    page = context.new_page()
    page.goto(origin + address, wait_until="networkidle")
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]) / 3
    # By style, not by what is on the screen: figures further down load when they are scrolled to.
    displays = "figures => figures.map(figure => getComputedStyle(figure).display)"
    other_scheme = "dark" if scheme == "light" else "light"
    shown = page.locator(f".book-figure .book-{scheme}").evaluate_all(displays)
    other = page.locator(f".book-figure .book-{other_scheme}").evaluate_all(displays)
    context.close()
    assert (brightness > 128) == (scheme == "light"), colour
    assert shown and "none" not in shown
    assert set(other) == {"none"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_serious_accessibility_fault(address: str, scheme: str, browser: Browser, origin: str) -> None:
    context = browser.new_context(viewport=DESKTOP, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(origin + address, wait_until="networkidle")
    violations = Axe().run(page).response["violations"]
    context.close()
    serious = [f"{v['id']}: {v['nodes'][0]['html'][:200]} ({len(v['nodes'])} places)" for v in violations if v["impact"] in SERIOUS]
    assert serious == []


def test_figure_opens_large(page: Page, origin: str) -> None:
    page.goto(origin + CHAPTERS[0], wait_until="networkidle")
    link = page.locator(".book-figure a:visible").first
    link.scroll_into_view_if_needed()
    link.click()
    page.locator("dialog[open] img").wait_for(timeout=5_000)
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
