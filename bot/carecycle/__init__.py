"""careCycle's API: requests, rate limit, cache, lists and the search index."""
