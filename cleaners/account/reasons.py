"""Reasons: why a finding of a stage did not act."""

from __future__ import annotations

from cleaners.acceptance import TITLES, Policy
from cleaners.guard import Held
from cleaners.ledger import Removal
from cleaners.registry import Stage
from cleaners.rule import Profile

ALONE = "; alone: no other noise in this text"
"""The end of the evidence of a finding that needs company and has none."""
_PROFILES = (Profile.CAREFUL, Profile.STANDARD, Profile.THOROUGH)
"""The profiles, the strictest first."""


def why_held(policy: Policy, removal: Removal, stage: Stage) -> str:
    """Return why a finding did not act; empty where it acted.

    Args:
        policy: which findings acted.
        removal: the finding, as the policy weighed it.
        stage: the stage that found it.
    """
    if policy.acts(removal, stage):
        return ""
    settings, code = policy.settings, removal.rule
    if policy.rules[code].is_decision:
        return "decisions are ignored"
    if settings.keep_title and code in TITLES:
        return "the settings keep the title in the body"
    if settings.ignores(code):
        return "the rule is switched off: by ignore or select, or by a decision for the site"
    if removal.evidence.endswith(ALONE):
        return "no company: the rule acts beside another kind of noise, and this text shows none"
    if not settings.acts_on(code, removal.confidence):
        return _below_profile(settings.profile, removal)
    what = "all findings" if policy.held is Held.ALL else f"the findings {_HELD[policy.held]}"
    return f"a guard: too much would have gone, so {what} only report"


_HELD = {
    Held.LONE: "that need company",
    Held.WEIGHED: "of rules that weigh evidence, unless they are sure,",
    Held.DOUBTFUL: "that are short of sure",
}
"""Which findings are held, in words."""


def _below_profile(profile: Profile, removal: Removal) -> str:
    """Return why the profile does not take a finding, and which one would."""
    taking = next(each for each in _PROFILES if each.acts_on(removal.confidence))
    return f"it is {removal.confidence}, which the profile {profile.value} leaves standing; {taking.value} takes it"
