"""The crawler: fetches the pages that a feed, a sitemap, a list or an address names into WARC files, before any run.

Fetching is a step of its own, so that a run over the fetched pages can be repeated and gives the same result.
"""

from flows.crawler.crawl import Fetched, fetch
from flows.crawler.errors import Failure
from flows.crawler.politeness import Clock, CrawlPolicy, default_user_agent

__all__ = ["Clock", "CrawlPolicy", "Failure", "Fetched", "default_user_agent", "fetch"]
