"""Write docs/messages.md, every sentence the bot can say: `python -m tests.messages_page`."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.samples.cases import CASES
from tests.samples.everything import everything
from tests.samples.read_aloud import lines

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs/messages.md"
COMMAND: Final = "make messages"
_FEW: Final = 6  # lines of a message that is shown whole, though parts of it stand above
_ALIKE: Final = 3  # lines of a message that differ in numbers alone
_START: Final = f"""\
# Every sentence this app can say

Made by `{COMMAND}` from the samples in `tests/samples/`; do not edit it by hand. Each case stands in bold, with what
people then read. Buttons are in [brackets]. Of a long message, lines that stand above under the same heading are not
repeated. What only a screen reader and a notification say is marked (read aloud).
"""
# Sentences that no sample shows whole, taken from the code: beside a field of a form, and about calling.
_FROM_CODE: Final[dict[str, tuple[str, ...]]] = {
    "Beside a field of a form": (
        "bot/slack/campaigns/find_shortcut.py",
        "bot/slack/campaigns/quiet.py",
        "bot/slack/digests/form.py",
        "bot/slack/digests/form_values.py",
        "bot/slack/digests/form_times.py",
        "bot/slack/digests/save.py",
        "blocks/digests/time_zones.py",
        "bot/slack/workspace/connect.py",
        "bot/slack/workspace/settings.py",
        "bot/digests/timetable.py",
    ),
    "Said by campaign-bot check of whether a campaign is calling": ("bot/campaigns/calling.py",),
    "After a workflow, and in a thread": ("bot/slack/campaigns/workflow_step.py", "bot/delivery/thread_details.py"),
}


def page() -> str:
    """Return the whole page. Raise KeyError for a sample without a case, or a case without a sample."""
    samples = everything()
    cases = [name for names in CASES.values() for name in names]
    if odd := samples.keys() ^ set(cases):
        raise KeyError(f"tests/samples/cases.py and the samples differ: {', '.join(sorted(odd))}")
    parts = [_START]
    for surface, names in CASES.items():
        parts.append(f"## {surface}\n")
        said: set[str] = set()
        parts += [_case(case, list(lines(samples[name])), said) for name, case in names.items()]
    for title, files in _FROM_CODE.items():
        parts.append(f"## {title}\n")
        parts.append("".join(f"- {one}\n" for one in dict.fromkeys(_sentences(files))))
    return "\n".join(parts)


def constants(file: Path) -> Iterator[tuple[int, str]]:
    """Yield every string in a file that may be a sentence for people, with its line: no docstring, no name, no key."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    defined = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(one.body[0].value)
        for one in ast.walk(tree)
        if isinstance(one, defined) and isinstance(one.body[0], ast.Expr)
    }
    hints = {id(part) for one in ast.walk(tree) for hint in _hints(one) for part in ast.walk(hint)}
    for one in ast.walk(tree):
        if (
            isinstance(one, ast.Constant)
            and isinstance(one.value, str)
            and id(one) not in docs | hints
            and is_sentence(one.value)
        ):
            yield one.lineno, one.value


def is_sentence(text: str) -> bool:
    """Return whether a string is, or is a part of, a sentence: words with a space, and a capital or a period."""
    return (
        bool(re.search(r"[a-z]{2,}", text))
        and " " in text.strip()
        and bool(re.search(r"[A-Z.?!]", text))
        and " | " not in text
    )


def _hints(node: ast.AST) -> Iterator[ast.AST]:
    """Yield annotations, which are strings where a name is not known yet."""
    for name in ("annotation", "returns"):
        if isinstance(hint := getattr(node, name, None), ast.AST):
            yield hint


def _case(case: str, shown: list[str], said: set[str]) -> str:
    lines = [line for line in _few_of_a_kind(shown) if line.strip() and (line not in said or len(shown) <= _FEW)]
    said.update(lines)
    told = "".join(f"> {_escaped(line)}  \n" for line in lines) or "> (a part of what stands above)\n"
    return f"**{case}**\n\n{told}"


def _few_of_a_kind(shown: list[str]) -> Iterator[str]:
    """Yield lines, but of those that differ in numbers alone only the first three, and … for the rest."""
    kinds: Counter[str] = Counter()
    for line in shown:
        kind = re.sub(r"[\d,.±+−-]+", "0", line)
        kinds[kind] += 1
        if kinds[kind] <= _ALIKE:
            yield line
        elif kinds[kind] == _ALIKE + 1:
            yield "…"


def _escaped(line: str) -> str:
    return line.replace("<", "&lt;").replace("*", "\\*")


def _sentences(files: tuple[str, ...]) -> Iterator[str]:
    for name in files:
        path = ROOT / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            yield from (_escaped(text) for text in _whole_texts(file))


def _whole_texts(file: Path) -> Iterator[str]:
    """Yield sentences as the code writes them, with … for what is filled in."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plain = {text for _, text in constants(file)}
    inside: set[int] = set()
    for one in ast.walk(tree):
        if isinstance(one, ast.JoinedStr):
            inside |= {id(part) for part in one.values}
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in one.values)
            if is_sentence(text) and any(isinstance(part, ast.Constant) and part.value in plain for part in one.values):
                yield text.strip()
        elif isinstance(one, ast.Constant) and one.value in plain and id(one) not in inside:
            yield one.value.strip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
