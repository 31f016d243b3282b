"""The rule language: rule_engine's grammar, typed, bounded, and with missing evidence.

`parse` checks an expression, `reference.evaluate` says what it means, `compiler` makes Python of it.

What rule_engine allows and this language refuses, each with a message that says so:

- names and fields that do not exist, and dotted access to the keys of a map (`labels.x` is `labels["x"]`)
- comparing values of two types, `null` with what is never null, whole records, whole maps
- truthiness: `and`, `or`, `not`, `? :`, a comprehension's `if`, `$all` and `$any` take booleans only
- arithmetic, order, attributes and elements of a value whose type is not known; compare it with `==`
- patterns that are not written out, or that could take long
- `$random` (a decision is the same every time), `$re_groups` (it depends on what was matched last)
- functions as values, other than the first argument of `$map` and `$filter`; unusual encodings
- a loop variable that hides another name; a key given twice; going through a set without an order
- constants without a value (`1 / 0`), and whatever rule_engine itself refuses
- texts, trees, subjects of patterns, ranges, exponents, shifts and comprehensions beyond their limits
  (`problems`, `operations`)

What has another meaning here: evidence that is absent is `missing`, and `missing` spreads (see `reference`);
a set is gone through in sorted order; `$max` and `$min` of nothing are missing; a weekday has its English
name. A comment may end any line, not only the last.
"""

from __future__ import annotations

from aims_policy.language.operations import arithmetic

__all__ = ["arithmetic"]
