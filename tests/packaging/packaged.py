"""What the packages are made of, as their tests read it."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

try:
    import yaml
except ImportError:  # Debian's packages belong to Debian's Python, and another may come first
    if os.path.realpath(sys.executable) == os.path.realpath("/usr/bin/python3"):
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PACKAGING = ROOT / "packaging"
KAFKA_FILES = "/run/sluice/kafka"  # where the overlay's secret is mounted


def version():
    """The project's."""
    return re.search(r"project\(sluice VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)


def stop_seconds():
    """A daemon that is told to stop has ended by then."""
    text = "".join((ROOT / "src" / "daemon" / name).read_text(encoding="utf-8") for name in ("serve.cpp", "stop_deadline.hpp"))
    return sum(int(re.search(rf"{name} = (\d+);", text).group(1)) for name in ("kStopSeconds", "kSecondsAfter"))


def assemble(out):
    """The manifests as `./dev package` puts them together."""
    subprocess.run([sys.executable, PACKAGING / "kubernetes" / "assemble.py", out, "--version", version()], check=True)
    return pathlib.Path(out)


def documents(path):
    return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


def whole_manifests(folder):
    """Every file that is a resource by itself: not what kustomize reads, nor a patch, nor sluice.yaml."""
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        if path.name == "kustomization.yaml" or path.parent.name == "config" or path == folder / "kafka" / "statefulset.yaml":
            continue
        found += [(str(path.relative_to(folder)), one) for one in documents(path)]
    return found


def kustomize():
    """The command that renders a folder, or nothing."""
    for command in (["kustomize", "build"], ["kubectl", "kustomize"]):
        if shutil.which(command[0]) is None:
            continue
        if subprocess.run([*command, "--help"], capture_output=True, check=False).returncode == 0:
            return command
    return None


def rendered(folder):
    """The resources of a kustomization, as they would be applied."""
    made = subprocess.run([*kustomize(), str(folder)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return [one for one in yaml.safe_load_all(made.stdout) if one]


def of_kind(resources, kind, name=None):
    found = [one for one in resources if one["kind"] == kind and name in (None, one["metadata"]["name"])]
    assert len(found) == 1, f"{kind} {name}: {len(found)}"
    return found[0]


def instructions(text):
    """A Dockerfile's stages: (name, [(instruction, arguments)])."""
    lines, whole = [], ""
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        whole += line.rstrip("\\") if line.endswith("\\") else line
        if not line.endswith("\\"):
            lines.append(re.sub(r"\s+", " ", whole).strip())
            whole = ""
    stages = []
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "FROM":
            stages.append((rest.partition(" AS ")[2], [(word, rest)]))
        else:
            stages[-1][1].append((word, rest))
    return stages


def argument(stage, word):
    """Of the one instruction of that name."""
    found = [rest for name, rest in stage if name == word]
    assert len(found) == 1, f"{word}: {found}"
    return found[0]


def exec_form(text):
    return json.loads(text)
