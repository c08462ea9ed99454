#!/usr/bin/env python3
"""The .deb as CPack makes it: what it depends on, what is in it, its scripts, and the service of systemd.

usage: deb_test.py BUILD      SLUICE names the binary, which BUILD packs
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from harness import Case  # noqa: E402
import packaged  # noqa: E402

BINARY = os.environ.get("SLUICE", "sluice")
BUILD = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else pathlib.Path("build/ci")
UNIT = packaged.PACKAGING / "systemd" / "sluice.service"
EXPOSURE_MAX = 20  # of 100, as systemd-analyze counts


def ran(*command, **more):
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True, **more).stdout


def package_of(path):
    """Debian's, of a file. Since /lib became /usr/lib, dpkg knows some by their older name."""
    for one in (path, os.path.realpath(path), path.removeprefix("/usr"), os.path.realpath(path).removeprefix("/usr")):
        found = subprocess.run(["dpkg-query", "-S", one], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    raise AssertionError(f"of no package: {path}")


class Deb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if shutil.which("dpkg-deb") is None or shutil.which("cpack") is None:
            raise unittest.SkipTest("dpkg-deb or cpack is not here")
        cls.out = tempfile.TemporaryDirectory(prefix="sluice-test-")
        ran("cpack", "-G", "DEB", "-B", cls.out.name, cwd=BUILD)
        cls.deb = next(pathlib.Path(cls.out.name).glob("*.deb"))
        cls.files = {line.split()[5].removeprefix("."): line.split()[0] for line in ran("dpkg-deb", "-c", cls.deb).splitlines()}

    @classmethod
    def tearDownClass(cls):
        cls.out.cleanup()

    def depends(self):
        return {re.split(r"[ (]", one.strip())[0] for one in ran("dpkg-deb", "-f", self.deb, "Depends").split(",")}

    def test_its_name_is_what_the_image_asks_for(self):
        self.assertTrue(self.deb.match("sluice_*.deb"))
        self.assertEqual(packaged.version(), ran("dpkg-deb", "-f", self.deb, "Version").strip())

    def test_it_depends_on_what_the_binary_is_linked_with_and_no_more(self):
        needed = re.findall(r"NEEDED\).*\[(.+)\]", ran("readelf", "-d", BINARY))
        where = dict(re.findall(r"^\s*(\S+) => (\S+)", ran("ldd", BINARY), re.MULTILINE))
        linked = {package_of(where[library]) for library in needed if library in where}
        self.assertGreater(len(linked), 10)
        self.assertEqual(linked | {"ca-certificates"}, self.depends())

    def test_the_image_installs_exactly_that(self):
        """It installs the package and names nothing else (dockerfile_test.py): so no recommendations may be needed."""
        for field in ("Recommends", "Suggests", "Pre-Depends"):
            self.assertEqual("", ran("dpkg-deb", "-f", self.deb, field).strip(), field)

    def test_it_brings_program_service_docs_and_alerts(self):
        for path in ("bin/sluice", "lib/systemd/system/sluice.service", "share/doc/sluice/docs/guide/packages.md",
                     "share/doc/sluice/examples/sluice.yaml", "share/doc/sluice/examples/contract/order.yaml",
                     "share/sluice/monitoring/sluice.rules.yaml", "share/sluice/monitoring/sluice.board.json"):
            self.assertIn(f"/usr/{path}", self.files)
        self.assertFalse([path for path in self.files if not path.startswith("/usr/") and path not in ("/", "/usr")])
        self.assertEqual("-rwxr-xr-x", self.files["/usr/bin/sluice"])

    def test_lintian_finds_no_error(self):
        if shutil.which("lintian") is None:
            self.skipTest("lintian is not here")
        made = subprocess.run(["lintian", "--allow-root", "--fail-on", "error", self.deb], capture_output=True, text=True, check=False)
        self.assertEqual(0, made.returncode, made.stdout + made.stderr)

    def test_it_says_what_it_is_and_under_which_terms(self):
        said = ran("dpkg-deb", "-f", self.deb, "Description").splitlines()
        self.assertGreater(len(said), 3)
        for name in ("copyright", "changelog.gz", "LICENSE", "README.md"):
            self.assertIn(f"/usr/share/doc/sluice/{name}", self.files)
        self.assertIn("/usr/share/man/man1/sluice.1.gz", self.files)
        made = ran("dpkg-deb", "--fsys-tarfile", self.deb, encoding="latin-1")
        self.assertIn("common-licenses/Apache-2.0", made)

    def test_its_scripts_are_those_of_the_tree(self):
        control = ran("dpkg-deb", "--ctrl-tarfile", self.deb, encoding="latin-1")
        for name in ("postinst", "prerm", "postrm"):
            self.assertIn((packaged.PACKAGING / "debian" / name).read_text(encoding="utf-8"), control)


class Scripts(unittest.TestCase):
    """Run beside stand-ins for what they call, which note it."""

    def run_script(self, name, *arguments, known_user=False):
        with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
            for tool in ("getent", "useradd", "install", "systemctl", "deb-systemd-invoke"):
                code = 0 if tool != "getent" or known_user else 2
                path = pathlib.Path(folder, tool)
                path.write_text(f'#!/bin/sh\necho {tool} "$@" >>{folder}/calls\nexit {code}\n', encoding="utf-8")
                path.chmod(0o755)
            subprocess.run(["/bin/sh", packaged.PACKAGING / "debian" / name, *arguments], check=True, timeout=30,
                           env={"PATH": f"{folder}:/bin:/usr/bin"}, stderr=subprocess.DEVNULL)
            calls = pathlib.Path(folder, "calls")
            return calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []

    def test_a_first_installation_makes_the_user_and_starts_nothing(self):
        calls = self.run_script("postinst", "configure", "")
        self.assertTrue([one for one in calls if one.startswith("useradd --system") and one.endswith(" sluice")])
        self.assertFalse([one for one in calls if re.search(r"systemd-invoke|systemctl .*(start|enable)", one)])
        self.assertEqual(["/var/lib/sluice", "/etc/sluice"], [one.split()[-1] for one in calls if one.startswith("install")])

    def test_a_user_that_is_there_is_left_as_it_is(self):
        self.assertFalse([one for one in self.run_script("postinst", "configure", "0.0.9", known_user=True)
                          if one.startswith("useradd")])

    def test_data_outlive_the_program(self):
        for name in ("postinst", "prerm", "postrm"):
            self.assertNotRegex((packaged.PACKAGING / "debian" / name).read_text(encoding="utf-8"), r"\b(rm|rmdir|userdel)\b ")
        for act in ("remove", "purge", "upgrade"):
            self.assertFalse([one for one in self.run_script("postrm", act) if not one.startswith("systemctl")])

    def test_only_a_removal_stops_it_beforehand(self):
        text = (packaged.PACKAGING / "debian" / "prerm").read_text(encoding="utf-8")
        self.assertIn('"$1" = remove', text)
        self.assertFalse([one for one in self.run_script("prerm", "upgrade", "0.2.0") if "stop" in one])


class Service(Case):
    def unit(self):
        return UNIT.read_text(encoding="utf-8")

    def setting(self, name):
        return re.search(rf"^{name}=(.*)$", self.unit(), re.MULTILINE).group(1)

    def analyze(self, *arguments):
        if shutil.which("systemd-analyze") is None:
            self.skipTest("systemd-analyze is not here")
        path = self.write("sluice.service", self.unit().replace("/usr/bin/sluice", BINARY))
        return subprocess.run(["systemd-analyze", *arguments, path], capture_output=True, text=True, check=False)

    def test_systemd_reads_it_without_a_word(self):
        made = self.analyze("verify")
        self.assertEqual((0, ""), (made.returncode, made.stdout + made.stderr))

    def test_it_may_do_little(self):
        made = self.analyze("security", "--offline=true", f"--threshold={EXPOSURE_MAX}")
        self.assertEqual(0, made.returncode, made.stdout[-300:])

    def test_it_has_time_to_stop_and_is_not_restarted_for_what_no_restart_mends(self):
        self.assertGreater(int(self.setting("TimeoutStopSec")), packaged.stop_seconds())
        self.assertEqual("2", self.setting("RestartPreventExitStatus"))
        self.sluice("serve", "-c", "none.yaml", code=2)
        self.write("sluice.yaml", "contracts: 7\n")
        self.sluice("serve", code=2)

    def test_it_waits_for_a_configuration_and_the_first_one_is_good(self):
        config = self.setting("ConditionPathExists")
        self.assertTrue(self.setting("ExecStart").endswith(f" serve -c {config}"))
        self.write("order.yaml", (packaged.ROOT / "examples" / "contract" / "order.yaml").read_text(encoding="utf-8"))
        self.write("sluice.yaml", (UNIT.parent / "sluice.yaml").read_text(encoding="utf-8"))
        self.assertIn("is good", self.sluice("config", "check").stdout)
        self.assertIn(f'data: {"/var/lib/" + self.setting("StateDirectory")}/', (UNIT.parent / "sluice.yaml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
