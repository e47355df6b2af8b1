"""Opens the lab's report in a browser and uses it: keyboard, mouse, dark, phone, paper, no network.

browser.py FOLDER: screenshots and the page go there.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import synthetic
    from playwright.sync_api import sync_playwright

    from ffikit.lab import results
    from ffikit.lab.report import html
except ImportError as error:
    print(f"SKIP: {error}: ./kit test brings it")
    sys.exit()

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
FIRST = "table.heat >> nth=0"
# The contrast of text with what is behind it, as WCAG 2 defines it.
CONTRAST = """(selector) => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return /, 0\\)$/.test(color) && element.parentElement ? behind(element.parentElement) : color;
  };
  return [...document.querySelectorAll(selector)].map((element) => {
    const both = [light(getComputedStyle(element).color), light(behind(element))];
    return { text: element.textContent.slice(0, 20) + " " + element.className,
             contrast: (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05) };
  });
}"""
UNLABELLED = """() => [...document.querySelectorAll("svg, img, input, select, button, table")]
  .filter((element) => !(element.getAttribute("aria-label") || element.labels?.length ||
    element.textContent.trim() || element.caption || element.closest("[role=region][aria-label]")))
  .map((element) => element.outerHTML.slice(0, 80))"""


def text_of(page: Page, selector: str) -> list[str]:
    """Give the texts that are visible."""
    return [each.inner_text() for each in page.locator(selector).all() if each.is_visible()]


def drawn(page: Page) -> None:
    """Wait until every chart is there."""
    page.wait_for_selector("html[data-drawn]")


def column(page: Page, number: int) -> list[str]:
    """Give a column of the first table, as shown."""
    cells = page.locator(f"{FIRST} >> tbody:not(.natives) >> tr > :nth-child({number})")
    return [text.split(",")[0].strip() for text in cells.locator("visible=true").all_inner_texts()]


def filters(page: Page) -> None:
    """Hide hosts and techniques everywhere by their boxes, shapes by words."""
    page.uncheck('[name=host][value="basalt"]')
    assert not page.locator('[data-host="basalt"]').locator("visible=true").count()
    assert page.locator('[data-host="amber"]').locator("visible=true").count()
    page.uncheck('[name=technique][value="raw_types"]')
    drawn(page)
    assert not page.locator('tr[data-technique="raw_types"]').locator("visible=true").count()
    bars = page.locator('[data-kind="bars"] >> nth=0').locator("svg")
    assert "raw_types" not in (bars.text_content() or "")
    assert "raw_abi" in (bars.text_content() or "")
    empty = page.locator('[data-kind="crossings"]:has-text("raw_types") .chart >> nth=0')
    assert "No technique" in empty.inner_text()
    page.fill("#shapes", "string  create")
    shown = text_of(page, f"{FIRST} >> thead button")
    assert shown[0] == "technique"
    assert len(shown) == 6, shown
    assert all("string" in name or name == "create" for name in shown[1:])
    assert len(text_of(page, f"{FIRST} >> tbody tr:first-child td")) == 2 * 5  # and the natives
    assert "5 of 32 shapes" in page.inner_text("#shown")
    page.click("text=Show everything")
    page.wait_for_function("!document.querySelector('[data-host][hidden]')")
    drawn(page)
    assert len(text_of(page, f"{FIRST} >> thead button")) == 33


def sorting(page: Page) -> None:
    """Sort by a heading, which says so, with the keyboard too; empty cells stay last."""
    heading = page.locator(f'{FIRST} >> th[data-shape="void"]')
    assert heading.get_attribute("aria-sort") == "none"
    heading.locator("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    values = [float(re.sub(r"[^\d.]", "", text.split()[0])) for text in column(page, 2)]
    assert values == sorted(values), values
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    values = [float(re.sub(r"[^\d.]", "", text.split()[0])) for text in column(page, 2)]
    assert values == sorted(values, reverse=True), values
    page.locator(f'{FIRST} >> th[data-shape="struct_field"] >> button').click()
    assert heading.get_attribute("aria-sort") == "none"
    order = page.locator(f"{FIRST} >> tbody:not(.natives) th").all_inner_texts()
    lacking = {"raw_abi", "raw_types", "raw_types_bare", "pure"}
    assert set(order[-4:]) == lacking, order
    page.locator(f"{FIRST} >> thead button >> nth=0").click()
    names = page.locator(f"{FIRST} >> tbody:not(.natives) th").all_inner_texts()
    assert names == sorted(names)
    assert page.locator(f"{FIRST} >> tbody.natives tr").count() == 1


def keyboard(page: Page) -> None:
    """Reach everything that acts by the Tab key, the headings of the table among it."""
    page.reload()
    drawn(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(400):
        reached.add(
            page.evaluate(
                "(document.activeElement.closest('[data-shape]')?.dataset.shape ?? '') + ' ' + "
                "(document.activeElement.id || document.activeElement.tagName)"
            )
        )
        page.keyboard.press("Tab")
    assert {"void BUTTON", "director BUTTON", " shapes", " logarithmic", " download"} <= reached
    assert any(each.endswith(" A") for each in reached)


def reasons(page: Page) -> None:
    """Go from what a technique cannot do to the reason."""
    cell = page.locator('tr[data-technique="raw_abi"] >> a:visible >> nth=0')
    assert "C functions only" in (cell.get_attribute("aria-label") or "")
    target = cell.get_attribute("href") or ""
    assert "C functions only" in page.inner_text(target)


def toggles(page: Page) -> None:
    """Let the cells show times, ratios or instructions."""
    cell = f'{FIRST} >> tr[data-technique="capi"] >> td >> nth=0'
    before = page.inner_text(cell)
    page.check('[name=measure][value="ratio"]')
    assert page.inner_text(cell).startswith("1.00"), page.inner_text(cell)
    assert page.inner_text(".measured >> nth=0") == "times"
    page.check('[name=measure][value="instructions"]')
    assert re.match(r"\d+", page.inner_text(cell))
    assert page.inner_text(cell) != before
    page.check('[name=measure][value="ns"]')
    assert page.inner_text(cell) == before


def tooltips(page: Page) -> None:
    """Point at a process, which names its samples, and at a rung, which names its functions."""
    tip = page.locator("#vg-tooltip-element")
    for kind, mark, words in (
        ("bars", ".mark-symbol path >> nth=0", ("process", "its samples", "ns a call")),
        ("bars", ".mark-rect path >> nth=-1", ("raw_types", "95 % interval", "60")),
        ("ladder", ".mark-rect path >> nth=-1", ("functions", "[lib.so]")),
        ("work", ".mark-symbol.role-mark path >> nth=0", ("n", "95 % interval")),
    ):
        figure = page.locator(f'[data-kind="{kind}"] >> nth=0')
        figure.scroll_into_view_if_needed()
        figure.locator(mark).hover(force=True)
        page.wait_for_selector("#vg-tooltip-element.visible")
        found = tip.inner_text()
        assert all(word in found for word in words), (kind, found)
        page.mouse.move(2, 2)


def menus(page: Page) -> None:
    """Choose another call, which is another chart; a logarithmic axis has no bars."""
    caption = page.locator('[data-kind="bars"] .what >> nth=0')
    page.select_option('[data-menu="bars"]', "string_out")
    drawn(page)
    assert "fib_decimal(20)" in caption.inner_text()
    bars = page.locator('[data-kind="bars"] >> nth=0').locator(".mark-rect path")
    assert bars.count() > 5
    page.check("#logarithmic")
    drawn(page)
    assert not bars.count()
    page.uncheck("#logarithmic")
    page.select_option('[data-menu="bars"]', "u64_checked")
    drawn(page)


def download(page: Page, written: Path, folder: Path) -> None:
    """Download the run, byte by byte as the lab writes it."""
    with page.expect_download() as waiting:
        page.click("#download")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.read_bytes() == written.read_bytes()
    assert results.read(path) == results.read(written)


def labels(page: Page) -> None:
    """Find a name on every picture and control, and a chart that has one in every figure."""
    assert not page.evaluate(UNLABELLED)
    charts = page.locator('figure [role="graphics-document"]')
    for chart in charts.all():
        assert re.search(r": .+\d", chart.get_attribute("aria-label") or "")
    assert page.locator("figure").count() == charts.count() == page.locator("svg.marks").count()
    assert page.locator("main").count() == page.locator("h1").count() == 1
    for name in ("Amber 3.11", synthetic.EVIL):
        assert name in page.inner_text("main")


def contrast(page: Page) -> None:
    """Hold text against what is behind it."""
    found = page.evaluate(CONTRAST, ".heat td, .legend span, p, th, caption, .heat a, summary")
    poor = [each for each in found if each["contrast"] < 4.5]
    assert not poor, poor[:5]


def open_page(browser: Browser, file: Path, faults: list[str], **context: object) -> Page:
    """Open the page; what it should not do is put into `faults`."""
    page = browser.new_context(**context).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(20000)
    page.on("console", lambda message: faults.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "blob:", "data:"))
            else faults.append(f"request: {request.url}")
        ),
    )
    page.goto(file.as_uri())
    drawn(page)
    return page


def use(browser: Browser, file: Path, written: Path, folder: Path) -> list[str]:
    """Go through all of it, and give what the browser complained of."""
    faults: list[str] = []
    page = open_page(browser, file, faults, viewport={"width": 1440, "height": 900})
    page.screenshot(path=folder / "light.png", full_page=True)
    for look in (labels, contrast, filters, sorting, reasons, toggles, menus, tooltips, keyboard):
        look(page)
        print(f"ok {look.__name__}", flush=True)
    download(page, written, folder)
    print("ok download")
    page.emulate_media(color_scheme="dark")
    contrast(page)
    page.uncheck('[name=host][value="basalt"]')
    page.emulate_media(media="print", color_scheme="light")
    assert page.locator('figure[data-host="basalt"] svg.marks >> nth=0').is_visible()
    assert not page.locator("#show").is_visible()
    page.pdf(path=folder / "print.pdf", prefer_css_page_size=True)
    print("ok paper")

    page = open_page(
        browser, file, faults, viewport={"width": 1440, "height": 900}, color_scheme="dark"
    )
    contrast(page)
    page.screenshot(path=folder / "dark.png", full_page=True)
    print("ok dark")

    page = open_page(
        browser,
        file,
        faults,
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        has_touch=True,
        reduced_motion="reduce",
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    first = page.locator(f"{FIRST} >> tbody th >> nth=0")
    before = first.bounding_box()
    page.locator(".scroll:has(.heat) >> nth=0").evaluate("(part) => { part.scrollLeft = 400; }")
    assert page.locator(".scroll:has(.heat) >> nth=0").evaluate("(part) => part.scrollLeft") == 400
    after = first.bounding_box()
    assert before
    assert after
    assert abs(before["x"] - after["x"]) < 1
    page.screenshot(path=folder / "phone.png", full_page=True)
    print("ok phone")
    return faults


def main() -> None:
    """Make a run and its page, and look at it."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        print("SKIP: there is no Chromium; on Debian: chromium")
        return
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    run, written, file = synthetic.make_run(), folder / "run.json", folder / "report.html"
    results.write(written, run)
    html.write(run, file)
    bare = folder / "bare.html"
    html.write(synthetic.make_run(processes=0, ladders=False), bare)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS.split())
        faults = use(browser, file, written, folder)
        open_page(browser, bare, faults, viewport={"width": 800, "height": 600})
        print("ok a run without figures")
        browser.close()
    assert not faults, "\n".join(faults)


if __name__ == "__main__":
    main()
