"""A policy is untrusted input: nothing it says runs, and nothing it says runs for long."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from decimal import Decimal, getcontext, localcontext
from typing import Any

import pytest

from aims_policy.language import arithmetic, builtins, compiler, patterns, reference
from aims_policy.language.operations import SUBJECT
from aims_policy.language.parse import LanguageError, Limits, parse
from aims_policy.language.types import NUMBER, TEXT, list_of, map_of, record
from tests.language.sample import NAMES, NOW, SCOPE


def _codes(text: str, **options: Any) -> list[str]:
    with pytest.raises(LanguageError) as caught:
        parse(text, SCOPE, **options)
    return [problem.code for problem in caught.value.problems]


def _compiled(text: str, scope: Any = SCOPE) -> Any:
    return _one(compiler.compile_rules([(None, parse(text, scope))]))


def _one(source: str) -> Any:
    run = compiler.load(source)

    def rule(names: dict[str, Any], now: Any) -> int:
        (code,) = run(names, now)
        return code

    return rule


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" and ".join(['kind == "a"'] * 2000), "too-long"),
        (" and ".join(["true"] * 400), "too-deep"),
        ("(" * 300 + "1" + ")" * 300 + " > 0", "ok"),
        ("not " * 900 + "true", "too-deep"),
        ("-" * 60 + "1 > 0", "too-deep"),
        ("[" * 450 + "]" * 450 + " == []", "too-deep"),
        (" + ".join(["1"] * 60) + " > 0", "too-deep"),
        ("kind" + ".as_lower" * 60 + ' == "a"', "too-deep"),
        (" ? ".join(["true"] * 60) + " : false" * 59, "too-deep"),
        ("[" + ", ".join(["1"] * 600) + "].length > 0", "too-long"),
        ('kind == "' + "a" * 9000 + '"', "too-long"),
        (" or ".join(["$any([true for t in provenance.tags])"] * 21), "too-long"),
    ],
)
def test_size_is_bounded(text: str, code: str) -> None:
    if code == "ok":
        parse(text, SCOPE)
    else:
        assert _codes(text) == [code]


def test_a_long_chain_within_the_limits_compiles() -> None:
    rule = _compiled(" and ".join(['kind == "Model"'] * 150))
    assert rule(NAMES, NOW) == compiler.PASS


def test_the_deepest_tree_compiles() -> None:
    nested = "kind"
    for _ in range(17):
        nested = f"({nested} ?? kind[0]).as_lower"
    rule = _compiled(f'{nested} == "model"')
    assert rule(NAMES, NOW) == compiler.PASS


def test_limits_are_the_callers() -> None:
    assert _codes("kind == kind and kind == kind", limits=Limits(tokens=5)) == ["too-long"]


def test_every_operand_of_a_chain_is_reported() -> None:
    assert _codes("kind and provenence == 1 and fairness.score == 1 and fairness.scor == 1") == [
        "not-boolean",
        "unknown-field",
        "unknown-field",
    ]


@pytest.mark.parametrize(
    "text",
    [
        'kind == "\'); import os; os.abort() #"',
        'kind == "\\") or __import__(\\"os\\").abort() or (\\""',
        'kind == "\\n    return 0\\n"',
        'kind == "{kind}" or kind == "%s"',
        '$any([l == "\\u2028\\x00" for l in metadata.labels])',
        'metadata.labels["\']); raise SystemExit #"] == "a"',
        '(metadata.labels["]) or True #"] ?? "\'\'\'") == "x"',
    ],
)
def test_text_of_a_policy_stays_text(text: str) -> None:
    """What tries to leave its quotes is compared, as reference does, and never run."""
    rule = _compiled(text)
    result = reference.evaluate(parse(text, SCOPE), NAMES, NOW)
    assert rule(NAMES, NOW) in (compiler.FAIL, compiler.MISSING)
    assert result.state in ("value", "missing")
    assert result.value in (False, None)


def test_names_of_fields_stay_text() -> None:
    """Identifiers come from a counter: not even a field's name is one."""
    scope = {"exec": record("R", {"__class__": TEXT, "import_os": NUMBER})}
    source = compiler.compile_rules([(None, parse('exec.__class__ == "a" and exec.import_os > 1', scope))])
    outside_quotes = re.sub(r"'[^']*'", "", source)
    identifiers = set(re.findall(r"[A-Za-z_]\w*", outside_quotes))
    assert not identifiers & {"exec", "__class__", "import_os"}
    rule = _one(source)
    assert rule({"exec": {"__class__": "a", "import_os": Decimal(2)}}, NOW) == compiler.PASS


@pytest.mark.parametrize("reach", ["open('x')", "__import__('os')", "getattr(n, 'x')", "().__class__.x"])
def test_loaded_code_has_nothing_in_reach(reach: str) -> None:
    with pytest.raises((NameError, AttributeError, ImportError)):
        compiler.load(f"def bind(a): return {reach}\nbind({{}})")


def test_a_failing_rule_is_an_error_and_not_a_crash() -> None:
    rule = _compiled('1 / fairness.score > 1 and kind == "Model"')
    assert rule({"fairness": {"score": Decimal(0)}}, NOW) == compiler.ERROR
    assert rule({"fairness": {"score": "text"}}, NOW) == compiler.ERROR
    assert rule({"fairness": None}, NOW) == compiler.ERROR


def test_when_comes_first() -> None:
    when, require = parse('kind == "Model"', SCOPE), parse("fairness.score < 1", SCOPE)
    rule = _one(compiler.compile_rules([(when, require)]))
    assert rule({"kind": "Model", "fairness": {"score": Decimal("0.5")}}, NOW) == compiler.PASS
    assert rule({"kind": "Model", "fairness": {"score": Decimal(5)}}, NOW) == compiler.FAIL
    assert rule({"kind": "Model"}, NOW) == compiler.MISSING
    assert rule({"kind": "Dataset"}, NOW) == compiler.NOT_APPLICABLE
    assert rule({}, NOW) == compiler.MISSING


def test_evidence_read_twice_is_kept_only_where_it_was_read() -> None:
    """`a or b` may not have read b; keeping b for later would read what nobody assigned."""
    text = '(kind == "Model" or fairness.score > 0) and (fairness.score > 1 or kind == "Model")'
    rule = _compiled(text)
    for names in ({"kind": "Model"}, {"kind": "Model", "fairness": {"score": Decimal(0)}}, {"kind": "x"}):
        result = reference.evaluate(parse(text, SCOPE), names, NOW)
        expected = {"value": compiler.PASS, "missing": compiler.MISSING}[result.state]
        assert rule(names, NOW) == expected


def _written_out(depth: int) -> str:
    """Loops inside each other over a list that the rule itself holds."""
    loop = f"[1 for v{depth} in [{', '.join(map(str, range(20)))}]"
    return f"{loop} if {_written_out(depth - 1)}.length > 0]" if depth else f"{loop}]"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (f"{_written_out(4)}.length > 0", 0),
        ("[a for a in big if $any([true for b in big])].length > 0", 5_000),
        ("[a for a in big].length > 0", 10_001),
        ("[[b for b in big] for a in big].length > 0", 5_000),
        ("[a for a in big if a in big].length > 0", 5_000),
        ("[$sum(big) for a in big].length > 0", 5_000),
        ("[big.to_ary for a in big].length > 0", 5_000),
        ("[$range(5000) for a in big].length > 0", 5_000),
        ("[text + text for a in big].length > 0", 5_000),
        ("[a for a in big if big == big].length > 0", 5_000),
        ('text =~ "a"', 200_000),
    ],
)
def test_work_is_bounded_alike_by_both(text: str, length: int) -> None:
    scope = {"big": list_of(NUMBER), "text": TEXT}
    names = {"big": (Decimal(1),) * length, "text": "x" * length}
    began = time.process_time()
    rule = _compiled(text, scope)
    assert rule(names, NOW) == compiler.ERROR
    assert reference.evaluate(parse(text, scope), names, NOW).state == "error"
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "number", ["1E+999999", "-1E+999999", "1E-999999", "NaN", "Infinity", "99999999999999999999999999999"]
)
@pytest.mark.parametrize(
    "text",
    [
        "big.floor > 0",
        "big.to_int > 0",
        'big.to_str == "1"',
        "(big & 1) == 1",
        "(1 << big) == 1",
        "big ** 2 > 0",
        "2 ** big > 0",
        "[1, 2][big] == 1",
        "[1, 2][big:] == [1]",
        "$range(big).length > 0",
        '$split("a", "b", big).length > 0',
        "$within($now, big)",
        "big % 7 == 1",
        "big == big",
        "big < 1",
    ],
)
def test_extreme_numbers_cost_nothing(text: str, number: str) -> None:
    scope, names = {"big": NUMBER}, {"big": Decimal(number)}
    began = time.process_time()
    with arithmetic():
        outcome = _compiled(text, scope)(names, NOW)
        result = reference.evaluate(parse(text, scope), names, NOW)
    states = {compiler.PASS: "value", compiler.FAIL: "value", compiler.MISSING: "missing"}
    assert states.get(outcome, "error") == result.state
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a*)*",
        "(a|a)*$",
        "(a|ab)*$",
        "(a?){30}a{30}",
        "a?" * 25 + "a" * 25,
        "(x+x+)+y",
        "(.*,){11}P",
        r"^(\w+\s?)*$",
        r"(\w*)*@",
        ".*.*.*=.*",
        r"\s+\s+\s+$",
        r"(?:a{1,60}){1,60}b",
        r"(a)\1",
        r"(?P<q>['\"]).*(?P=q)",
        "(?=(a+)+)b",
        "((a|b)*c?)*d",
        r"^(([a-z])+.)+[A-Z]([a-z])+$",
        "(漢+)+$",
        "(?i)(kx?|Kx)*$",
    ],
)
def test_catastrophic_patterns_are_refused(pattern: str) -> None:
    assert patterns.trouble(pattern, search=True)


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-z]+$",
        r"^\d+(\.\d+)*$",
        r"^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$",
        "^(sha256|sha512):[0-9a-f]{64,128}$",
        "(?i)bias|fairness",
        r"\b(gender|age)\b",
        "^[A-Z]{2}-[0-9]{4}$",
        r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
        "^(low|medium|high)$",
        "^[A-Z][a-z]*( [A-Z][a-z]*)*$",
        "",
    ],
)
def test_ordinary_patterns_are_allowed_and_quick(pattern: str) -> None:
    assert patterns.trouble(pattern, search=False) is None
    compiled = re.compile(pattern)
    for filler in ("a", "1", " ", "1.", "A ", "a@", "-"):
        subject = (filler * SUBJECT)[: SUBJECT - 1] + "\x00"
        began = time.process_time()
        compiled.match(subject)
        assert time.process_time() - began < 2


def test_the_callers_decimal_context_does_not_matter() -> None:
    rule = _compiled("1 / fairness.score == 0.3333333333333333333333333333")
    with localcontext() as context:
        context.prec = 5
        with arithmetic():
            assert rule({"fairness": {"score": Decimal(3)}}, NOW) == compiler.PASS
        assert getcontext().prec == 5
        assert _compiled("1 / 3 == 0.3333333333333333333333333333")({}, NOW) == compiler.PASS


def test_positions_do_not_add_up() -> None:
    for _ in range(3):
        with pytest.raises(LanguageError) as caught:
            parse("kind\n== \n1", SCOPE)
        assert caught.value.problems[0].start == 0


def test_threads_parse_side_by_side() -> None:
    wrong: list[str] = []

    def work(number: int) -> None:
        for index in range(15):
            text = f"{'(' * number}fairness.scor{')' * number} == {index}"
            try:
                parse(text, SCOPE)
            except LanguageError as error:
                (problem,) = error.problems
                if text[problem.start : problem.end] != "scor":
                    wrong.append(text)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_recursive_records() -> None:
    fields: dict[str, Any] = {"name": TEXT}
    part = record("Part", fields)
    fields["parts"] = list_of(part)
    fields["by_name"] = map_of(TEXT, part)
    scope = {"root": part}
    text = '$all([p.parts[0].by_name["x"].name == "a" for p in root.parts])'
    expression = parse(text, scope)
    assert expression.reads == ("root.parts[].parts[].by_name[].name",)
    leaf = {"name": "a"}
    names: dict[str, Any] = {
        "root": {"parts": ({"parts": ({"by_name": {"x": leaf}},)}, {"parts": ({"by_name": {}},)})}
    }
    result = reference.evaluate(expression, names, NOW)
    assert result.missing == ("root.parts[1].parts[0].by_name.x",)
    assert result.evidence == (("root.parts[0].parts[0].by_name.x.name", "a"),)


def test_the_trace_shows_what_was_compared() -> None:
    text = "fairness.score <= appetite.score.max"
    result = reference.evaluate(parse(text, SCOPE), NAMES, NOW)
    shown = [(text[step.start : step.end], step.value) for step in result.trace]
    assert shown == [
        ("fairness.score", Decimal("0.23")),
        ("appetite.score.max", Decimal("0.10")),
        (text, False),
    ]
    assert result.evidence == (
        ("fairness.score", Decimal("0.23")),
        ("appetite.score.max", Decimal("0.10")),
    )


def test_every_builtin_is_documented_and_named_as_its_file() -> None:
    assert len(builtins.names()) >= 27
    for name in builtins.names():
        builtin = builtins.get(name)
        assert builtin.doc.startswith(f"`${name}")
        assert builtin.type.kind != "function" or builtin.type.name == name


@pytest.mark.parametrize("name", ["os", "..types", "", "__init__", "Abs", "abs.x"])
def test_only_builtins_are_builtins(name: str) -> None:
    with pytest.raises(KeyError):
        builtins.get(name)


def test_compiled_rules_run_without_rule_engine() -> None:
    """A cached bundle must load fast: neither running nor explaining imports the parser."""
    plain = parse('$within(lifecycle.since, 30) and kind =~ "M"', SCOPE)
    from aims_policy.language.nodes import expression_to_plain

    script = (
        "import sys\n"
        "from aims_policy.language import compiler, reference, nodes\n"
        f"source = {compiler.compile_rules([(None, plain)])!r}\n"
        f"expression = nodes.expression_from_plain({expression_to_plain(plain)!r})\n"
        "from datetime import datetime, timezone\n"
        "now = datetime(2026, 1, 31, tzinfo=timezone.utc)\n"
        "names = {'kind': 'Model', 'lifecycle': {'since': now}}\n"
        "run = compiler.load(compile(source, '<rules>', 'exec'))\n"
        "assert run(names, now) == (0,) and reference.evaluate(expression, names, now).value is True\n"
        "heavy = {'rule_engine', 'dateutil', 'pydantic', 'inspect'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


@pytest.mark.parametrize(
    ("around", "depth"),
    [("$all([{} for x{} in fairness.groups[:1]])", depth) for depth in (11, 12, 13, 16)]
    + [("[{} for x{} in fairness.groups[:1]]", 19)],
)
def test_loops_in_loops_compile_however_deep(around: str, depth: int) -> None:
    """CPython refuses more than 20 blocks in one another; the innermost here is an attempt in a condition."""
    text = "kind == metadata.name or kind == (fairness.groups[7] ?? kind)"
    for level in range(depth):
        text = around.format(text, level)
    expression = parse(text if around.startswith("$") else f"{text}.length == 1", SCOPE)
    run = compiler.load(compiler.compile_rules([(None, expression), (None, parse('kind == "Model"', SCOPE))]))
    assert run(NAMES, NOW) == (compiler.PASS, compiler.PASS)
    assert reference.evaluate(expression, NAMES, NOW).value is True


@pytest.mark.parametrize(
    ("text", "state"),
    [
        # What belongs to the elements is gone through once: no more work than reading it was.
        ("$all([$words(r.text) > 0 for r in rows])", "value"),
        ('$all([r.text.as_lower in [r.text, "x"] for r in rows])', "value"),
        ("$all([$all([t == t for t in r.texts]) for r in rows])", "value"),
        # The same again and again counts, whatever it is called.
        ("$all([$words(rows[0].text) > 0 for r in rows])", "error"),
        ("$all([$all([$words(r.text) > 0 for t in r.texts]) for r in rows])", "error"),
        ("$all([$words(t) > 0 for t in [rows[0].text for r in rows]])", "error"),
        ("$all([$all([$words(q.text) > 0 for q in rows]) for r in rows])", "error"),
    ],
)
def test_only_repeated_work_counts(text: str, state: str) -> None:
    scope = {"rows": list_of(record("Row", {"text": TEXT, "texts": list_of(TEXT)}))}
    row = {"text": "word " * 600, "texts": ("word ",) * 60}
    names = {"rows": (row,) * 1_000}
    result = reference.evaluate(parse(text, scope), names, NOW)
    assert result.state == state
    assert _compiled(text, scope)(names, NOW) == {"value": compiler.PASS, "error": compiler.ERROR}[state]
