"""What holds for every file: named for what it is, and free of the machine it was written on."""

import ast
import os
import re
import tomllib
from collections import Counter
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest

from data.settings import Settings, variable_name

ROOT = Path(__file__).parents[1]
PROGRAM = ("app.py", "pages", "components", "data", "benchmarks")
IGNORED = {
    line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split() if line.endswith("/")
}
PAGE_LINES, FOLDER_MODULES = 60, 16
CATCH_ALLS = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}

# Put together here, so that this file does not hold what it looks for.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "ana" + "conda.org"]
FOREIGN = re.compile(
    "|".join(re.escape(host) for host in HOSTS)
    + r"|(?<![\w.~/*-])/(?:root|home|Users|work)/\w"  # a path that only one machine has
    + r"|\.\./sha"
    + r"red\b"
)
# CI alone may look beside the project, for real rows.
MAY_LOOK_BESIDE = ".ci/run"


def files(*suffixes: str) -> list[Path]:
    """Every file of the project, or those with these suffixes."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in {".git", *IGNORED}]
        found += [Path(folder, name) for name in names if name != ".git"]  # a work tree's pointer to its own
    return sorted(path for path in found if not suffixes or path.suffix in suffixes)


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def program(*suffixes: str) -> list[str]:
    """Return the files of the program itself, tests not among them."""
    return [name for name in named(files(*suffixes)) if name.split("/")[0] in PROGRAM]


def test_pages_are_short():
    lengths = {name: (ROOT / name).read_text("utf-8").count("\n") for name in program(".py")}
    assert {name: n for name, n in lengths.items() if name.startswith("pages/") and n > PAGE_LINES} == {}


def test_a_folder_holds_few_modules():
    inside = [path for path in map(Path, program(".py")) if path.parts[0] in {"data", "components"}]
    modules = Counter(path.parent.as_posix() for path in inside if path.name != "__init__.py")
    assert {folder: n for folder, n in modules.items() if n > FOLDER_MODULES} == {}


def test_no_module_is_named_for_being_useful():
    words = {name: set(re.split(r"[/._]", name)) for name in program(".py", ".js", ".mjs", ".css")}
    assert {name for name, parts in words.items() if parts & CATCH_ALLS} == set()


def named_at_top(text: str) -> set[str]:
    """Name the classes, aliases and functions that a module gives to others."""
    found = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in found if not name.startswith("_") and not name.isupper()}


def test_no_name_has_two_meanings():
    homes: dict[str, list[str]] = {}
    for path in program(".py"):
        if path.startswith(("data/", "components/")) and not path.endswith("__main__.py"):
            for name in named_at_top((ROOT / path).read_text("utf-8")):
                homes.setdefault(name, []).append(path)
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_nothing_is_known_by_a_hash_that_the_next_process_makes_anew():
    calls = re.compile(r"(?<![\w.])hash\(")
    assert [name for name in program(".py") if calls.search((ROOT / name).read_text("utf-8"))] == []


def test_no_array_of_nuclei_is_hashed():
    # numpy hashes integers to make them unique, which takes 40 times as long as sorting: see `each_once`.
    ids, sets = r"(?:nuclei|nucleus_ids?|(?<![\w.])ids)\b", r"(?:intersect|setdiff|union)1d"
    slow = re.compile(rf"np\.unique\((?!.*return_)[^()]*{ids}.*|np\.{sets}\((?!\s*.*assume_unique).*")
    inside = [name for name in program(".py") if name.startswith("components/")]
    found = {name: slow.findall((ROOT / name).read_text("utf-8")) for name in inside}
    assert {name: lines for name, lines in found.items() if lines and "/code_export/" not in name} == {}


def test_what_a_session_holds_is_asked_for_by_get():
    # A browser that has not heard that a widget left the page tells of it once more, and it is not there.
    found = {}
    for name in program(".py"):
        parts = ast.walk(ast.parse((ROOT / name).read_text("utf-8")))
        reads = [part for part in parts if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Load)]
        found[name] = [ast.unparse(read) for read in reads if ast.unparse(read.value) == "st.session_state"]
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_no_cache_takes_a_key_beside_its_object():
    # Streamlit passes over an argument that begins with "_": the key beside it may be that of another object.
    found = [
        f"{name}: {part.name}"
        for name in program(".py")
        for part in ast.walk(ast.parse((ROOT / name).read_text("utf-8")))
        if isinstance(part, ast.FunctionDef)
        and any("st.cache_" in ast.unparse(decorator) for decorator in part.decorator_list)
        and any(argument.arg.startswith("_") for argument in part.args.args)
    ]
    assert found == []


def test_packages_are_packages_and_folders_of_scripts_are_not():
    # A folder without __init__.py loses to any installed package of the same name.
    below = {path.parent for path in files(".py")}
    packages = {path.parent for path in files(".py") if path.name == "__init__.py"}
    inside = {folder for folder in below if named([folder])[0].split("/")[0] in {"data", "components"}}
    # What is a package to pytest ends with its last test: the browser and its servers.
    assert packages == {*inside, ROOT / "tests" / "browser"}


def test_no_file_names_a_registry_or_a_machine():
    found = {}
    for name in named(files()):
        with suppress(UnicodeDecodeError):  # a picture
            found[name] = set(FOREIGN.findall((ROOT / name).read_text("utf-8")))
    found[MAY_LOOK_BESIDE].discard("../sha" + "red")
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        (f"https://files.{HOSTS[1]}/packages", True),
        ("open('/ro" + "ot/rows.csv')", True),
        ("CACHE=/ho" + "me/me/cache", True),
        ("../sha" + "red/rows", True),
        ("https://example.org/ho" + "me/page", False),
        ("a shared loader", False),
    ],
)
def test_what_a_registry_or_a_machine_looks_like(text, foreign):
    assert bool(FOREIGN.search(text)) == foreign


def test_the_lock_is_exact_hashed_and_names_no_host():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = [line for line in lock.splitlines() if re.match(r"[a-z0-9]", line)]
    assert "://" not in lock
    assert "--index" not in lock
    assert all(re.match(r"[a-z0-9.-]+==\S+ ", line) and line.endswith("\\") for line in pinned)
    assert re.findall(r"\\\n(?! +--hash=sha256:[0-9a-f]{64})", lock) == []


def test_the_lock_holds_everything_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert {re.split(r"[<>=~! ]", line)[0] for line in asked} <= set(locked)


CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}


def read_at_import(node: ast.AST) -> list[str]:
    """Name the clocks that are read when a module is imported: not those inside its functions."""
    found = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        parts: list[ast.AST] = [*defaults, *getattr(node, "decorator_list", [])]
    else:
        parts = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            found.append(ast.unparse(node))
    return found + [clock for part in parts for clock in read_at_import(part)]


def test_no_test_reads_the_clock_before_it_runs():
    # A run is long: what is "in an hour" when the tests are collected is not when they run.
    names = [name for name in named(files(".py")) if name.startswith("tests/")]
    read = {name: read_at_import(ast.parse((ROOT / name).read_text("utf-8"))) for name in names}
    assert {name: clocks for name, clocks in read.items() if clocks} == {}


def test_no_test_waits_for_time_or_shares_a_page_that_another_may_change():
    time = re.compile(r"wait_for_timeout|networkidle|\bsleep\(")
    page = re.compile(r'scope="(?!function)\w+"\)\s+def \w+\([^)]*\) -> [^:]*AppTest')
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")}
    texts.pop("tests/test_house_rules.py")
    assert {name: found for name, text in texts.items() if (found := time.findall(text))} == {}
    assert {name: found for name, text in texts.items() if (found := page.findall(text))} == {}


def test_no_test_names_a_value_that_it_does_not_use():
    # A check that was written and is not asked for looks as if it held.
    found = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text("utf-8")
        named_once = {name for name, n in Counter(re.findall(r"\w+", text)).items() if n == 1}
        stored = re.findall(r"^(\w+)(?:: [^=\n]+)? = ", text, re.MULTILINE)
        found += [f"{path.name}: {name}" for name in stored if name in named_once and name != "pytestmark"]
    assert found == []


@pytest.mark.parametrize(
    ("code", "clocks"),
    [
        ("SOON = datetime.now(UTC) + timedelta(hours=1)", 1),
        ("@mark(date.today())\ndef test_it(): ...", 1),
        ("def test_it(at=time.time()): ...", 1),
        ("class Case:\n    at: float = time.monotonic()", 1),
        ("def test_it():\n    assert datetime.now(UTC)", 0),
        ("CASES = {'soon': lambda: datetime.now(UTC)}", 0),
    ],
)
def test_what_reading_the_clock_at_import_looks_like(code, clocks):
    assert len(read_at_import(ast.parse(code))) == clocks


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_the_readme_explains_every_setting(setting):
    assert f"`{variable_name(setting)}`" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_target_that_is_named_exists(document):
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    mentioned = set(re.findall(r"`make ([a-z]+)", (ROOT / document).read_text("utf-8")))
    assert mentioned <= targets


def test_every_file_and_script_that_a_document_names_exists():
    paths = re.compile(r"`((?:components|data|pages|tests|benchmarks|docs)/[\w./-]+)`")
    scripts = re.compile(r"python (?:-m )?((?:benchmarks|docs)[\w./]+)")
    lacking = []
    for document in ("README.md", "CONTRIBUTING.md", "docs/serving.md", "benchmarks/README.md"):
        text = (ROOT / document).read_text("utf-8")
        started = (name.removesuffix(".py").replace(".", "/") + ".py" for name in scripts.findall(text))
        lacking += [
            (document, name) for name in (*paths.findall(text), *started) if not (ROOT / name).exists()
        ]
    assert lacking == []


def test_a_pick_in_a_chart_adds_with_shift_and_takes_away_with_alt():
    choosing = re.compile(r"\b(choose|select_nuclei|select_cell)\(")
    picks = [
        (name, part.name, text)
        for name, source in ((name, (ROOT / name).read_text("utf-8")) for name in program(".py"))
        if "for point in clicked_points" in source
        for part in ast.walk(ast.parse(source))
        if isinstance(part, ast.FunctionDef) and "for point in clicked_points" in (text := ast.unparse(part))
    ]
    assert picks
    assert [pick[:2] for pick in picks if choosing.search(pick[2]) and "'held'" not in pick[2]] == []
