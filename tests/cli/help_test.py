#!/usr/bin/env python3
"""Help, version and wrong arguments: what is there, what was meant, and the same in docs/guide/cli.md."""

import pathlib
import re
import unittest

from harness import Case

GUIDE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "guide" / "cli.md"

TARGET = ["--config", "--state"]
LOOK = ["--json", *TARGET]
ACT = ["--reason", "--by", "--id", "--yes", "--preview", "--json", *TARGET]
EVENT = ["--event", "--source"]
SUBSCRIPTION = ["--subscription"]
VERBS = {
    "redrive": [*SUBSCRIPTION, "--cause", "--type", "--rate"],
    "skip": [*SUBSCRIPTION, "--missing", "--cause"],
    "edit": [*SUBSCRIPTION, "--copy"],
    "try": SUBSCRIPTION,
    "pause": SUBSCRIPTION,
    "resume": SUBSCRIPTION,
    "release": EVENT,
    "drop": EVENT,
    "settle": [*EVENT, "--winner", "--cause"],
    "take-back": ["--offset", "--cause"],
    "adopt": ["--cause"],
    "unflood": ["--cause"],
    "repair": [*EVENT, "--offset", "--copy"],
}
OPTIONS = {
    "serve": ["--config"],
    "config check": ["--config"],
    "contract check": ["--mode", "--config", "--json"],
    "contract diff": [],
    "contract lint": ["--config"],
    "contract guide": ["--out", "--config"],
    "contract usage": ["--config", "--json"],
    "contract infer": ["--config", "--kafka", "--state", "--topics", "--sample", "--since", "--domain", "--out", "--patience"],
    "publish": LOOK,
    "read": ["--subject", "--from", "--limit", "--follow", *LOOK],
    "status": [*LOOK, "--check"],
    "stuck": [*LOOK, "--domain", "--subscription", "--cause", "--type", "--subject", "--older"],
    "show": ["--domain", "--subscription", "--limit", *TARGET],
    "why": LOOK,
    "trace": [*LOOK, "--limit"],
    "snapshot": ["--at", "--domain", "--projection", *LOOK],
    **{verb: ["--domain", *takes, *ACT] for verb, takes in VERBS.items()},
    "rebuild": ["--into", "--from", "--effective", "--rate", "--compare", "--switch", "--cancel", "--domain", "--reason", "--by",
                "--no-wait", "--yes", "--json", *TARGET],
    "saga list": ["--json", *TARGET, "--ended"],
    "saga show": ["--json", *TARGET],
    **{f"saga {verb}": ["--json", *TARGET, "--reason"] for verb in ("retry", "cancel", "compensate")},
    "subscription list": LOOK,
    "subscription show": LOOK,
    **{f"subscription {verb}": [*LOOK, "--reason", "--by", "--yes", "--preview"] for verb in ("create", "update")},
    "subscription delete": [*LOOK, "--reason", "--by", "--yes", "--preview", "--force"],
    "twophase list": ["--json"],
    "twophase resolve": ["--json", "--settle"],
    "domain grow": ["--homes", "--reason", "--by", "--yes", "--preview", "--json", *TARGET],
    "export": ["--subscription", "--domain", "--cause", "--type", *TARGET],
    "import": ["--source", "--type", *TARGET],
    "import history": ["--domain", *TARGET],
    "topics": LOOK,
    "verify": LOOK,
    "observe": ["--config", "--kafka", "--state", "--domain", "--since", "--lag", "--group", "--worst", "--events",
                "--patience", "--json"],
    "doctor": ["--config", "--kafka", "--acl", "--outage", "--patience", "--watch", "--json"],
    "outbox migrate": ["--database", "--print"],
    "outbox source": ["--database"],
    "outbox relay": ["--database", "--to", "--relays", "--metrics", "--lease"],
    "outbox status": ["--database", "--json"],
    "outbox list": ["--database", "--domain", "--subject", "--limit", "--json"],
    "outbox retry": ["--database", "--domain", "--subject", "--all"],
    "outbox void": ["--database", "--domain", "--subject", "--reason"],
    "plan": ["--rate", "--peak", "--hottest", "--size", "--handler", "--subscriptions", "--lag", "--outage", "--recovery",
             "--detour", "--retention", "--copies", "--json"],
    "salvage": [*TARGET, "--yes", "--json"],
    "torture": ["--seed", "--events", "--events-per-seed", "--threads", "--minutes", "--out", "--json"],
    "token": ["--json"],
    "version": ["--json"],
    "commerce run": ["--data", "--orders", "--seed", "--chaos", "--unordered", "--compare", "--state", "--log",
                     "--exit", "--json"],
    "commerce check": ["--state", "--data", "--json"],
    "commerce generate": ["--orders", "--seed", "--out"],
}
GROUPS = {"": ["serve", "config", "contract", "publish", "read", "status", "stuck", "why", "trace", "snapshot", "show", *VERBS, "rebuild", "saga", "subscription", "twophase", "domain", "export", "import", "topics",
                "verify", "observe", "doctor", "outbox", "plan", "salvage", "torture", "token", "version",
                "commerce"],
          "config": ["check"], "saga": ["list", "show", "retry", "cancel", "compensate"], "contract": ["check", "diff", "lint", "guide", "usage", "infer"], "commerce": ["run", "check", "generate"],
          "subscription": ["list", "show", "create", "update", "delete"],
          "twophase": ["list", "resolve"],
          "domain": ["grow"],
          "outbox": ["migrate", "source", "relay", "status", "list", "retry", "void"]}


def listed(text, title):
    """The first words of a section of a help page."""
    section = re.search(rf"^{title}:\n((?:  .*\n)*)", text, re.MULTILINE)
    return re.findall(r"^  (\S+)", section.group(1), re.MULTILINE) if section else []


class Help(Case):
    def help(self, command):
        ran = self.sluice(*command.split(), "--help")
        self.assertEqual("", ran.stderr)
        self.assertIn(f"Usage: sluice {command}".rstrip(), ran.stdout)
        return ran.stdout

    def wrong(self, *arguments):
        """The one line that says what is wrong; behind it stands where help is."""
        what, where = self.refused(*arguments).splitlines()
        command = [word for word in arguments if re.fullmatch("[a-z]+", str(word))]
        known = [name for name in OPTIONS if name.split() == command[:len(name.split())]]
        self.assertEqual(f"sluice: see sluice {known[0]} --help" if known else where, where)
        self.assertRegex(where, r"^sluice: see sluice ([a-z]+ ){0,2}--help$")
        return what

    def test_each_group_lists_its_commands(self):
        for group, commands in GROUPS.items():
            self.assertEqual(commands, listed(self.help(group), "Subcommands"), group)

    def test_each_command_lists_its_options_and_each_has_a_word(self):
        for command, options in OPTIONS.items():
            page = self.help(command)
            found = [re.sub("^-.,", "", one) for one in listed(page, "Options") if one.startswith("-")]
            self.assertEqual(["--help", *options], found, command)
            self.assertNotRegex(page, r"\b(TEXT|UINT|INT)\b", command)

    def test_no_command_prints_the_help_of_its_group_and_is_wrong(self):
        for group in GROUPS:
            error = self.refused(*group.split())
            self.assertEqual(self.help(group), error)

    def test_help_all_has_every_command_with_its_options(self):
        page = self.sluice("--help-all").stdout
        for command in GROUPS[""]:
            section = page[page.index(f"\n{command}\n"):]
            for option in OPTIONS.get(command, GROUPS.get(command, [])):
                self.assertIn(option, section[:section.index("\n\n")], command)

    def test_the_guide_and_the_binary_have_the_same_commands_and_options(self):
        guide = GUIDE.read_text(encoding="utf-8")
        written = {command: set() for command in OPTIONS}
        for usage in re.findall(r"^    sluice (.+)$", guide, re.MULTILINE):
            usage = re.split(r"\s{2,}", usage)[0]
            command = max((name for name in OPTIONS if f"{usage} ".startswith(f"{name} ")), key=len, default=None)
            self.assertIsNotNone(command, f"docs/guide/cli.md has 'sluice {usage}'")
            usage = usage.replace("-S NAME", "--subscription NAME")
            written[command] |= set(re.findall(r"--[a-z-]+", usage)) | {"-c"} & set(usage.split())
        for command, options in OPTIONS.items():
            self.assertIn(f"    sluice {command}", guide)
            told = set(options) - set(TARGET) if command.split()[0] != "commerce" else set(options)
            if command in VERBS:  # what all of them take stands there once
                told -= {"--domain", *ACT}
            self.assertEqual(told, written[command] - {"-c"}, command)
        for option in {"--domain", *ACT} - set(TARGET):
            self.assertRegex(guide, rf"All take .*`\[?{option}\b")

    def test_version(self):
        line = r"^sluice \d+\.\d+\.\d+ \(RocksDB \d+\.\d+\.\d+, SQLite \d+\.\d+\.\d+\)\n$"
        self.assertRegex(self.sluice("version").stdout, line)
        self.assertEqual(self.sluice("version").stdout, self.sluice("--version").stdout)

    def test_a_misspelled_command_names_the_nearest(self):
        every = ", ".join(GROUPS[""])
        self.assertEqual(f"sluice: no command 'sreve'; did you mean 'serve'?; there are: {every}", self.wrong("sreve"))
        self.assertEqual(f"sluice: no command 'zzz'; there are: {every}", self.wrong("zzz"))
        self.assertEqual("sluice: no command 'chek'; did you mean 'check'?; there are: check",
                         self.wrong("config", "chek"))
        self.assertEqual("sluice: no command 'rn'; did you mean 'run'?; there are: run, check, generate",
                         self.wrong("commerce", "rn"))

    def test_a_misspelled_option_names_the_nearest(self):
        there = "--help, -h, --subject, --from, --limit, --follow, --json, --config, -c, --state"
        for written in (["--sbject", "a"], ["--sbject=a"]):
            self.assertEqual(f"sluice: no option --sbject; did you mean '--subject'?; there are: {there}",
                             self.wrong("read", "x", *written))
        self.assertIn("did you mean '--json'?", self.wrong("status", "--jsn"))
        self.assertIn("did you mean '--chaos'?", self.wrong("commerce", "run", "--choas", "1"))

    def test_what_is_missing_or_too_much_is_named(self):
        self.assertEqual("sluice: TOPIC is required", self.wrong("read"))
        self.assertEqual("sluice: SUBJECT is required", self.wrong("why"))
        self.assertEqual("sluice: FILE is required", self.wrong("publish"))
        self.assertEqual("sluice: --state is required", self.wrong("commerce", "check"))
        self.assertEqual("sluice: 'b' is one argument too many", self.wrong("read", "A", "b"))
        self.assertEqual("sluice: --config excludes --state",
                         self.wrong("status", "-c", "sluice.yaml", "--state", "data"))

    def test_a_number_is_whole_and_within_its_range(self):
        largest = 2 ** 63 - 1
        for arguments, said in (
                (["read", "x", "--from", "-1"], f"--from: '-1' is not a whole number from 0 to {largest}"),
                (["read", "x", "--from", f"{largest + 1}"],
                 f"--from: '{largest + 1}' is not a whole number from 0 to {largest}"),
                (["read", "x", "--limit", "0"], "--limit: '0' is not a whole number from 1 on"),
                (["read", "x", "--limit", "-1"], "--limit: '-1' is not a whole number from 1 on"),
                (["read", "x", "--limit", "1e3"], "--limit: '1e3' is not a whole number from 1 on"),
                (["read", "x", "--limit", str(2 ** 64)], f"--limit: '{2 ** 64}' is not a whole number from 1 on"),
                (["commerce", "run", "--orders", "0"], "--orders: '0' is not a whole number from 1 to 10000000"),
                (["commerce", "run", "--seed", "-1"], "--seed: '-1' is not a whole number from 0 on"),
                (["commerce", "run", "--chaos", "x"], "--chaos: 'x' is not a whole number from 0 on"),
                (["commerce", "generate", "--orders", "10000001", "--out", "x"],
                 "--orders: '10000001' is not a whole number from 1 to 10000000")):
            self.assertEqual(f"sluice: {said}", self.wrong(*arguments))
        self.assertFalse((self.dir / "x").exists())


if __name__ == "__main__":
    unittest.main()
