"""A reader of pages that is stricter than a browser: what is not closed properly is an error."""

from html.parser import HTMLParser

VOID = {"meta", "br"}
INLINE = {"a", "bdi", "code", "span", "strong", "time"}


class Page(HTMLParser):
    """The tags of a page in order, its attributes and its text (styles apart)."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.styles: list[str] = []
        self._words: list[str] = []
        self.feed(text)
        self.close()
        if self.open:
            raise ValueError(f"left open: {self.open}")

    @property
    def text(self) -> str:
        """The text as a browser flows it."""
        return flowed("".join(self._words))

    def of(self, name: str) -> list[str]:
        """The values of every attribute called ``name``."""
        return [value for _, attribute, value in self.attributes if attribute == name]

    def count(self, tag: str, class_: str = "") -> int:
        """How many elements of this kind there are."""
        if not class_:
            return sum(name == tag for name, _ in self.tags)
        return sum(
            t == tag and name == "class" and class_ in value.split()
            for t, name, value in self.attributes
        )

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._words.append("" if tag in INLINE else " ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes nothing, in {self.open}")
        self._words.append("" if tag in INLINE else " ")

    def handle_data(self, data):
        (self.styles if self.open[-1:] == ["style"] else self._words).append(data)


def flowed(text: str) -> str:
    """Text with its white space as a browser shows it."""
    return " ".join(text.split())
