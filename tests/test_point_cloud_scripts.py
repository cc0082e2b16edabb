"""The browser's modules, joined into one text without a build step."""

import posixpath
import re

from components.point_cloud.scripts import FOLDER, joined, stylesheet

MODULES = sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.js"))


def test_every_module_is_either_an_entry_or_imported():
    text = "".join(joined(entry) for entry in ("carrier", "saved/page", "saved/save"))
    own = {name: (FOLDER / f"{name}.js").read_text().splitlines()[0] for name in MODULES if name != "view"}
    assert [name for name, first in own.items() if first not in text] == []


def test_joined_modules_import_nothing_and_export_one_thing(subtests):
    for entry in ["carrier", "view"]:
        with subtests.test(entry):
            text = joined(entry)
            assert re.findall(r"^import\b.*", text, re.MULTILINE) == []
            assert re.findall(r"^export .*?\b\w+", text, re.MULTILINE) == ["export default"]


def test_no_top_level_name_stands_in_two_modules():
    names = re.findall(r"^(?:const|let|class|function) (?:\[?)(\w+)", joined("carrier"), re.MULTILINE)
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_what_a_module_imports_is_exported_there(subtests):
    for name in MODULES:
        with subtests.test(name):
            text = (FOLDER / f"{name}.js").read_text()
            for imported, source in re.findall(r'import \{([^}]*)\} from "(\.[\w./]+)\.js"', text):
                place = posixpath.normpath(posixpath.join(posixpath.dirname(name), source))
                other = (FOLDER / f"{place}.js").read_text()
                exported = set(re.findall(r"^export (?:const|class|function) (\w+)", other, re.MULTILINE))
                exported |= {
                    word
                    for group in re.findall(r"^export const \[([^\]]*)\]", other, re.MULTILINE)
                    for word in re.findall(r"\w+", group)
                }
                assert set(re.findall(r"\w+", imported)) <= exported


def test_the_stub_that_is_sent_with_every_message_is_small():
    assert len(joined("view")) < 600


def test_modules_fetch_nothing_from_elsewhere():
    text = joined("carrier") + joined("view") + stylesheet()
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)\S+", text) == []
