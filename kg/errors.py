"""Everything that can go wrong, as one tree. It knows no HTTP; api/errors.py maps it to statuses.

StancegraphError
├── InputError                 what was handed in cannot be used
│   ├── ParseError             ill-formed RDF, with source, line and column
│   ├── FormatError            an RDF or result format we do not know
│   ├── OwnershipError         triples that belong to no graph we can name
│   ├── QueryError             a SPARQL request that cannot be run
│   │   ├── QuerySyntaxError   with line and column
│   │   ├── QueryRefused       it reaches outside (SERVICE, LOAD)
│   │   └── ServiceFailed      an endpoint that it asks did not answer as it should
│   └── NonConforming          it breaks the shapes; carries the report
├── AccessError                whoever asks may not do this
│   ├── Unauthenticated        no token, or none that is known
│   ├── Forbidden              the token's role is not enough
│   └── TooManyAttempts        too many unknown tokens came from there
├── Conflict                   the store has moved on from the revision that was named
├── Replaced                   the thing was merged into another one, which it names
├── NotFound                   no such thing, article or revision
│   ├── StoreMissing           no data directory yet
│   └── RevisionMissing        never made, or pruned
├── LimitError                 it would have taken more than it may
│   ├── QueryTimeout
│   ├── QueryMemory
│   ├── AnswerTooLarge
│   ├── Busy                   too many others are waiting for a worker already
│   ├── TooManyQueries         too many of the same client's are
│   ├── QueryKilled            an administrator stopped it
│   └── QueryAbandoned         nobody waits for the answer any more
└── StorageError               the disk or another process is in the way
    ├── Damaged                what look-ups read is not whole
    ├── Locked                 another writer holds the lock
    └── WorkerLost             a worker process died for another reason
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.report import Report


class StancegraphError(Exception):
    """Root of the tree. Every error crosses process borders whole."""

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle what an error holds, past the parts that ``__init__`` made its sentence from."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[StancegraphError], args: tuple[object, ...], state: dict[str, object]
) -> StancegraphError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class InputError(StancegraphError):
    """What was handed in cannot be used as it is."""


class ParseError(InputError):
    """RDF that is not well formed.

    ``line`` and ``column`` count from 1 and are None where the format's parser gives none.
    """

    def __init__(
        self, problem: str, source: str = "", line: int | None = None, column: int | None = None
    ) -> None:
        place = ":".join(str(part) for part in (source, line, column) if part not in {None, ""})
        super().__init__(f"{place}: {problem}" if place else problem)
        self.problem, self.source, self.line, self.column = problem, source, line, column


class FormatError(InputError):
    """A format we cannot read or write."""


class OwnershipError(InputError):
    """Triples that belong to no graph we can name."""


class QueryError(InputError):
    """A SPARQL request that cannot be run."""


class QuerySyntaxError(QueryError):
    """SPARQL that is not well formed; ``line`` and ``column`` count from 1 (None: unknown)."""

    def __init__(self, problem: str, line: int | None = None, column: int | None = None) -> None:
        place = f"line {line}, column {column}: " if line is not None else ""
        super().__init__(place + problem)
        self.problem, self.line, self.column = problem, line, column


class QueryRefused(QueryError):
    """A request that would reach another host or the file system."""


class ServiceFailed(QueryError):
    """Another endpoint, which the query may ask, did not answer as it should."""


class NonConforming(InputError):
    """The change breaks the shapes; nothing was stored. ``report`` says what and where."""

    def __init__(self, report: Report) -> None:
        count = len(report.violations)
        super().__init__(f"{count} violation{'s' if count != 1 else ''}; nothing was stored")
        self.report = report


class AccessError(StancegraphError):
    """Whoever asks may not do this."""


class Unauthenticated(AccessError):
    """No token came with the request, or none that is known, or one that is no longer valid."""


class Forbidden(AccessError):
    """The token is good, and its role is not enough."""


class TooManyAttempts(AccessError):
    """Too many tokens that are not known came from one place; the next may in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many unknown tokens came from there: wait {seconds:.0f} seconds")
        self.seconds = seconds


class Conflict(StancegraphError):
    """The store has moved on: ``expected`` is the revision that was named, ``current`` this one."""

    def __init__(self, expected: int, current: int) -> None:
        super().__init__(
            f"this was made for revision {expected}, and the store is at {current}: "
            "read it again, and send what is right now"
        )
        self.expected, self.current = expected, current


class Replaced(StancegraphError):
    """The thing was merged: ``old`` and ``by`` are keys (kg.iris.key)."""

    def __init__(self, old: str, by: str) -> None:
        super().__init__(f"{old} was merged into {by}")
        self.old, self.by = old, by


class NotFound(StancegraphError):
    """There is no such thing."""


class StoreMissing(NotFound):
    """There is no store in the data directory yet."""


class RevisionMissing(NotFound):
    """The revision was never made, or has been pruned."""


class LimitError(StancegraphError):
    """The request would have taken more than it may.

    ``limit`` names the setting that says how much that is, and ``limit_value`` is what it says;
    both are empty where no setting does.
    """

    def __init__(self, problem: str, limit: str = "", limit_value: float | None = None) -> None:
        super().__init__(problem)
        self.limit, self.limit_value = limit, limit_value


class QueryTimeout(LimitError):
    """A query ran into the time limit, ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the query was stopped after {seconds:g} seconds: ask for less at a time "
            "(a LIMIT, a named subject, fewer unbound patterns), or work on a dump",
            "query_seconds",
            seconds,
        )
        self.seconds = seconds


class QueryMemory(LimitError):
    """A query ran into the memory limit, ``mebibytes`` above what the open store takes."""

    def __init__(self, mebibytes: int) -> None:
        super().__init__(
            f"the query needed more than its {mebibytes} MiB of memory: ask for less at a "
            "time (a LIMIT, no ORDER BY or DISTINCT over everything), or work on a dump",
            "query_mebibytes",
            mebibytes,
        )
        self.mebibytes = mebibytes


class AnswerTooLarge(LimitError):
    """An answer is larger than ``mebibytes``; nothing of it is sent."""

    def __init__(self, mebibytes: int) -> None:
        super().__init__(
            f"the answer is larger than {mebibytes} MiB: ask for it in pages, with ORDER BY and a "
            "LIMIT, each from where the last one ended (a FILTER, or OFFSET), or work on a dump",
            "answer_mebibytes",
            mebibytes,
        )
        self.mebibytes = mebibytes


class Busy(LimitError):
    """Too many requests wait for a worker already, or one waited for ``seconds`` in vain."""

    def __init__(self, seconds: float = 0.0, waiting: int | None = None) -> None:
        waited = f" for {seconds:g} seconds" if seconds else ""
        named = ("query_seconds", seconds) if seconds else ("waiting", waiting)
        super().__init__(f"all workers are busy{waited}: try again in a moment", *named)
        self.seconds = seconds


class TooManyQueries(LimitError):
    """As many requests of one client as may be, ``most``, are with the workers already."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most} requests of yours are at work or wait already: send the next when one of "
            "them is answered",
            "client_queries",
            most,
        )


class QueryKilled(LimitError):
    """An administrator stopped the request."""

    def __init__(self) -> None:
        super().__init__("whoever runs this service stopped the request: ask for less at a time")


class QueryAbandoned(LimitError):
    """The client went away before the answer was there."""

    def __init__(self) -> None:
        super().__init__("the client went away before it was answered, so it was stopped")


class StorageError(StancegraphError):
    """The disk, or another process, is in the way."""


class Damaged(StorageError):
    """What look-ups read of a revision cannot be read, or is not whole."""

    def __init__(self, how: str) -> None:
        super().__init__(
            f"what look-ups read is damaged ({how}): 'stancegraph reindex' makes it anew"
        )


class Locked(StorageError):
    """Another writer holds the lock; ``holder`` describes it, ``waited`` is in seconds."""

    def __init__(self, holder: str, waited: float) -> None:
        super().__init__(
            f"the store is locked by {holder}; gave up after waiting {waited:.1f} s: "
            "try again when it has finished"
        )
        self.holder, self.waited = holder, waited


class WorkerLost(StorageError):
    """A worker process died under the request for a reason other than its limits."""
