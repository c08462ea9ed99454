"""Many sources of one folder as one text, so that clang-tidy walks the headers they share once and not with each.

Nearly all the time of a look at one file goes into what it includes. Sources of one folder include the same; written
one after another they cost little more than one of them. What cannot stand beside the others (the same name in two
unnamed namespaces) goes into the next text; what has findings is looked at alone by the caller, who then reports it.
"""

import collections
import os
import re

LIMIT = 24  # sources in one text
# Any check that is quick: without one clang-tidy says nothing, not even that a text does not compile.
COMPILES = "-*,misc-definitions-in-headers"
FOUND = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+):\d+: error: (?P<what>.*)$", re.MULTILINE)


def groups_of(names, kind_of):
    """Names of one folder and one kind, at most LIMIT together; a name alone is no group."""
    kinds = collections.defaultdict(list)
    for name in names:
        kinds[os.path.dirname(name), kind_of(name)].append(name)
    cut = (some[at:at + LIMIT] for some in kinds.values() for at in range(0, len(some), LIMIT))
    return [some for some in cut if len(some) > 1]


class Text:
    """The sources of `names` under `root` as one file at `path`."""

    def __init__(self, root, path, names):
        self.path, self.names, self.ends, lines = path, names, [], 0
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            for name in names:
                text = (root / name).read_text(encoding="utf-8").rstrip("\n") + "\n"
                lines += text.count("\n")
                self.ends.append(lines)
                out.write(text)

    def source_of(self, line):
        return next(name for name, end in zip(self.names, self.ends) if line <= end)

    def place(self, path, line):
        """Where a line that clang-tidy names is written."""
        if os.path.realpath(path) != os.path.realpath(self.path):
            return f"{path}:{line}"
        at = next(at for at, end in enumerate(self.ends) if line <= end)
        return f"{self.names[at]}:{line - (self.ends[at - 1] if at else 0)}"

    def told(self, said):
        """The errors in what clang-tidy said, a line each, where they are written."""
        return [f"{self.place(one['path'], int(one['line']))}: {one['what']}" for one in FOUND.finditer(said)]

    def found_in(self, said):
        """(sources, other files) with errors in what clang-tidy said."""
        sources, others = set(), set()
        for match in FOUND.finditer(said):
            if os.path.realpath(match["path"]) == os.path.realpath(self.path):
                sources.add(self.source_of(int(match["line"])))
            else:
                others.add(match["path"])
        return sources, others


def clean_together(names, write, ask):
    """Those of `names` in which nothing is found when they are looked at as texts.

    write(names) makes a Text of them; ask(text, checks) is (exit code, what was said); checks None: those of the tree.
    """
    clean, rest = [], list(names)
    while len(rest) > 1:
        now, rest = rest, []
        while len(now) > 1:
            text = write(now)
            code, said = ask(text, COMPILES)
            apart = text.found_in(said)[0]
            if code == 0 or not apart:
                break
            rest += [name for name in now if name in apart]
            now = [name for name in now if name not in apart]
        if len(now) < 2 or code:
            break  # alone, or an error outside of all sources: nothing to be gained here
        code, said = ask(text, None)
        sources, others = text.found_in(said)
        if code == 0:
            clean += now
        elif sources and not others:
            clean += [name for name in now if name not in sources]
    return clean
