"""Count the words that each page shows, in its window and in all that scrolling leads to, and compare.

Usage: `python -m benchmarks.words record [--commit 98c8076]` writes `words.json`, of a commit that is
checked out beside this one; `python -m benchmarks.words [PAGE …] [--url URL]` counts now and compares. The
synthetic release, 1440 × 900; nothing is opened or clicked, and a word is what stands between spaces and
holds a letter. Exit 1 if a page has more than half the words of before.
"""

import argparse
import json
import sys
from contextlib import nullcontext
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.page_visit import address, chromium, environment, open_page, rest, serving, work_tree
from data.catalog.pages import PAGES
from tests.browser.server import ROOT

RECORD = Path(__file__).with_name("words.json")
WINDOW = (1440, 900)
GOAL = 0.5
COUNT = """() => {
  const UNSEEN = "script, style, template, canvas";
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }, range = document.createRange();
  const counts = { window: 0, page: 0 };
  const inside = ({ left, top, right, bottom }, box) => {
    const x = (left + right) / 2, y = (top + bottom) / 2;
    return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  };
  const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const look = (element, cutters) => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (style.fontFamily.includes("Material Symbols")) return;
    const cuts = style.overflowX !== "visible" && style.display !== "inline";
    if (cuts && (box.width < 3 || box.height < 3)) return; // for screen readers only
    const own = cuts ? [...cutters, box] : cutters;
    for (const node of element.childNodes) {
      if (node.nodeType === Node.ELEMENT_NODE && !node.matches(UNSEEN)) look(node, own);
      if (node.nodeType !== Node.TEXT_NODE || !shown(element)) continue;
      for (const { index, 0: word } of node.data.matchAll(/\\S*\\p{L}\\S*/gu)) {
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const place = range.getBoundingClientRect();
        if (place.width < 2 || place.right < 0) continue;
        counts.page += 1;
        if ([screen, ...own].every((edge) => inside(place, edge))) counts.window += 1;
      }
    }
    if (element.shadowRoot) for (const inner of element.shadowRoot.children) look(inner, own);
  };
  look(document.body, []);
  return counts;
}"""

Counts = dict[str, dict[str, int]]
"""By page: words in the window, and on the whole page."""


def count(browser: Browser, url: str, wanted: list[str]) -> Counts:
    """Open pages one after another and count their words."""
    counts = {}
    for name in wanted:
        page = open_page(browser, WINDOW)
        page.goto(f"{url}/{address(name)}")
        rest(page)
        counts[name] = page.evaluate(COUNT)
        page.context.close()
    return counts


def compare(before: Counts, now: Counts) -> bool:
    """Print both counts of each page, and say whether the goal is reached on all."""
    print("| page | window before | now | page before | now | now / before |\n|---|---:|---:|---:|---:|---:|")
    compared = {name: counts for name, counts in now.items() if name in before}  # some pages are newer
    shares = {name: counts["page"] / before[name]["page"] for name, counts in compared.items()}
    for name, counts in compared.items():
        was = before[name]
        cells = [was["window"], counts["window"], was["page"], counts["page"], f"{shares[name]:.2f}"]
        print(f"| {name} | {' | '.join(map(str, cells))} |")
    missed = [name for name, share in shares.items() if share > GOAL]
    print(f"Over half of the words before: {', '.join(missed) or 'no page'}.")
    return not missed


def main() -> int:
    """Record or compare."""
    parser = argparse.ArgumentParser(description="Count the words of each page.")
    parser.add_argument("wanted", nargs="*", choices=["record", *PAGES, []], metavar="record | PAGE")
    parser.add_argument("--commit", default="98c8076", help="what to record; 98c8076 if not given")
    parser.add_argument("--url", help="of a server of the synthetic release that runs already")
    parser.add_argument("--cache", type=Path, help="of the server that is started")
    asked = parser.parse_args()
    recording = asked.wanted == ["record"]
    settings = environment(None, asked.cache)
    with (
        chromium() as browser,
        work_tree(asked.commit) if recording and not asked.url else nullcontext(ROOT) as root,
        nullcontext() if asked.url else serving(settings, root) as server,
    ):
        url = server.url if server else asked.url.rstrip("/")
        counts = count(browser, url, [*PAGES] if recording else asked.wanted or [*PAGES])
    if recording:
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(found)}" for name, found in counts.items())
        RECORD.write_text(f"{{\n{lines}\n}}\n", "utf-8")
        return 0
    return 0 if compare(json.loads(RECORD.read_text("utf-8")), counts) else 1


if __name__ == "__main__":
    sys.exit(main())
