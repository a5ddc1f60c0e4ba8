"""What a request line asks for: account, container, blob and parameters. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Target:
    """A request target.

    ``raw_path`` is the whole path as sent; ``path`` the same without the account; ``query`` is as
    sent too. ``parameters`` are decoded, their names in lower case.
    """

    account: str
    container: str
    blob: str
    raw_path: str
    query: str
    parameters: Mapping[str, str]

    @property
    def path(self) -> str:
        """The raw path below the account; ``""`` for the account itself."""
        _, slash, below = self.raw_path[1:].partition("/")
        return slash + below if below else ""


def parse_target(raw: str) -> Target | None:
    """Split a raw request target; ``None`` if it is none that the storage server should see.

    The path is decoded once and then split, as the storage server does it: were it split first,
    ``/account/private%2Fblob`` would be judged as one container and served as another. A parameter
    given twice is refused, because the two sides could each read another one.

    >>> target = parse_target("/stshop/customers/2026/a%20b.csv?comp=metadata")
    >>> target.account, target.container, target.blob, target.path
    ('stshop', 'customers', '2026/a b.csv', '/customers/2026/a%20b.csv')
    >>> parse_target("/stshop/customers%2Fa.csv").container
    'customers'
    >>> parse_target("https://elsewhere/x") is None
    True
    """
    raw_path, _, query = raw.partition("?")
    if not raw_path.startswith("/"):
        return None
    try:
        path = unquote(raw_path[1:], errors="strict")
    except UnicodeDecodeError:
        return None
    account, _, rest = path.partition("/")
    container, _, blob = rest.partition("/")
    pairs = [part.partition("=") for part in query.split("&") if part]
    parameters = {unquote(name).lower(): unquote(value) for name, _, value in pairs}
    if len(parameters) != len(pairs) or any("[" in name for name in parameters):
        return None
    return Target(account, container, blob.replace("\\", "/"), raw_path, query, parameters)
