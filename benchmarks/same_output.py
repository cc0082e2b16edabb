"""Everything that the program shows and prints, written down, to compare a rebuilt one with the one before.

    python -m benchmarks.same_output record OUT [--realdata FOLDER] [--only baylor,command-line]
    python -m benchmarks.same_output compare OLD NEW [--numbers] [--only baylor,command-line]

`record` opens each page of `same_output.json` with all its panels by several links, on the synthetic release,
on a folder of real rows, and on one that holds two releases, and runs the commands; each gives one text file.
It knows pages by their scripts and no module of the program, so it runs unchanged where these have moved.
`compare` prints what differs and exits with 1; with `--numbers` the words may differ, and numbers may change
their order within a few lines.
"""

import argparse
import difflib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from logging import getLogger
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

from benchmarks.page_text import File, PageText, numbers
from benchmarks.two_releases import lay_out_two_releases

ROOT = Path(__file__).parents[1]
PLAN: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
APP, COMMANDS = "app", "command-line"
OLD_SCRIPTS = {"nucleus": "cell"}
"""Scripts that were renamed: the old one is opened where the new one is not there."""
TIMEOUT = 600
AROUND = 2
"""Lines shown around a difference."""


def record(out: Path, realdata: Path | None, only: set[str]) -> None:
    """Write down all pages and commands, or only some.

    Parameters
    ----------
    out : Path
        Each source has a folder in it, each state of a page a file in that.
    realdata : Path, optional
        Folder of real rows in the archive's layout; without it only the synthetic release is opened.
    only : set of str
        Names of pages, and `command-line`; empty for all.
    """
    getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").disabled = True  # it misses a server
    with tempfile.TemporaryDirectory() as temporary:
        two, cache = Path(temporary, "two"), Path(temporary, "cache")
        sources: dict[str, Path | None] = {"sample": None}
        if realdata:
            lay_out_two_releases(realdata, two)
            sources |= {"folder": realdata.absolute(), "two-releases": two}
        names = {str(cache): "CACHE", **{str(folder): "FOLDER" for folder in sources.values() if folder}}
        names |= {path.replace("_", r"\_"): name for path, name in names.items()}  # as Markdown has them
        for source, folder in sources.items():
            use_source(folder, cache)
            plan = PLAN["two releases" if source == "two-releases" else "one release"]
            for name, states in plan.items():
                if not only or name in only:
                    read = run_command if name == COMMANDS else open_page
                    write(out / source, name, (read(name, state, names) for state in states))


def use_source(folder: Path | None, cache: Path) -> None:
    """Let the program read a folder, or the synthetic release, whatever this machine's settings say."""
    for name in [name for name in os.environ if name.startswith("CELL_TYPES_")]:
        del os.environ[name]
    os.environ |= {"CELL_TYPES_SOURCE": "folder" if folder else "sample", "CELL_TYPES_CACHE": str(cache)}
    if folder:
        os.environ["CELL_TYPES_FOLDER"] = str(folder)


def write(folder: Path, name: str, texts: Iterator[Iterator[str]]) -> None:
    """Write each state of a page to a file of its own, in place of those from before."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{name}-[0-9][0-9].txt"):
        old.unlink()
    start = time.monotonic()
    place = 0
    for place, lines in enumerate(texts, 1):
        (folder / f"{name}-{place:02}.txt").write_text("\n".join([*lines, ""]), "utf-8")
    print(f"{folder.name}: {name}, {place} files, {time.monotonic() - start:.0f} s", flush=True)


def open_page(page: str, state: str | dict[str, str], names: dict[str, str]) -> Iterator[str]:
    """Open a page by a link, and write into one of its boxes where the plan says so.

    Parameters
    ----------
    page : str
        Name of its script; `app` for the start of the whole app.
    state : str or dict of str
        The link's query; or `link` the query, and what is written into the search box
        (`search`) or into that of lists of IDs (`ids`).
    names : dict of str
        What is written for each path.
    """
    act = state if isinstance(state, dict) else {"link": state}
    yield f"link: {page}?{act['link']}{''.join(f' · {key}: {act[key]}' for key in act if key != 'link')}"
    files: dict[str, File] = {}
    menu: list[str] = []
    with (
        patch.object(MediaFileManager, "add_deferred", noting_files(files)),
        patch.object(MediaFileManager, "add", noting_fetched(files)),
        patch("streamlit.navigation", noting_pages(menu)),
    ):
        app = AppTest.from_file(str(script(page)), default_timeout=TIMEOUT)
        link = PLAN["every page"] | parse_qs(act["link"], keep_blank_values=True)
        for name, values in link.items():
            app.query_params[name] = values
        app.run()
        if "search" in act:
            app.text_input(key="search-text").set_value(act["search"]).run()
        if "ids" in act:
            app.text_area[0].set_value(act["ids"]).run()
        text = PageText(names, files)
        yield from (text.plain(line) for line in menu)
        yield from text.lines(app)


def noting_files(files: dict[str, File]) -> Callable[..., str]:
    """Make what takes the place of Streamlit's keeper of downloads, and notes them."""
    add = MediaFileManager.add_deferred

    def noted(self: MediaFileManager, content: Any, *given: Any, **named: Any) -> str:  # noqa: ANN401
        identifier = add(self, content, *given, **named)
        files[identifier] = (
            named.get("file_name") or "",
            content(),
        )  # here, while the page's session is known
        return identifier

    return noted


def noting_fetched(files: dict[str, File]) -> Callable[..., str]:
    """Make what takes the place of Streamlit's keeper of media, and notes them by their addresses."""
    add = MediaFileManager.add

    def noted(self: MediaFileManager, content: bytes | str, *given: Any, **named: Any) -> str:  # noqa: ANN401
        address = add(self, content, *given, **named)
        files[address.lstrip("/")] = ("", content)
        return address

    return noted


def noting_pages(menu: list[str]) -> Callable[..., Any]:
    """Make what takes the place of `st.navigation`, and notes the pages of the menu."""
    navigation = st.navigation

    def noted(pages: Any, **named: Any) -> Any:  # noqa: ANN401
        menu.extend(f"menu: {page.title} | {page.icon} | {page.url_path}?" for page in pages)
        return navigation(pages, **named)

    return noted


def script(page: str) -> Path:
    """Return the path of a page's script."""
    path = ROOT / ("" if page == APP else "pages") / f"{page}.py"
    return path if path.exists() or page not in OLD_SCRIPTS else path.with_stem(OLD_SCRIPTS[page])


def run_command(_: str, words: str, names: dict[str, str]) -> Iterator[str]:
    """Run `python -m data`: its exit code, what it prints and what it says."""
    command = [sys.executable, "-m", "data", *words.split()]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    yield f"python -m data {words}: exit {done.returncode}"
    plain = PageText(names, {}).plain
    for name, said in (("output", done.stdout), ("messages", done.stderr)):
        yield from (f"{name}: {plain(line)}" for line in said.splitlines())


def compare(old: Path, new: Path, only: set[str], *, by_numbers: bool) -> int:
    """Print what differs between two recordings; give the number of files that do."""
    paths = {path.relative_to(out) for out in (old, new) for path in out.glob("*/*.txt")}
    names = sorted(str(path) for path in paths if not only or path.stem[: -len("-01")] in only)
    differing = 0
    for name in names:
        texts = [(out / name).read_text("utf-8") for out in (old, new) if (out / name).exists()]
        before, after = texts[0].splitlines(), texts[-1].splitlines()
        found = list(differences(before, after, by_numbers=by_numbers))
        if len(texts) == 1:
            found = [f"only in {next(out for out in (old, new) if (out / name).exists())}"]
        if found:
            differing += 1
            print(f"\n=== {name} — {before[0]}", *found, sep="\n")
    print(f"\n{differing} of {len(names)} files differ" + (" in their numbers" if by_numbers else ""))
    return differing


def differences(before: list[str], after: list[str], *, by_numbers: bool) -> Iterator[str]:
    """Give the lines that differ, `-` before and `+` after, with what stands around them.

    By numbers, lines without any are passed over, and a change of lines that keeps their numbers is none.
    """
    key = (lambda line: " ".join(numbers(line))) if by_numbers else str
    old, new = ([place for place, line in enumerate(lines) if key(line)] for lines in (before, after))
    keys = [key(before[place]) for place in old], [key(after[place]) for place in new]
    for kind, first, last, start, end in difflib.SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        taken, given = (
            [before[place] for place in old[first:last]],
            [after[place] for place in new[start:end]],
        )
        if kind == "equal" or (by_numbers and numbers("\n".join(taken)) == numbers("\n".join(given))):
            continue
        top = [*old, len(before)][first]
        below = old[last - 1] + 1 if taken else top
        yield f"@@ line {top + 1} @@"
        yield from (f"  {line}" for line in before[max(0, top - AROUND) : top])
        yield from (f"- {line}" for line in taken)
        yield from (f"+ {line}" for line in given)
        yield from (f"  {line}" for line in before[below : below + AROUND])


def main() -> int:
    """Record or compare; give the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    recording, comparing = commands.add_parser("record"), commands.add_parser("compare")
    recording.add_argument("out", type=Path)
    recording.add_argument("--realdata", type=Path, help="folder of real rows, in the archive's layout")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    comparing.add_argument("--numbers", action="store_true", help="let words differ, numbers not")
    for one in (recording, comparing):
        one.add_argument("--only", default="", help="names of pages, and “command-line”, with commas between")
    given = parser.parse_args()
    only = {name for name in given.only.split(",") if name}
    if given.command == "record":
        record(given.out, given.realdata, only)
        return 0
    return int(compare(given.old, given.new, only, by_numbers=given.numbers) > 0)


if __name__ == "__main__":
    sys.exit(main())
