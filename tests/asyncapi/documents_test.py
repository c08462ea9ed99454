#!/usr/bin/env python3
"""Every AsyncAPI document of the project, and the draft that `contract infer` makes, against the official JSON Schemas.

They come from the registry package @asyncapi/specs by npm, once per build folder. Where npm is not, or does not reach
its registry, the test says that it skips (exit code 77).

usage: documents_test.py ROOT CACHE      SLUICE names the binary
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import warnings

try:
    import jsonschema
    import yaml
except ImportError:  # Debian's packages belong to Debian's Python, and another may come first
    if os.path.realpath(sys.executable) == os.path.realpath("/usr/bin/python3"):
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
import harness  # noqa: E402

SPECS = "6.11.1"
SKIPPED = 77


def schemas(cache):
    """The folder with the schemas, or nothing where npm cannot bring it."""
    folder = cache / f"asyncapi-specs-{SPECS}"
    if not folder.is_dir():
        if shutil.which("npm") is None:
            return None
        with tempfile.TemporaryDirectory(dir=cache) as making:
            try:
                subprocess.run(["npm", "pack", "--silent", f"@asyncapi/specs@{SPECS}"], cwd=making, check=True,
                               timeout=60, stdout=subprocess.DEVNULL)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                print(error)
                return None
            with tarfile.open(next(pathlib.Path(making).glob("*.tgz"))) as package:
                for name in ("3.0.0", "3.1.0"):
                    package.extract(f"package/schemas/{name}.json", making)
            os.rename(pathlib.Path(making) / "package" / "schemas", folder)
    return folder


class Official:
    """The schemas by version; the definitions of one refer to each other by their ids."""

    def __init__(self, folder):
        self.folder, self.validators = folder, {}

    def errors(self, document):
        version = str(document.get("asyncapi"))
        if version not in self.validators:
            schema = json.loads((self.folder / f"{version}.json").read_text(encoding="utf-8"))
            known = {one["$id"]: one for one in schema["definitions"].values() if "$id" in one}
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # newer versions resolve otherwise; Debian 12 has this one
                resolver = jsonschema.RefResolver(schema.get("$id", ""), schema, store=known)
            self.validators[version] = jsonschema.Draft7Validator(schema, resolver=resolver)
        plain = json.loads(json.dumps(document, default=str))  # YAML has dates, JSON has not
        return [f"/{'/'.join(map(str, one.absolute_path))}: {one.message[:200]}"
                for one in self.validators[version].iter_errors(plain)]


def documents(root):
    for folder, below, names in os.walk(root):
        # Other tests make and remove folders in the build's while this one looks.
        below[:] = sorted(one for one in below if one not in ("build", "target") and not one.startswith("."))
        for path in (pathlib.Path(folder, name) for name in sorted(names) if name.endswith(".yaml")):
            if re.search(r"^asyncapi:", path.read_text(encoding="utf-8"), re.MULTILINE):
                yield path


def drafted():
    """What `contract infer` makes of two topics."""
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        pathlib.Path(folder, "shop.yaml").write_text(harness.CONTRACT, encoding="utf-8")
        pathlib.Path(folder, "sluice.yaml").write_text(harness.CONFIG, encoding="utf-8")

        def sluice(*arguments, stdin=""):
            return subprocess.run([os.environ["SLUICE"], *arguments], input=stdin, cwd=folder, check=True, text=True,
                                  capture_output=True, timeout=60).stdout
        sluice("publish", "-", "-c", "sluice.yaml", stdin=harness.lines([harness.event("a", 1)]))
        return sluice("contract", "infer", "-c", "sluice.yaml", "--topics", "order.placed")


def main():
    root, cache = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder = schemas(cache)
    if folder is None:
        print("skipped: npm brings the official schemas; it is not here (Debian: apt-get install npm), or reached nothing")
        return SKIPPED
    official = Official(folder)
    found = {str(path.relative_to(root)): yaml.safe_load(path.read_text(encoding="utf-8")) for path in documents(root)}
    assert len(found) >= 5, f"the project has more documents than {sorted(found)}"
    found["what `contract infer` drafts"] = yaml.safe_load(drafted())
    failed = False
    for name, document in found.items():
        errors = official.errors(document)
        failed = failed or bool(errors)
        print(f"{name}: asyncapi {document['asyncapi']}, {len(errors)} errors", *errors[:20], sep="\n  ")
    wrong = {**next(iter(found.values())), "chanels": {}}
    assert official.errors(wrong), "the schema takes everything"
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
