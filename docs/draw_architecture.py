"""Draw docs/architecture.svg: the rooms of the code, and which of them use which, read from the imports.

    python docs/draw_architecture.py

A room is a package, or the files directly inside `cleaners` or `flows`. It stands above the rooms that it uses. An arrow is
left out where a chain of other arrows says the same. A test compares the file with what this program gives.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from statistics import fmean
from textwrap import wrap

ROOT = Path(__file__).parents[1]
PICTURE = Path(__file__).with_name("architecture.svg")
PACKAGES = ("bodycopy", "flows", "cleaners")
UPPER = {
    "bodycopy": ("bodycopy", "the public API, and the command"),
    "cleaners": ("cleaners: pipeline", "passes, acceptance of findings, settings, the registry of stages"),
    "flows": ("flows: doors", "the flows as Prefect and people enter them"),
}
LOWER = {
    "cleaners": ("cleaners: documents", "what stages see and give: documents, lines, rules, findings"),
    "flows": ("flows: basics", "errors, paths, options, the environment"),
}
"""The files directly inside a package: those that a room of it uses, and those above the rooms."""
USER = {"cleaners": "cleaners.stages.", "flows": "flows.runner."}
"""The room that tells the two apart."""

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 190, 74, 22, 46, 20
"""Pixels: a box, the space between boxes and between rows, the margin."""
PER_ROW = 5
"""Boxes side by side."""
WRAP = 29
"""Characters of a description's line."""
COLORS = {"bodycopy": "#fff3d6", "flows": "#dcebff", "cleaners": "#e2f5e1"}

Graph = dict[str, frozenset[str]]


def modules() -> Mapping[str, Path]:
    """The files of the packages, by the names of their modules."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imports(file: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """The known modules that a file imports, anywhere in it, by a statement or by `import_module(f"…")`."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from names & known.keys()
            if names - known.keys():
                yield node.module
        elif (
            isinstance(node, ast.Call) and ast.unparse(node.func) == "import_module" and isinstance(node.args[0], ast.JoinedStr)
        ):
            prefix = ast.literal_eval(node.args[0].values[0])  # f"cleaners.stages.{name}": any of them
            yield from (name for name in known if name.startswith(prefix))


def reached(needs: Graph, first: Iterable[str]) -> frozenset[str]:
    """The modules that these modules use, directly or not."""
    found: set[str] = set()
    waiting = list(first)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(needs[module])
    return frozenset(found)


def placed(known: Mapping[str, Path], needs: Graph) -> dict[str, str]:
    """The room in which each module stands."""
    below = {package: reached(needs, (name for name in known if name.startswith(prefix))) for package, prefix in USER.items()}
    found = {}
    for module, file in known.items():
        parts = module.split(".")
        if len(parts) > 2 or (len(parts) == 2 and file.name == "__init__.py"):
            found[module] = ".".join(parts[:2])
        else:
            part = LOWER if module in below.get(parts[0], ()) and len(parts) > 1 else UPPER
            found[module] = part[parts[0]][0]
    return found


def floors(needs: Graph) -> Mapping[str, int]:
    """How many modules stand below each, at most: its height in the graph, which has no circles."""

    @cache
    def height(module: str) -> int:
        return 1 + max(map(height, needs[module]), default=-1)

    return {module: height(module) for module in needs}


def rooms() -> tuple[list[list[str]], Graph, dict[str, str]]:
    """Rows of rooms from the top, the arrows between rooms, and what each room is for."""
    known = modules()
    needs = {name: frozenset(imports(file, known)) - {name} for name, file in known.items()}
    room = placed(known, needs)
    members: dict[str, list[str]] = {}
    for module in sorted(known):
        members.setdefault(room[module], []).append(module)
    arrows: Graph = {
        name: frozenset(room[need] for module in inside for need in needs[module]) - {name} for name, inside in members.items()
    }
    own = dict((*UPPER.values(), *LOWER.values()))
    about = {name: own.get(name) or _about(known[inside[0]]) for name, inside in members.items()}
    height = floors(needs)
    rank = {name: fmean(height[module] for module in inside) for name, inside in members.items()}
    rows: list[list[str]] = []
    for package in PACKAGES:
        inside = sorted((name for name in members if name.startswith(package)), key=lambda name: (-rank[name], name))
        rows += [inside[start : start + PER_ROW] for start in range(0, len(inside), PER_ROW)]
    return rows, _reduced(arrows, [name for row in rows for name in row]), about


def _about(file: Path) -> str:
    """The first sentence of a room's docstring."""
    text = (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").partition("\n\n")[0].replace("\n", " ")
    return text.partition(": ")[2] or text


def _reduced(arrows: Graph, order: list[str]) -> Graph:
    """The arrows without those for which a longer way down exists."""
    place = {room: index for index, room in enumerate(order)}

    @cache
    def below(room: str) -> frozenset[str]:
        down = {other for other in arrows[room] if place[other] > place[room]}
        return frozenset(down).union(*map(below, down))

    def is_implied(room: str, other: str) -> bool:
        return any(other in below(between) for between in arrows[room] if place[room] < place[between] < place[other])

    return {room: frozenset(other for other in others if not is_implied(room, other)) for room, others in arrows.items()}


def svg() -> str:
    """The picture."""
    rows, arrows, about = rooms()
    at = {
        room: (MARGIN + column * (WIDTH + GAP_X), MARGIN + row * (HEIGHT + GAP_Y))
        for row, names in enumerate(rows)
        for column, room in enumerate(names)
    }
    width = 2 * MARGIN + PER_ROW * WIDTH + (PER_ROW - 1) * GAP_X
    height = 2 * MARGIN + len(rows) * HEIGHT + (len(rows) - 1) * GAP_Y
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#667"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    lines += [_arrow(at[room], at[other]) for room in sorted(arrows) for other in sorted(arrows[room])]
    lines += [_box(room, *at[room], about[room]) for room in at]
    return "\n".join([*lines, "</svg>", ""])


def _box(room: str, x: int, y: int, about: str) -> str:
    color = COLORS[room.partition(":")[0].partition(".")[0]]
    said = wrap(about, WRAP)
    said = [*said[:2], f"{said[2]} …"] if len(said) > 3 else said
    spans = "".join(f'<tspan x="{x + 8}" dy="14">{escape(line)}</tspan>' for line in said)
    return (
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{color}" stroke="#667"/>'
        f'<text x="{x + 8}" y="{y + 18}"><tspan font-weight="bold">{escape(room)}</tspan>{spans}</text>'
    )


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    """A line from the lower edge of one box to the upper edge of another, or between edges that face each other."""
    (x1, y1), (x2, y2) = start, end
    if y1 == y2:
        side = WIDTH if x1 < x2 else 0
        points = (x1 + side, y1 + HEIGHT // 2, x2 + WIDTH - side, y2 + HEIGHT // 2)
    else:
        points = (x1 + WIDTH // 2, y1 + (HEIGHT if y1 < y2 else 0), x2 + WIDTH // 2, y2 + (0 if y1 < y2 else HEIGHT))
    dashes = "" if y1 <= y2 else ' stroke-dasharray="4 3"'
    return '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="#667" marker-end="url(#tip)"{}/>'.format(*points, dashes)


if __name__ == "__main__":
    PICTURE.write_text(svg(), "utf-8")
