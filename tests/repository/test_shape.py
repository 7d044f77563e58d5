"""The code keeps the shape that docs/architecture.md draws, measured from its own imports and syntax."""

from tests.repository import shape

MODULES = shape.sources()


def test_there_are_no_more_loose_modules_than_are_drawn() -> None:
    loose = {file.stem for file in (shape.ROOT / "bot").glob("*.py")}
    foundations = {"cached", "circuit_breaker", "clock", "config", "errors", "logs", "records", "stopping"}
    assert loose == {"__init__", "__main__", "app", "leaving", "parts", "manifest", "metrics", *foundations}


def test_the_rooms_of_slack_stand_on_few_floors() -> None:
    arrows = shape.arrows()
    assert 1 <= shape.floors(arrows) <= 7
    assert len(arrows) <= 37
    assert len({shape.room(name) for name in MODULES if name.startswith("bot.slack.")}) <= 12


def test_contracts_name_little_so_that_a_new_file_is_entered_nowhere() -> None:
    lists = [(key, names) for one in shape.contracts() for key, names in one.items()]
    assert max(len(names) for key, names in lists if key != "layers") <= 9
    assert sum(len(names) for key, names in lists if key != "layers") + len(shape.layers()) <= 59


def test_a_circle_would_be_seen() -> None:
    edges = {("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")}
    assert shape.floors(edges) == 0
    assert shape.floors({("a", "b"), ("b", "c")}) == 3


def test_listeners_take_the_ack_and_one_interaction() -> None:
    many = [one.name for tree in MODULES.values() for one in shape.listeners(tree) if len(one.args.args) > 4]
    assert many == []
    assert sum(1 for tree in MODULES.values() for _ in shape.listeners(tree)) > 30


def test_files_and_functions_are_short() -> None:
    assert [name for name in MODULES if shape.length(name) > 250] == []
    functions = [(name, one) for name, tree in MODULES.items() for one in shape.functions(tree)]
    assert [f"{name}.{one.name}" for name, one in functions if shape.lines(one) > 40] == []
    short = sum(shape.lines(one) < 15 for _, one in functions)
    assert short / len(functions) > 0.85
