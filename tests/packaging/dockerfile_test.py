#!/usr/bin/env python3
"""The Dockerfile: stages, what the image runs as, and its probe, which is run against a daemon."""

import os
import pathlib
import re
import socket
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from harness import Case, free_port  # noqa: E402
import packaged  # noqa: E402
from packaged import yaml  # noqa: E402

DOCKERFILE = packaged.PACKAGING / "docker" / "Dockerfile"


class Dockerfile(Case):
    def setUp(self):
        super().setUp()
        self.stages = packaged.instructions(DOCKERFILE.read_text(encoding="utf-8"))
        self.run_stage = self.stages[-1][1]

    def runs(self, stage):
        return [rest for word, rest in stage if word == "RUN"]

    def test_it_is_built_from_the_list_of_packages_and_packed_as_everywhere(self):
        self.assertEqual(["build", "package", ""], [name for name, _ in self.stages])
        build = dict(self.stages)["build"]
        self.assertEqual("debian:12 AS build", packaged.argument(build, "FROM"))
        install, package = self.runs(build)
        self.assertRegex(install, r"grep -vE '\^\(#\|\$\)' packages.txt \| .* apt-get install")
        self.assertTrue(package.endswith("./dev package"))
        self.assertTrue(os.access(packaged.ROOT / "dev", os.X_OK))
        self.assertIn(("COPY", "--from=build /src/build/package/sluice_*.deb /"), dict(self.stages)["package"])

    def test_the_image_has_the_package_and_what_that_depends_on(self):
        self.assertEqual("debian:12-slim", packaged.argument(self.run_stage, "FROM"))
        installed = [words for run in self.runs(self.run_stage) for words in re.findall(r"apt-get install ([^&|;]+)", run)]
        self.assertEqual(["-y --no-install-recommends /package/sluice_*.deb"], [words.strip() for words in installed])
        self.assertFalse([rest for word, rest in self.run_stage if word in ("COPY", "ADD")])

    def test_it_is_nobody_with_one_place_to_write(self):
        uid, gid = packaged.argument(self.run_stage, "USER").split(":")
        self.assertNotIn("0", (uid, gid))
        made = self.runs(self.run_stage)[0]  # before the package would make one with any number
        self.assertIn(f"groupadd --gid {gid} sluice ", made)
        self.assertIn(f"useradd --uid {uid} --gid {gid} ", made)
        volume = packaged.argument(self.run_stage, "VOLUME")
        self.assertEqual(volume, packaged.argument(self.run_stage, "WORKDIR"))
        self.assertIn(f"-m 0750 {volume}\n", (packaged.PACKAGING / "debian" / "postinst").read_text(encoding="utf-8"))
        for config in packaged.PACKAGING.rglob("sluice.yaml"):
            self.assertTrue(yaml.safe_load(config.read_text(encoding="utf-8"))["data"].startswith(f"{volume}/"), config)

    def test_it_says_what_it_is(self):
        labels = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]*)"',
                                 next(rest for word, rest in self.run_stage if word == "LABEL")))
        self.assertEqual({"title", "description", "version", "revision", "licenses"}, labels.keys())
        self.assertIn(("ARG", f"VERSION={packaged.version()}"), self.run_stage)
        ports = [yaml.safe_load((packaged.PACKAGING / "kubernetes" / "base" / "config" / "sluice.yaml")
                                .read_text(encoding="utf-8"))[key].rpartition(":")[2] for key in ("listen", "management")]
        self.assertEqual(ports, packaged.argument(self.run_stage, "EXPOSE").split())

    def test_it_serves_and_is_stopped_as_a_daemon(self):
        command = packaged.exec_form(packaged.argument(self.run_stage, "ENTRYPOINT")) \
            + packaged.exec_form(packaged.argument(self.run_stage, "CMD"))
        self.assertEqual(["/usr/bin/sluice", "serve", "-c", "/etc/sluice/sluice.yaml"], command)
        self.assertEqual("SIGTERM", packaged.argument(self.run_stage, "STOPSIGNAL"))
        self.assertIn("-c,--config", self.sluice("serve", "--help").stdout)

    def probe(self, port):
        text = packaged.argument(self.run_stage, "HEALTHCHECK")
        command = packaged.exec_form(text[text.index("CMD ") + 4:])
        return subprocess.run(command, env={"SLUICE_MANAGEMENT_PORT": str(port)}, capture_output=True, timeout=30,
                              check=False).returncode

    def test_the_probe_tells_who_is_alive(self):
        daemon = self.daemon()
        port = daemon.info()["management"].rpartition(":")[2]
        self.assertEqual(0, self.probe(port))
        self.assertEqual(0, daemon.stop())
        self.assertNotEqual(0, self.probe(port), "nobody is there")

    def test_the_probe_believes_no_other_answer(self):
        for answer in (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", b"", b"SSH-2.0-200 \r\n"):
            port = free_port()
            with socket.create_server(("127.0.0.1", port)) as server:
                def serve(server=server, answer=answer):
                    one, _ = server.accept()
                    with one:
                        one.recv(1024)
                        one.sendall(answer)
                thread = threading.Thread(target=serve)
                thread.start()
                self.assertNotEqual(0, self.probe(port), answer)
                thread.join()

    def test_what_is_left_out_of_the_build_is_not_in_the_tree(self):
        ignored = [line for line in (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
                   if not line.startswith("#")]
        tracked = subprocess.run(["git", "-C", packaged.ROOT, "ls-files"], check=True, capture_output=True, text=True).stdout
        for pattern in ignored:
            name = pattern.removeprefix("**/")
            self.assertFalse([path for path in tracked.splitlines() if path.startswith(f"{name}/")], pattern)


if __name__ == "__main__":
    unittest.main()
