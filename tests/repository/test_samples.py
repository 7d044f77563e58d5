"""Each message and each modal that `blocks` can build has a sample, which is checked against Slack's limits."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODALS = {"kit.modal", "inputs.form", "notices.modal"}


def test_every_message_and_modal_has_a_sample() -> None:
    built = {one for file in (ROOT / "blocks").rglob("*.py") for one in _builders(file)}
    files = [*(ROOT / "tests/samples").glob("*.py"), *(ROOT / "tests/blocks").glob("*.py")]
    assert len(built) > 40
    assert built - {one for file in files for one in _used(file)} == set()


def test_what_draws_a_campaign_is_drawn_with_every_campaign() -> None:
    """Check `every_card`, with which other tests draw hostile names, secrets and generated campaigns."""
    file = ROOT / "tests/samples/cards.py"
    tree = ast.parse(file.read_text(encoding="utf-8"))
    (every_card,) = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "every_card"]
    drawing = {one for part in (ROOT / "blocks").rglob("*.py") for one in _builders(part, taking="Reading")}
    assert len(drawing) > 4
    assert drawing - {*_named(tree, every_card)} == set()


def _builders(file: Path, taking: str = "") -> Iterator[str]:
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    if module in ("blocks.kit", "blocks.inputs"):
        return  # they make what the others are made of
    for one in ast.parse(file.read_text(encoding="utf-8")).body:
        if (
            isinstance(one, ast.FunctionDef)
            and not one.name.startswith("_")
            and _is_whole(one)
            and taking in ast.unparse(one.args)
        ):
            yield f"{module}.{one.name}"


def _is_whole(function: ast.FunctionDef) -> bool:
    """Return whether a function builds a whole message or modal, not a part of one."""
    called = {ast.unparse(one.func) for one in ast.walk(function) if isinstance(one, ast.Call)}
    return function.returns is not None and (ast.unparse(function.returns) == "Message" or bool(called & MODALS))


def _used(file: Path) -> Iterator[str]:
    """Yield the whole names of what a file uses from the modules it imports."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    yield from _named(tree, tree)


def _named(tree: ast.Module, inside: ast.AST) -> Iterator[str]:
    names: dict[str, str] = {}
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom):
            names |= {as_.asname or as_.name: f"{one.module}.{as_.name}" for as_ in one.names}
        elif isinstance(one, ast.Import):
            names |= {as_.asname: as_.name for as_ in one.names if as_.asname}
    for one in ast.walk(inside):
        if isinstance(one, ast.Attribute | ast.Name):
            first, _, rest = ast.unparse(one).partition(".")
            yield f"{names.get(first, first)}{'.' if rest else ''}{rest}"
