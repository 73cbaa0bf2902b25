"""A paper that goes with a message as a PDF. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Enclosed:
    """A paper to go with a message as a PDF: the template of templates/print/, what it has in common with the papers
    of other messages, and what is this recipient's own."""

    name: str
    template: str
    common: Mapping[str, Any]
    own: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Equal for papers that differ only in what is the recipient's own."""
        words = json.dumps([self.name, self.template, self.common], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(words.encode()).hexdigest()
