"""What a built page holds, read by another hand than the one that wrote it: words, panels, tables, links, data."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "input", "br", "circle", "rect", "line", "path", "img"}


@dataclass
class Node:
    """One element: its attributes, its children and its own text, in order."""

    tag: str
    attributes: dict[str, str]
    content: list = field(default_factory=list)

    def all(self, tag: str, of_class: str = "") -> list["Node"]:
        found = []
        for child in self.content:
            if isinstance(child, Node):
                if child.tag == tag and (not of_class or of_class in child.attributes.get("class", "").split()):
                    found.append(child)
                found += child.all(tag, of_class)
        return found

    def first(self, tag: str, of_class: str = "") -> "Node | None":
        return next(iter(self.all(tag, of_class)), None)

    @property
    def text(self) -> str:
        parts = [child.text if isinstance(child, Node) else child for child in self.content]
        return " ".join("".join(parts).split())


class Page(HTMLParser):
    """A page as a tree, with the parts that tests ask for."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.root = Node("page", {})
        self.tags: list[str] = []
        self.lines: list[str] = []
        self._open = [self.root]
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].content.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self._open[-1].content.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open[-1].tag == tag, f"{tag} closes {self._open[-1].tag}"
            self._open.pop()

    def handle_data(self, data):
        self._open[-1].content.append(data)
        if data.strip() and not {"script", "style", "svg"} & {node.tag for node in self._open}:
            self.lines.append(" ".join(data.split()))

    @property
    def data(self) -> dict[str, dict]:
        """Each JSON element by its id."""
        return {
            node.attributes["id"]: json.loads("".join(node.content))
            for node in self.root.all("script")
            if node.attributes.get("type") == "application/json"
        }

    @property
    def figures(self) -> dict[str, dict]:
        """Each Plotly figure by the id of its chart."""
        return {name.removesuffix("-figure"): spec for name, spec in self.data.items() if name.endswith("-figure")}

    @property
    def panels(self) -> list[Node]:
        return self.root.all("figure", "panel")

    @property
    def links(self) -> list[str]:
        return [
            node.attributes[name]
            for tag, name in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src"))
            for node in self.root.all(tag)
            if name in node.attributes
        ]


def rows(table: Node) -> list[list[str]]:
    """The cells of a table's body, row by row."""
    return [[cell.text for cell in row.content if isinstance(cell, Node)] for row in table.first("tbody").all("tr")]
