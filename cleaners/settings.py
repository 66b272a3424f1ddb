"""Settings: the choices of a user."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from cleaners.choices import Choices
from cleaners.errors import UnusableSetting
from cleaners.matching.phrases import Phrase
from cleaners.registry import known_rules
from cleaners.rule import Confidence, Profile, Rule
from cleaners.text.addresses import site_of

_CODES = ("ignore", "select", "always")
_LANGUAGE = re.compile("[a-z]{2}")


def _set_of_codes(name: str, codes: object) -> frozenset[str]:
    """Return codes as a set.

    Raises:
        TypeError: they are one string, or not all of them are strings.
    """
    if isinstance(codes, str):
        raise TypeError(f"{name} is {codes!r}, one string; expected a set of codes, such as {{{codes!r}}}")
    given = frozenset(codes) if isinstance(codes, Iterable) else frozenset([codes])
    if not all(isinstance(code, str) for code in given):
        raise TypeError(f"{name} is {codes!r}; expected a set of codes, such as {{'PC001'}}")
    return frozenset(map(str, given))


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of a user.

    Attributes:
        profile: which confidences act (`careful`: `sure` alone; `thorough`: all).
        ignore: codes of rules, or prefixes of codes, that only report (`{"PC001", "BY"}`).
        language: an ISO 639-1 code that replaces detection.
        loss_budget: the largest share of a document's words, 0 to 1, that may be removed. Above it only findings that are
            `sure` act, or none, and the document is for review.
        review_below: the confidence, 0 to 1, below which documents are for review; 0 for none of them. None takes the limits
            for texts and for pages from `confidence.review_below`.
        keep_title: whether the title stays in the body as well.
        select: codes, or prefixes of codes, of the only rules that act; empty for all.
        always: codes, or prefixes of codes, of rules that act whatever their confidence is (`{"DC002"}`).
        phrases: the user's own phrases.
        rules: the user's own rules.
        suggestions: whether findings that do not act are reported. Without them stages whose rules cannot act under these
            settings do not run: the body is the same, `suggestions` is empty, `confidence` is None, and
            metadata that only such a stage would find is missing.
        sites: by registered domain, the settings for the documents of that site.

    Raises:
        TypeError: codes are not a set of strings.
        UnusableSetting: a value is out of range, or no rule has such a code.
    """

    profile: Profile = Profile.STANDARD
    ignore: frozenset[str] = frozenset()
    language: str | None = None
    loss_budget: float = 0.8
    review_below: float | None = None
    keep_title: bool = False
    select: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    phrases: tuple[Phrase, ...] = ()
    rules: tuple[Rule, ...] = ()
    suggestions: bool = True
    sites: tuple[tuple[str, Settings], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "profile", Profile(self.profile))
        for name in _CODES:
            object.__setattr__(self, name, _set_of_codes(name, getattr(self, name)))
        if any(getattr(self, name) for name in _CODES):
            self._check_codes()
        if self.language is not None and not _LANGUAGE.fullmatch(self.language):
            raise UnusableSetting(f"language is {self.language!r}", "expected two small letters (ISO 639-1), such as 'en'")
        if not 0 <= self.loss_budget <= 1:
            raise UnusableSetting(f"loss_budget is {self.loss_budget}", "expected a share from 0 to 1, such as 0.8")
        if self.review_below is not None and not 0 <= self.review_below <= 1:
            raise UnusableSetting(f"review_below is {self.review_below}", "expected a confidence from 0 to 1, such as 0.5")

    def _check_codes(self) -> None:
        """Raise `UnusableSetting` for a code that is neither a rule's nor the beginning of one."""
        known = known_rules(self.own_rules)
        for name in _CODES:
            for code in sorted(getattr(self, name)):
                if not code or not any(rule.startswith(code) for rule in known):
                    close = difflib.get_close_matches(code.upper(), known, n=1, cutoff=0.5)
                    hint = f"did you mean {close[0]!r}? " if close else ""
                    raise UnusableSetting(f"no rule {code!r} ({name})", f"{hint}all rules: bodycopy rules, or cleaners.rules()")

    @property
    def own_rules(self) -> tuple[Rule, ...]:
        """The user's own rules, those of all sites included."""
        return self.rules + tuple(rule for _, settings in self.sites for rule in settings.rules)

    def ignores(self, code: str) -> bool:
        """Return whether a rule is switched off, by `ignore` or because `select` names others."""
        return code.startswith(tuple(self.ignore)) or bool(self.select and not code.startswith(tuple(self.select)))

    def acts_on(self, code: str, confidence: Confidence) -> bool:
        """Return whether a finding of a rule with this confidence acts."""
        return not self.ignores(code) and (self.profile.acts_on(confidence) or code.startswith(tuple(self.always)))

    def for_address(self, address: str | None) -> Settings:
        """Return the settings for a document that came from an address."""
        if not self.sites or not address:
            return self
        return dict(self.sites).get(site_of(address) or "", self)

    def changed(self, change: Callable[[Settings], Settings]) -> Settings:
        """Return these settings with one change made to them and to those of all sites."""
        sites = tuple((site, change(settings)) for site, settings in self.sites)
        return replace(change(self), sites=sites)

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Settings:
        """Return the settings of a rule file: `bodycopy.toml`, or a `pyproject.toml` with `[tool.bodycopy]`.

        Raises:
            UnusableRules: the file cannot be read, or something in it is wrong; the message names file and line.
        """
        from cleaners.config_file import read  # pydantic takes a tenth of a second to load

        file = read(path)
        settings = cls(rules=file.rules)._with(file.choices)
        return replace(settings, sites=tuple((site, settings._with(choices)) for site, choices in file.sites))

    def _with(self, choices: Choices) -> Settings:
        """Return these settings with what a rule file, or a site in it, chooses and adds."""
        kept, removed = self.ignore | choices.ignore, self.always
        for code, goes in choices.policies:
            kept, removed = (kept - {code}, removed | {code}) if goes else (kept | {code}, removed - {code})
        select, phrases = choices.select or self.select, self.phrases + choices.phrases
        return replace(self, **choices.given, select=select, ignore=kept, always=removed, phrases=phrases)

    @property
    def digest(self) -> str:
        """A hash of all choices. Runs with equal digests and equal rules have equal results."""
        codes = (sorted(self.ignore), sorted(self.select), sorted(self.always))
        phrases = [(phrase.key, phrase.rule, phrase.source) for phrase in self.phrases]  # not their examples
        sites = [(site, settings.digest) for site, settings in self.sites]
        own = (phrases, self.rules, sites)
        parts = (self.profile, codes, self.language, self.loss_budget, self.review_below, self.keep_title, own)
        unreported = "" if self.suggestions else "no suggestions"
        return hashlib.sha256(f"{parts!r}{unreported}".encode()).hexdigest()[:12]
