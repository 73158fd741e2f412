"""Every error code there is, a module a family. What to do with them is in `errors`.

The vendor's codes come from its public documents and the SDK's `errorcodes.py`; `NetworkError.*`,
`ClientError.*`, `AnswerLost.*` and `ProcessLost` are our own.
"""

from collections.abc import Mapping

from recordings.trro.catalogue import access, elsewhere, limits, lost, network, senseless, service, storage, wording
from recordings.trro.catalogue.entry import Entry

_FAMILIES = (access, elsewhere, limits, lost, network, senseless, service, storage, wording)

CATALOGUE: Mapping[str, Entry] = {entry.code: entry for family in _FAMILIES for entry in family.ENTRIES}
