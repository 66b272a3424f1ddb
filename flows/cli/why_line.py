"""How `why` prints a line: what became of it, what stages found, and by how much models decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cleaners import Profile, Rule
from cleaners.account.account import Fate, LineAccount
from cleaners.account.findings import Considered
from cleaners.account.margins import BLOCK_RULE, LINE_FAMILY, LINE_RULE, BlockMargin, Count, LineMargin
from flows.commands.why import Inquiry
from flows.paths import shown

MAX_LINE_CHARS = 700
"""Characters of a line that are printed; the rest is counted."""
MAX_EVIDENCE_CHARS = 300
"""Characters of a finding's evidence that are printed."""
INDENT = 2

Pairs = list[tuple[str, RenderableType]]
"""Labels and what stands beside them."""


def print_line(console: Console, inquiry: Inquiry, line: LineAccount, rules: Mapping[str, Rule]) -> None:
    """Print the account of a line.

    Args:
        console: Where to print.
        inquiry: The document.
        line: The line.
        rules: All rules by code.
    """
    colour = console.is_terminal and not console.no_color
    title = Text.assemble((f"Line {line.number} of {len(inquiry.account.lines)}", "bold"), " · ", fate_words(line.fates))
    console.print(title)
    console.print(Padding(marked(line, colour=colour), (0, 0, 1, INDENT)))
    in_output = inquiry.in_output(line.line)
    if in_output and _rules(in_output) != _rules(line.fates):
        console.print(Padding(Text.assemble("In the output it is otherwise: ", fate_words(in_output)), (0, 0, 1, INDENT)))
    pairs = list(_pairs(inquiry, line, rules))
    console.print(Padding(_grid(pairs), (0, 0, 1, INDENT)))


def fate_words(fates: Sequence[Fate]) -> Text:
    """Return what became of a line, in words."""
    codes = _rules(fates)
    if not codes:
        return Text("stays in the body", "green")
    stays = any(not fate.rule for fate in fates)
    return Text(f"{'a part of it went' if stays else 'went'}, by {', '.join(codes)}", "yellow" if stays else "red")


def _rules(fates: Iterable[Fate]) -> list[str]:
    return list(dict.fromkeys(fate.rule for fate in fates if fate.rule))


def marked(line: LineAccount, *, colour: bool) -> Text:
    """Return the words of a line, with what went struck out, or in brackets where there are no colours."""
    text = Text()
    left = MAX_LINE_CHARS
    place = line.line.start
    for fate in line.fates:
        between = " " if fate.start > place and text else ""
        words = shown(fate.text[:left])
        left -= len(words)
        if not fate.rule:
            text.append(between + words)
        elif colour:
            text.append(between).append(words, "red strike").append(f" {fate.rule}", "dim")
        else:
            text.append(f"{between}[-{words}-]{{{fate.rule}}}")
        place = fate.end
        if left <= 0:
            text.append(f" … {line.line.end - line.line.start:,} characters in all", "dim")
            break
    return text


def _grid(pairs: Pairs) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", width=14)
    table.add_column(overflow="fold")
    for label, what in pairs:
        table.add_row(label, what)
    return table


def _pairs(inquiry: Inquiry, line: LineAccount, rules: Mapping[str, Rule]) -> Iterator[tuple[str, RenderableType]]:
    """Yield what is known of a line, the most telling first."""
    for number, finding in enumerate(line.findings):
        yield "" if number else "Found by", _finding(finding, rules)
    if not line.findings:
        yield "Found by", Text("no rule")
    for number, miss in enumerate(line.near_misses):
        words = Text.assemble((miss.rule, "bold"), f" {miss.phrase}: “{shown(miss.text[:80])}”; {miss.missing}")
        yield "" if number else "Nearly", words
    if line.block:
        yield "Page's model", _block(line.block)
    if line.model:
        yield "Model of lines", _line_model(line.model)
    elif LINE_FAMILY in line.idle:
        yield "Model of lines", Text(f"did not look: {line.idle[LINE_FAMILY]}")
    for number, count in enumerate(line.counts):
        yield "" if number else "Repeats", _count(count)
    for number, capture in enumerate(line.captures):
        yield "" if number else "Noted", Text(f"{capture.field}: {shown(capture.value)} ({capture.rule})")
    if profiles := inquiry.under_profiles(line.line):
        yield "By profile", _profiles(profiles, inquiry.settings.profile)
    if line.silent:
        yield "Looked in vain", Text(", ".join(line.silent), "dim")
    if others := {family: why for family, why in line.idle.items() if family != LINE_FAMILY}:
        yield "Could not look", _idle(others)


def _finding(finding: Considered, rules: Mapping[str, Rule]) -> Group:
    rule = rules.get(finding.rule)
    outcome = {"removed": ("removed", "red"), "reported": ("only reported", "yellow"), "late": ("too late", "dim")}
    what, style = outcome.get(finding.outcome, ("undone", "yellow"))
    head = Text.assemble((finding.rule, "bold"), f" {rule.name if rule else ''} · {finding.confidence} · ", (what, style))
    evidence = shown(finding.evidence[:MAX_EVIDENCE_CHARS])
    lines = [head, *([Text(shown(rule.summary))] if rule else []), *([Text(f"evidence: {evidence}")] if evidence else [])]
    if finding.because:
        lines.append(Text.assemble(("why not: ", "yellow"), shown(finding.because)))
    return Group(*lines)


def _line_model(margin: LineMargin) -> Group:
    where = f"for a line of the class “{margin.kind}”" if margin.kind else "and a line that is never taken"
    head = Text.assemble("noise with a probability of ", (f"{margin.probability:.2f}", "bold"), f", {where} ({LINE_RULE})")
    if margin.veto:
        return Group(head, Text(f"never taken: {margin.veto}"), *_reasons(margin))
    bars = Table.grid(padding=(0, 2, 0, 0))
    for profile in Profile:
        limit = margin.limits.get("standard" if profile is Profile.STANDARD else "thorough")
        if profile is Profile.CAREFUL or limit is None:
            bars.add_row(
                profile.value, "never", Text("this rule is never sure" if profile is Profile.CAREFUL else "no limit", "dim")
            )
        else:
            short = limit - margin.probability
            says = Text(f"{short:.2f} short of it", "green") if short > 0 else Text(f"{-short:.2f} over it", "red")
            bars.add_row(profile.value, f"from {limit:.2f}", says)
    return Group(head, bars, *_reasons(margin))


def _reasons(margin: LineMargin) -> Iterator[Text]:
    """Yield what spoke for and against a line, in log-odds."""
    for name, reasons in (("for noise", margin.for_noise), ("for the story", margin.for_story)):
        if reasons:
            yield Text(f"{name}: " + "; ".join(f"{words} {shift:+.1f}" for words, shift in reasons), "dim")


def _block(margin: BlockMargin) -> Group:
    verdict = "kept" if margin.kept else "left out"
    head = Text.assemble(
        "part of the body with a probability of ",
        (f"{margin.probability:.2f}", "bold"),
        f"; blocks usually stay from {margin.limit:.2f} on: {verdict} (<{margin.element}>, {BLOCK_RULE})",
    )
    lines = [head]
    if margin.decided_by != "model":
        lines.append(Text(f"decided by {margin.decided_by}: {shown(margin.reason)}"))
    if reasons := "; ".join(f"{shown(words)} {shift:+.1f}" if shift else shown(words) for words, shift in margin.evidence):
        lines.append(Text(reasons, "dim"))
    if not margin.kept and margin.decided_by == "model":
        sure = f"above {margin.doubtful:.2f} it is not surely noise, and careful would keep it"
        lines.append(Text(sure, "dim"))
    return Group(*lines)


def _count(count: Count) -> Group:
    what = f"the label “{shown(count.text)}”" if count.is_label else f"“{shown(count.text[:60])}”"
    if not count.documents:
        return Group(Text(f"{what}: {count.missing}"))
    head = Text.assemble(
        f"{what} on ",
        (f"{count.documents} of {count.of}", "bold"),
        f" documents of the site, above or below the story on {count.edge}",
    )
    lines = [Text(words, "dim") for words in (f"by this count it {count.grade}" if count.grade else "", count.missing) if words]
    return Group(head, *lines)


def _profiles(profiles: Mapping[Profile, Sequence[Fate]], own: Profile) -> Text:
    if len({tuple(_rules(fates)) for fates in profiles.values()}) == 1:
        return Text("the same under " + ", ".join(profile.value for profile in profiles))
    text = Text()
    for profile, fates in profiles.items():
        text.append(" · " if text else "").append(f"{profile.value} ", "bold" if profile is own else "")
        codes = ", ".join(_rules(fates))
        text.append(f"goes, by {codes}" if codes else "stays", "red" if codes else "green")
    return text


def _idle(others: Mapping[str, str]) -> Text:
    """Return which stages could not look, by what they lacked."""
    by_reason: dict[str, list[str]] = {}
    for family, why in others.items():
        by_reason.setdefault(why, []).append(family)
    return Text("; ".join(f"{', '.join(families)}: {why}" for why, families in by_reason.items()), "dim")
