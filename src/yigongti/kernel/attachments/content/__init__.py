"""What a file really is, told from its bytes and never from its name or from what a browser claims.

    found = recognised(data)            # Found("jpeg", width=1600, height=1200)

A file is read from its first byte to its last: what stands before, between or after its parts makes it refused. Images
are not changed: nothing is stripped from them.
"""

from yigongti.kernel.attachments.content.recognising import KINDS, Found, Kind, recognised

__all__ = ["KINDS", "Found", "Kind", "recognised"]
