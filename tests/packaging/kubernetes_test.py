#!/usr/bin/env python3
"""The manifests fit one another, the daemon and the docs; linters_test.py holds them to Kubernetes' own schemas."""

import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from harness import Case  # noqa: E402
import packaged  # noqa: E402
from packaged import yaml  # noqa: E402

NAME = {"app.kubernetes.io/name": "sluice"}
OVERLAYS = ("base", "kafka")


class Manifests(Case):
    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.TemporaryDirectory(prefix="sluice-test-")
        cls.folder = packaged.assemble(cls.made.name)
        cls.base = [one for _, one in packaged.whole_manifests(cls.folder)]
        cls.patch = packaged.documents(cls.folder / "kafka" / "statefulset.yaml")[0]
        cls.pod = packaged.of_kind(cls.base, "StatefulSet")["spec"]["template"]["spec"]
        cls.container = cls.pod["containers"][0]

    @classmethod
    def tearDownClass(cls):
        cls.made.cleanup()

    def text_of(self, part):
        return (self.folder / part / "config" / "sluice.yaml").read_text(encoding="utf-8")

    def place(self, part):
        """The configuration of a part as a pod has it, in this test's folder."""
        for name in ("password", "ca.crt"):
            self.write(name, "secret\n")
        self.write("order.yaml", (self.folder / "base" / "config" / "order.yaml").read_text(encoding="utf-8"))
        return self.write("sluice.yaml", self.text_of(part).replace(packaged.KAFKA_FILES, str(self.dir)))

    def mounts_of(self, part):
        mounts = list(self.container["volumeMounts"])
        if part == "kafka":
            mounts += self.patch["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
        return [one["mountPath"] for one in mounts]

    def test_configurations_and_the_contract_are_read(self):
        for part in OVERLAYS:
            self.place(part)
            self.assertIn("sluice.yaml is good: 1 contract, 1 subscription", self.sluice("config", "check").stdout)
        self.sluice("contract", "check", "order.yaml", "order.yaml")

    def test_what_a_configuration_names_is_mounted(self):
        for part in OVERLAYS:
            paths = re.findall(r" (/[\w./-]+)", re.sub(r"#.*", "", self.text_of(part)))
            self.assertTrue(paths)
            for path in paths:
                self.assertTrue(any(path.startswith(mount + "/") for mount in self.mounts_of(part)), f"{part}: {path}")

    def test_ports_are_the_same_everywhere(self):
        ports = {one["name"]: one["containerPort"] for one in self.container["ports"]}
        for part in OVERLAYS:
            config = yaml.safe_load(self.text_of(part))
            self.assertEqual({"api": config["listen"], "management": config["management"]},
                             {name: f"0.0.0.0:{port}" for name, port in ports.items()})
        for service in (one for one in self.base if one["kind"] == "Service"):
            for port in service["spec"]["ports"]:
                self.assertEqual((port["port"], port["targetPort"]), (ports[port["name"]], port["name"]))
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            self.assertEqual("management", self.container[probe]["httpGet"]["port"])

    def test_probes_are_answered_without_a_token_and_nothing_else_is(self):
        config = self.place("base").read_text(encoding="utf-8")
        self.write("sluice.yaml", re.sub(r"0\.0\.0\.0:\d+", "127.0.0.1:0", config).replace("/var/lib/sluice/data", "data"))
        daemon = self.daemon()
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            self.assertEqual(200, daemon.management(self.container[probe]["httpGet"]["path"])[0], probe)
        monitor = packaged.of_kind(self.base, "ServiceMonitor")["spec"]["endpoints"][0]
        self.assertEqual(401, daemon.management(monitor["path"])[0])
        for token in ("", "sluice_" + "0" * 43):
            self.assertEqual(401, daemon.request("GET", "/v1/status", headers={"Authorization": f"Bearer {token}"})[0])
        self.assertEqual(0, daemon.stop())

    def test_a_pod_has_time_to_stop(self):
        pause = self.container["lifecycle"]["preStop"]["exec"]["command"]
        self.assertEqual("sleep", pause[0])
        self.assertGreater(self.pod["terminationGracePeriodSeconds"], int(pause[1]) + packaged.stop_seconds())

    def test_alerts_are_those_of_the_rules_file(self):
        sys.path.insert(0, str(packaged.PACKAGING / "monitoring"))
        import generate  # pylint: disable=import-outside-toplevel
        rule = packaged.of_kind(self.base, "PrometheusRule")
        self.assertEqual(generate.rules(generate.DOCS), rule["spec"])
        self.assertGreater(len(rule["spec"]["groups"]), 3)

    def test_selectors_find_the_pods(self):
        statefulset = packaged.of_kind(self.base, "StatefulSet")["spec"]
        self.assertEqual(NAME, statefulset["template"]["metadata"]["labels"])
        self.assertEqual(NAME, statefulset["selector"]["matchLabels"])
        self.assertEqual(NAME, packaged.of_kind(self.base, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"])
        for spread in self.pod["topologySpreadConstraints"]:
            self.assertEqual(NAME, spread["labelSelector"]["matchLabels"])
        services = {one["metadata"]["name"]: one for one in self.base if one["kind"] == "Service"}
        for service in services.values():
            self.assertEqual(NAME, service["spec"]["selector"])
        headless = services[statefulset["serviceName"]]
        self.assertEqual("None", headless["spec"]["clusterIP"])
        wanted = packaged.of_kind(self.base, "ServiceMonitor")["spec"]["selector"]["matchLabels"].items()
        self.assertEqual([headless], [one for one in services.values() if wanted <= one["metadata"]["labels"].items()],
                         "each pod is scraped once")

    def test_a_pod_keeps_its_name_and_with_it_its_place_in_the_group(self):
        for spec in (self.pod, self.patch["spec"]["template"]["spec"]):  # the host's name and `data` name the member
            self.assertFalse({"hostNetwork", "hostname", "setHostnameAsFQDN"} & spec.keys())
        self.assertEqual(1, packaged.of_kind(self.base, "StatefulSet")["spec"]["replicas"], "the embedded log is one process")
        self.assertGreater(self.patch["spec"]["replicas"], 1)

    def test_a_pod_may_do_nothing_that_it_needs_not(self):
        self.assertTrue(self.pod["securityContext"]["runAsNonRoot"])
        self.assertEqual({"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                          "capabilities": {"drop": ["ALL"]}}, self.container["securityContext"])
        self.assertFalse(self.pod["automountServiceAccountToken"])
        stage = packaged.instructions((packaged.PACKAGING / "docker" / "Dockerfile").read_text(encoding="utf-8"))[-1][1]
        user = f'{self.pod["securityContext"]["runAsUser"]}:{self.pod["securityContext"]["runAsGroup"]}'
        self.assertEqual(packaged.argument(stage, "USER"), user)
        self.assertIn(packaged.argument(stage, "VOLUME"), self.mounts_of("base"))

    def test_secrets_are_named_in_the_guide(self):
        guide = (packaged.ROOT / "docs" / "guide" / "packages.md").read_text(encoding="utf-8")
        text = "".join(path.read_text(encoding="utf-8") for path in self.folder.rglob("*.yaml"))
        named = set(re.findall(r"\{name: ([\w-]+), key: [\w.-]+", text)) | set(re.findall(r"secretName: ([\w-]+)", text))
        self.assertEqual({"sluice-tokens", "sluice-kafka"}, named)
        for secret in named:
            self.assertIn(f"create secret generic {secret}", guide)

    def test_nothing_is_left_of_a_version_before(self):
        with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
            out = packaged.assemble(folder)
            (out / "base" / "old.yaml").write_text("kind: Old\n", encoding="utf-8")
            packaged.assemble(folder)
            self.assertFalse((out / "base" / "old.yaml").exists())
            self.assertNotIn("@VERSION@", "".join(path.read_text(encoding="utf-8") for path in out.rglob("*.yaml")))

    def test_rendered_the_overlay_is_the_base_on_kafka(self):
        if packaged.kustomize() is None:
            self.skipTest("neither kustomize nor kubectl is here")
        base, kafka = (packaged.rendered(self.folder / part) for part in OVERLAYS)
        for resources, image in ((base, "sluice"), (kafka, "registry.example/sluice")):
            statefulset = packaged.of_kind(resources, "StatefulSet")
            container = statefulset["spec"]["template"]["spec"]["containers"][0]
            self.assertEqual(f"{image}:{packaged.version()}", container["image"])
            config = packaged.of_kind(resources, "ConfigMap")
            self.assertRegex(config["metadata"]["name"], r"^sluice-config-\w{10}$")
            volumes = {one["name"]: one for one in statefulset["spec"]["template"]["spec"]["volumes"]}
            self.assertEqual(config["metadata"]["name"], volumes["config"]["configMap"]["name"])
            self.assertEqual({"sluice.yaml", "order.yaml"}, set(config["data"]))
        config = packaged.of_kind(kafka, "ConfigMap")["data"]
        self.assertEqual(self.text_of("kafka"), config["sluice.yaml"])
        self.assertEqual(packaged.of_kind(base, "ConfigMap")["data"]["order.yaml"], config["order.yaml"])
        spec = packaged.of_kind(kafka, "StatefulSet")["spec"]
        self.assertEqual(3, spec["replicas"])
        mounts = {one["mountPath"] for one in spec["template"]["spec"]["containers"][0]["volumeMounts"]}
        self.assertEqual({"/etc/sluice", "/var/lib/sluice", packaged.KAFKA_FILES}, mounts)
        self.assertEqual({"sluice"}, {one["metadata"]["namespace"] for one in kafka})


if __name__ == "__main__":
    unittest.main()
