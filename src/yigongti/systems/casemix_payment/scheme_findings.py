"""What the linter says of the scheme in force, read once for each release."""

from __future__ import annotations

from functools import lru_cache

from yigongti.engines.casemix.public import Finding, lint_scheme
from yigongti.foundation.policy import Policy


def scheme_findings(folder: str, policy: Policy) -> tuple[Finding, ...]:
    """The findings about a scheme folder of the policy ("casemix/starter"), errors first."""
    return _findings(str(policy.folder(folder)), policy.release.digest)


@lru_cache(maxsize=4)
def _findings(place: str, release: str) -> tuple[Finding, ...]:
    return tuple(lint_scheme(place))
