"""Values in sentences, and claims: arithmetic and comparisons over recorded values, nothing else.

The language is a small part of Python's: numbers, strings, references ``part/name.value``,
``+ - * / // % **``, comparisons, ``and or not``, list items ``x[0]``, lists, and the functions below.
It is walked, never passed to `eval`.
"""

from __future__ import annotations

import ast
import operator
import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

REFERENCE = re.compile(r"(?<![\w/.])(?P<snippet>[a-z][a-z0-9_]*(?:/[a-z0-9_]+)?)\.(?P<value>[a-z][a-z0-9_]*)(?![\w/(])")
LONGEST, HIGHEST_POWER, MOST_DIGITS, LARGEST = 2000, 64, 30, 10**300  # no expression may cost time
STAND_IN = "_recorded_"  # references become names that Python can parse

BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
}  # fmt: skip
UNARY: dict[type, Callable[[Any], Any]] = {ast.USub: operator.neg, ast.Not: operator.not_}
COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


def _round(number: float, digits: int = 0) -> float:
    if abs(digits) > MOST_DIGITS:  # Python would compute 10 to that power
        raise ExpressionError("round takes a small number of digits")
    return round(number, digits) if digits else round(number)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "min": min, "max": max, "sum": sum, "len": len, "round": _round, "all": all, "any": any,
    "mean": statistics.fmean, "median": statistics.median, "std": statistics.stdev, "sorted": sorted,
}  # fmt: skip


class ExpressionError(ValueError):
    """The expression is not in the language, or cannot be evaluated."""


@dataclass(frozen=True)
class Reference:
    """``part/name.value`` (or ``book.count``) as it stands in an expression."""

    snippet: str
    value: str

    def __str__(self) -> str:
        return f"{self.snippet}.{self.value}"


def references(expression: str) -> list[Reference]:
    """The recorded values that `expression` uses, in order, each once."""
    found = [Reference(m["snippet"], m["value"]) for m in REFERENCE.finditer(expression)]
    return list(dict.fromkeys(found))


def evaluate(expression: str, look_up: Callable[[Reference], Any]) -> Any:
    """The value of `expression`; `look_up` gives recorded values (its errors pass through)."""
    if len(expression) > LONGEST:
        raise ExpressionError("the expression is too long")
    if STAND_IN in expression:
        raise ExpressionError(f"{STAND_IN!r} is not allowed in an expression")
    names: dict[str, Reference] = {}

    def stand_in(match: re.Match[str]) -> str:
        name = f"{STAND_IN}{len(names)}"
        names[name] = Reference(match["snippet"], match["value"])
        return name

    text = REFERENCE.sub(stand_in, expression.strip())
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"not an expression: {getattr(error, 'msg', error)}") from None
    try:
        return _walk(tree.body, {name: look_up(reference) for name, reference in names.items()})
    except (ArithmeticError, TypeError, IndexError, statistics.StatisticsError, ValueError, RecursionError) as error:
        if isinstance(error, ExpressionError):
            raise
        raise ExpressionError(f"cannot be evaluated: {error}") from None


def _walk(node: ast.expr, values: dict[str, Any]) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return _plain(value)
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return _binary(op, _walk(left, values), _walk(right, values))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in UNARY:
            return UNARY[type(op)](_walk(operand, values))
        case ast.BoolOp(op=op, values=parts):
            results = [_walk(part, values) for part in parts]
            return all(results) if isinstance(op, ast.And) else any(results)
        case ast.Compare(left=left, ops=ops, comparators=rights):
            sides = [_walk(side, values) for side in (left, *rights)]
            return all(_compare(op, a, b) for op, a, b in zip(ops, sides, sides[1:], strict=False))
        case ast.Subscript(value=whole, slice=index):
            return _item(_walk(whole, values), _walk(index, values))
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_walk(item, values) for item in items]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            return _plain(FUNCTIONS[name](*(_walk(argument, values) for argument in arguments)))
    raise ExpressionError(f"{ast.unparse(node)!r} is not allowed in an expression")


def _number(value: Any) -> Any:
    if not isinstance(value, (int, float)):
        raise ExpressionError(f"arithmetic needs numbers, not {type(value).__name__}")
    return value


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(op, ast.Pow) and (abs(_number(right)) > HIGHEST_POWER or abs(_number(left)) > 1e9):
        raise ExpressionError("this power is too large")
    return _plain(BINARY[type(op)](_number(left), _number(right)))


def _plain(value: Any) -> Any:
    """`value`, unless it is a number that no page could print."""
    if isinstance(value, complex):
        raise ExpressionError("the root of a negative number is no number here")
    if isinstance(value, (int, float)) and not abs(value) < LARGEST:  # also NaN and infinity
        raise ExpressionError("this number is too large")
    return value


def _compare(op: ast.cmpop, left: Any, right: Any) -> bool:
    if type(op) not in COMPARE:
        raise ExpressionError("only < <= > >= == != compare")
    if isinstance(left, list) and not isinstance(op, ast.Eq | ast.NotEq):
        raise ExpressionError("lists have no order: compare their mean, min or max")
    return COMPARE[type(op)](left, right)


def _item(whole: Any, index: Any) -> Any:
    if not isinstance(whole, list) or isinstance(index, bool) or not isinstance(index, int):
        raise ExpressionError("only lists have items, counted by whole numbers")
    return whole[index]
