"""A plan file from bytes to values, each with the line it stands on. Nothing in the file is ever executed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml
from flask_babel import gettext as _

from eventsvc.errors import Invalid
from eventsvc.text import nfc

LARGEST = 1024 * 1024
DEEPEST = 20
MOST_PROBLEMS = 50

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Problem:
    """What is wrong, in which field, on which line of the file."""

    line: int | None
    path: str
    message: str

    def __str__(self) -> str:
        if self.line is None:
            return f"{self.path}: {self.message}" if self.path else self.message
        if not self.path:
            return _("Line %(line)s: %(message)s", line=self.line, message=self.message)
        return _(
            "Line %(line)s, %(field)s: %(message)s", line=self.line, field=self.path, message=self.message
        )


class PlanRefused(Invalid):
    """The plan file cannot be taken; `problems` say what is wrong where."""

    code = "plan_refused"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems[:MOST_PROBLEMS]
        super().__init__("\n".join(str(problem) for problem in self.problems), field="file")


def refusal(message: str, *, line: int | None = None, path: str = "") -> PlanRefused:
    return PlanRefused([Problem(line, path, message)])


@dataclass(frozen=True)
class Node:
    """A value of the file: a mapping or list of nodes, or a plain value; with its line."""

    value: Any
    line: int


def parse(content: bytes) -> Node:
    """The file as nodes; PlanRefused in words when it is not a plan file that a person wrote."""
    text = _decoded(content)
    try:
        _check_shape(text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else None
        raise refusal(_("A character that cannot stand in a plan file."), line=line) from None
    except yaml.YAMLError:
        raise refusal(_("The file is not YAML.")) from None
    if root is None:
        raise refusal(_("The file is empty."))
    if not isinstance(root, yaml.MappingNode):
        raise refusal(
            _("A plan file holds named sections, for example “document:” and “event:”."), line=_line(root)
        )
    return _Reader().read(root)


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST:
        raise refusal(_("The file is larger than %(limit)s MB.", limit=LARGEST // 1024 // 1024))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal(_("The file is in UTF-16. Save it as UTF-8."))
    if b"\0" in content or content.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise refusal(_("This is not a text file. A plan file is YAML in UTF-8."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refusal(_("The file is not in UTF-8. Save it as UTF-8."), line=line) from None


def _check_shape(text: str) -> None:
    """Before anything is built: no aliases (they unfold to any size), no second document, no deep nesting."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refusal(_("References (& and *) are not used in plan files."), line=line)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise refusal(_("The file holds more than one plan."), line=line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise refusal(_("The file is nested too deeply."), line=line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _syntax(error: yaml.MarkedYAMLError) -> PlanRefused:
    mark = error.problem_mark or error.context_mark
    return refusal(
        _("The YAML cannot be read here: check colons, quotes and indentation."),
        line=mark.line + 1 if mark else None,
    )


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


class _Reader:
    """YAML nodes to ours. Every problem is collected, so that a person corrects a file once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.scalars = yaml.constructor.SafeConstructor()

    def read(self, root: yaml.Node) -> Node:
        node = self._node(root, "")
        if self.problems:
            raise PlanRefused(self.problems)
        return node

    def _node(self, node: yaml.Node, path: str) -> Node:
        if isinstance(node, yaml.MappingNode):
            return Node(self._mapping(node, path), _line(node))
        if isinstance(node, yaml.SequenceNode):
            items = [self._node(child, f"{path}[{place}]") for place, child in enumerate(node.value, 1)]
            return Node(items, _line(node))
        return Node(self._scalar(node, path), _line(node))

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or not key_node.value:
                self.problems.append(Problem(_line(key_node), path, _("A field needs a name.")))
                continue
            key = nfc(key_node.value)[:80]
            here = f"{path}.{key}" if path else key
            if key in found:
                self.problems.append(Problem(_line(key_node), here, _("This field stands here twice.")))
            found[key] = Node(self._node(value_node, here).value, _line(key_node))
        return found

    def _scalar(self, node: yaml.Node, path: str) -> Any:
        if not node.tag.startswith("tag:yaml.org,2002:") or node.tag == "tag:yaml.org,2002:binary":
            self.problems.append(Problem(_line(node), path, _("Only plain values stand in a plan file.")))
            return None
        try:
            value = self.scalars.construct_object(node)
        except (ValueError, OverflowError, TypeError, KeyError, AttributeError, yaml.YAMLError):
            self.problems.append(Problem(_line(node), path, _("This value cannot be read.")))
            return None
        if isinstance(value, str):
            return nfc(value)
        if isinstance(value, datetime):
            return value.isoformat(timespec="minutes")
        return value.isoformat() if isinstance(value, date) else value
