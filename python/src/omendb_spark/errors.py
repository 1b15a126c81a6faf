"""Errors of OmenDB as Python errors of one sentence.

PySpark shows an error it does not know with the Java stack trace, and a failure in a task with the trace in its message. ``install``
makes PySpark's two translators, of classic sessions and of Spark Connect, look for a sentence of OmenDB first.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Iterable, Optional

from pyspark.errors import PySparkException

_TABLE_SENTENCE = re.compile(r"io\.omendb\.[\w.$]+: (\[OMEN_\w+\] [^\n]+)")
_CONDITION = re.compile(r"^\[(OMEN_\w+)\] ")
_CLASS_AND_PARAMETER = re.compile(r"^(VamanaNeighbors|VamanaNeighborsModel|NeighborsEvaluator)_\w+ parameter (\w+) given invalid value (.*)\.$")
# What Spark says when the jar is not there.
_NO_JAR = re.compile(r"\[DATA_SOURCE_NOT_FOUND\].*\bomendb\b|\[UNRESOLVABLE_TABLE_VALUED_FUNCTION\].*\bann_search\b")


class OmenError(PySparkException):
    """An error that OmenDB explains itself; ``str`` is the sentence, ``getCondition()`` its stable name such as ``OMEN_NOT_A_TABLE``."""

    def __init__(self, sentence: str) -> None:
        named = _CONDITION.match(sentence)
        super().__init__(message=sentence, errorClass=named.group(1) if named else "OMEN_ERROR", messageParameters={})

    def __str__(self) -> str:
        return self._message


def jar_missing() -> OmenError:
    """The session, or the server of a Connect client, has no OmenDB jar."""
    return OmenError(
        "[OMEN_JAR_MISSING] This Spark session does not have OmenDB's jar. Make the session with"
        " omendb_spark.configure_spark(SparkSession.builder).getOrCreate() in a fresh process; for Spark Connect start the server"
        " with the jar in spark.jars."
    )


def bad_argument(name: str, expected: str, value: object, was: Optional[str] = None) -> OmenError:
    """An argument of a function of this package that cannot be used; ``was`` describes a value that is too large to print."""
    return OmenError(f"[OMEN_BAD_ARGUMENT] {name} must be {expected}, was {was or repr(value)}.")


def no_column(side: str, column: str, columns: Iterable[str]) -> OmenError:
    """A column was named that does not exist."""
    return OmenError(f"[OMEN_NO_COLUMN] There is no column '{column}' in {side}. Its columns are {', '.join(columns)}.")


def bad_vector(what: str, value: object, position: int) -> OmenError:
    """A vector has an element that is no finite number."""
    return OmenError(
        f"[OMEN_BAD_VECTOR] {what} has {value} at position {position}. Every element must be a finite 32-bit float; replace or leave out"
        " such vectors."
    )


def not_a_vector(side: str, column: str, kind: str, numbers: bool) -> OmenError:
    """A column was named as one of vectors that holds something else, be it other numbers."""
    fix = (
        f"Cast it, for instance with f.col('{column}').cast('array<float>')."
        if numbers
        else "Name a column of ARRAY<FLOAT>, ARRAY<DOUBLE> or Spark ML vectors."
    )
    return OmenError(f"[OMEN_NOT_A_VECTOR] Column '{column}' of {side} is of type {kind} and holds no vectors. {fix}")


def sentence_in(messages: Iterable[tuple[str, str]]) -> Optional[OmenError]:
    """The error of OmenDB in a chain of causes, each a Java class and its message; None when there is none."""
    chain = list(messages)
    for java_class, message in chain:
        if java_class.startswith("io.omendb.") and message:
            return OmenError(message.removeprefix(f"({java_class}) "))
    for java_class, message in chain:
        found = _TABLE_SENTENCE.search(message)
        if found:
            return OmenError(found.group(1))
        if _NO_JAR.search(message):
            return jar_missing()
        refused = _CLASS_AND_PARAMETER.match(message)
        if refused:
            return _bad_parameter(*refused.groups())
    return None


def _bad_parameter(stage: str, name: str, value: str) -> OmenError:
    """A parameter of a stage of Spark ML was given a value that its Java class refuses; Spark does not say which it takes."""
    from omendb_spark import ml

    meaning = getattr(getattr(ml, stage), name).doc
    return OmenError(f"[OMEN_BAD_PARAMETER] Parameter {name} of {stage} cannot be '{value}'; it is: {meaning}.")


def _java_chain(exception: Any) -> Iterable[tuple[str, str]]:
    for _ in range(20):
        if exception is None:
            return
        yield exception.getClass().getName(), exception.getMessage() or ""
        exception = exception.getCause()


def _connect_chain(details: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for error in details.get("errors") or []:
        hierarchy = list(error.error_type_hierarchy)
        yield (hierarchy[0] if hierarchy else ""), error.message
    classes = details.get("classes") or [""]
    yield classes[0], details.get("truncated_message") or ""


def _first(translate: Callable[..., Any], chain: Callable[..., Iterable[tuple[str, str]]]) -> Callable[..., Any]:
    def translated(*args: Any, **kwargs: Any) -> Any:
        return sentence_in(chain(*args, **kwargs)) or translate(*args, **kwargs)

    translated.__dict__["omendb"] = True
    return translated


def install() -> None:
    """Makes PySpark raise ``OmenError`` for errors of OmenDB; importing the package calls it. Harmless when called again."""
    from pyspark.errors.exceptions import captured

    # Replaced below PySpark's own hook into Py4J, because every new session installs that hook afresh.
    if not hasattr(captured._convert_exception, "omendb"):
        captured._convert_exception = _first(captured._convert_exception, _java_chain)
    try:
        from pyspark.errors.exceptions import connect
    except ImportError:
        return  # this installation of PySpark has no Connect client
    if not hasattr(connect._convert_exception, "omendb"):
        connect._convert_exception = _first(connect._convert_exception, lambda **details: _connect_chain(details))
