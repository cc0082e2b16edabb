"""How a fault is planted, what the tests say of it, and how the tree is put back whatever happens."""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parents[1]
PROGRAM = ("app.py", "pages", "components", "data")
TESTS_FAILED = 1
"""The exit code with which pytest says so; any other but 0 says that it could not run them."""
LIMIT_S = 300
OPTIONS = ("-q", "-p", "no:cacheprovider", "--hypothesis-seed=0")
BLAMED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
CAUGHT, MISSED, NOT_FOUND = "caught", "NOT CAUGHT", "text not found"
NOT_RUN, UNSOUND = "tests did not run", "tests fail without it"


@dataclass(frozen=True)
class Fault:
    """A realistic mistake, and the tests that must notice it.

    Attributes
    ----------
    name : str
        Unique.
    folder : str
        Of the program, that the mistake is in.
    tests : tuple of str
        Below `tests/`: a file, or a file and a test in it.
    texts : tuple of (find, replace)
        The first whose `find` stands in the program exactly once is planted.
    """

    name: str
    folder: str
    tests: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Site:
    """Where a fault is planted: the file, its text and the faulty one."""

    path: Path
    sound: str
    faulty: str


def program_files() -> list[Path]:
    """List the text files of the program that git knows, or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PROGRAM]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def read_program() -> dict[Path, str]:
    """Read the program's files, line ends as they are."""
    return {path: path.read_bytes().decode("utf-8") for path in program_files()}


def find_site(fault: Fault, program: Mapping[Path, str]) -> Site | None:
    """Find where a fault can be planted; None where each of its texts stands nowhere, or more than once.

    Raises
    ------
    ValueError
        If the planted file would be no Python: that is no realistic mistake.
    """
    for find, replace in fault.texts:
        holding = [path for path, text in program.items() if find in text]
        if len(holding) == 1 and program[holding[0]].count(find) == 1:
            (path,) = holding
            site = Site(path, program[path], program[path].replace(find, replace))
            if path.suffix == ".py":
                try:
                    compile(site.faulty, str(path), "exec")
                except SyntaxError as error:
                    raise ValueError(f"{fault.name} makes no Python of {path.name}: {error}") from error
            return site
    return None


@contextmanager
def planted(site: Site) -> Iterator[None]:
    """Plant a fault; afterwards the file is as it was, its time too."""
    status = site.path.stat()
    try:
        site.path.write_bytes(site.faulty.encode())
        yield
    finally:
        site.path.write_bytes(site.sound.encode())
        os.utime(site.path, ns=(status.st_atime_ns, status.st_mtime_ns))


def run_tests(
    tests: Sequence[str], environment: Mapping[str, str], *options: str, limit_s: float | None = None
) -> tuple[int | None, str]:
    """Run tests; give pytest's exit code, None where they did not end in time, and what it said."""
    command = [sys.executable, "-m", "pytest", *OPTIONS, *options, *(f"tests/{test}" for test in tests)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that the servers of a test that is broken off end with it
    )
    try:
        said, _ = process.communicate(timeout=limit_s)
        return process.returncode, said
    except subprocess.TimeoutExpired:
        return None, f"The tests did not end within {limit_s} s."
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def failing(faults: Sequence[Fault], environment: Mapping[str, str]) -> list[str]:
    """Run all tests on the program as it is and name those that fail: they can catch nothing.

    Raises
    ------
    SystemExit
        If pytest cannot run them: one may have another name now.
    """
    tests = sorted({test for fault in faults for test in fault.tests})
    begun = time.monotonic()
    code, said = run_tests(tests, environment)
    if code not in {0, TESTS_FAILED}:
        raise SystemExit(f"The tests cannot be run:\n{said[-4_000:]}")
    blamed = BLAMED.findall(said)
    print(f"without a fault: {len(blamed)} tests fail, {time.monotonic() - begun:.0f} s", *blamed, sep="\n  ")
    return blamed


def try_fault(fault: Fault, environment: dict[str, str], unsound: Sequence[str]) -> tuple[str, str]:
    """Plant a fault and run its tests; give the outcome, and who caught it or what was said."""
    site = find_site(fault, read_program())
    if site is None:
        return NOT_FOUND, ""
    anyway = [one for one in unsound if any(one.startswith(f"tests/{test}") for test in fault.tests)]
    if anyway:
        return UNSOUND, anyway[0]
    with planted(site):
        apart = environment | {"PYTHONDONTWRITEBYTECODE": "1"}
        code, said = run_tests(fault.tests, apart, "-x", limit_s=LIMIT_S)
    if code == TESTS_FAILED:
        return CAUGHT, next(iter(BLAMED.findall(said)), "")
    return (MISSED, "") if code == 0 else (NOT_RUN, said[-2_000:])


def list_faults(faults: Sequence[Fault]) -> None:
    """Print each fault with its folder, the file that it would be planted in, and its tests."""
    program = read_program()
    for fault in faults:
        site = find_site(fault, program)
        place = site.path.relative_to(ROOT).as_posix() if site else NOT_FOUND
        print(f"{fault.name}\n  {fault.folder}: {place}\n  {' '.join(fault.tests)}")


def end(number: int, _: FrameType | None) -> None:
    """Turn a signal into an exception, which puts the file back on its way."""
    raise SystemExit(128 + number)


def plant_all(faults: Sequence[Fault], environment: dict[str, str]) -> int:
    """Plant the faults one after the other and say what came of each; give how many are caught."""
    unsound = failing(faults, environment)
    caught = 0
    for fault in faults:
        begun = time.monotonic()
        outcome, said = try_fault(fault, environment, unsound)
        caught += outcome == CAUGHT
        took = f"{time.monotonic() - begun:.1f} s"
        print(f"{outcome} · {fault.name} · {fault.folder} · {took} · {said}", flush=True)
    return caught


def main(faults: Sequence[Fault]) -> int:
    """Read the command line and do as it says; give 0 where every fault is caught."""
    parser = argparse.ArgumentParser(description="Plant faults, and see whether the tests catch them.")
    names = [fault.name for fault in faults]
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=names, help="plant these faults alone")
    parser.add_argument("--list", action="store_true", help="print the faults and plant none")
    given = parser.parse_args()
    chosen = [fault for fault in faults if not given.only or fault.name in given.only]
    if given.list:
        list_faults(chosen)
        return 0
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    with tempfile.TemporaryDirectory() as folder:
        # What hypothesis finds under a fault is not to be tried again without it.
        begun = time.monotonic()
        caught = plant_all(chosen, {"HYPOTHESIS_STORAGE_DIRECTORY": folder})
    print(f"{caught} of {len(chosen)} faults caught in {time.monotonic() - begun:.0f} s")
    return 0 if caught == len(chosen) else 1
