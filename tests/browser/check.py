"""Opens pages in headless Chromium, at desktop and phone width, light and dark, and checks them.

    apt-get install chromium && pip install playwright
    cargo run --release --example study
    python3 tests/browser/check.py runs/study.html [MORE.html ...] [--shots DIRECTORY]

Of every page: no error on the console, no request leaves the page, nothing is wider than the window, every picture
is decoded, the keyboard reaches and works everything: "/" to the filter, arrows through the tree, links to their
targets. With --shots, screenshots are written there to be looked at. Not part of .ci/run, which needs no browser.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def check(browser, page_file, size, scheme, shots):
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    problems, requests = [], []
    page.on("console", lambda m: problems.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: problems.append(f"error: {e}"))
    page.on("request", lambda r: requests.append(r.url))
    page.goto(page_file.resolve().as_uri())

    name = f"{page_file.stem}-{size}-{scheme}"
    if shots:
        page.screenshot(path=shots / f"{name}.png")

    if page.locator("details.value").count():
        keyboard(page, problems)
        page.locator("#open").click()
        page.wait_for_function("[...document.images].every(i => i.complete)")
        broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).length")
        if broken:
            problems.append(f"{broken} pictures are broken")
    if shots:
        page.screenshot(path=shots / f"{name}-open.png", full_page=size == "phone" or True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        problems.append(f"the page is {wide} pixels wide in a window of {width}")
    outside = [url for url in requests if not url.startswith(("file:", "data:"))]
    if outside or sum(url.startswith("file:") for url in requests) > 1:
        problems.append(f"requests: {outside or requests}")
    context.close()
    for problem in problems:
        print(f"{name}: {problem}")
    return not problems


def keyboard(page, problems):
    """Everything that the mouse can do."""

    def expect(what, script):
        if not page.evaluate(script):
            problems.append(f"keyboard: {what}")

    page.keyboard.press("/")
    expect("/ goes to the filter", "document.activeElement.id === 'filter'")
    page.keyboard.type("no such path")
    expect("the filter hides", "[...document.querySelectorAll('details.value')].every(v => v.hidden)")
    page.keyboard.press("Escape")
    expect("Escape shows all again", "[...document.querySelectorAll('details.value')].every(v => !v.hidden)")
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('details.value > summary')"):
            break
    expect("Tab reaches the tree", "document.activeElement.matches('details.value > summary')")
    page.evaluate("window.first = document.activeElement; first.parentElement.open = false")
    page.keyboard.press("ArrowRight")
    expect("right opens", "first.parentElement.open")
    page.keyboard.press("ArrowLeft")
    expect("left closes", "!first.parentElement.open")
    page.keyboard.press("Enter")
    expect("Enter opens", "first.parentElement.open")
    page.keyboard.press("ArrowDown")
    many = page.evaluate("document.querySelectorAll('details.value').length > 1")
    if many:
        expect("down goes on", "document.activeElement !== first && document.activeElement.matches('summary')")
        page.keyboard.press("ArrowUp")
    expect("up goes back", "document.activeElement === first")
    if page.locator(".from a").count():
        page.locator("#close").press("Enter")
        page.evaluate("location.hash = ''; document.querySelector('.from a').click()")
        page.wait_for_timeout(50)
        expect(
            "a link opens its target",
            "document.getElementById(decodeURIComponent(location.hash.slice(1))).checkVisibility()",
        )


def main():
    arguments = sys.argv[1:]
    shots = None
    if "--shots" in arguments:
        at = arguments.index("--shots")
        shots = Path(arguments[at + 1])
        shots.mkdir(parents=True, exist_ok=True)
        del arguments[at : at + 2]
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not arguments or not executable:
        sys.exit(__doc__ if executable else "no Chromium found: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        results = [
            check(browser, Path(page), size, scheme, shots)
            for page in arguments
            for size in SIZES
            for scheme in ("light", "dark")
        ]
        browser.close()
    print(f"{sum(results)} of {len(results)} views are in order")
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
