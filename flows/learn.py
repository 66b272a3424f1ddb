"""The former place of the flow `learn-sites`, for deployments that still enter it here."""

import logging

from flows.learn_sites import learn_sites

__all__ = ["learn_sites"]

logging.getLogger(__name__).warning(
    "the entry point flows.learn.learn_sites is outdated; use bodycopy.learn_sites in the deployment"
)
