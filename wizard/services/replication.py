"""The configuration of Litestream, which copies both databases elsewhere, second after second."""

import json

from wizard.settings import Settings


def configuration(settings: Settings, url: str) -> str:
    """Return the configuration, in YAML: each database under its name in `url`.

    What is erased here leaves the replica with the snapshots that hold it: before retention.backup_days.
    """
    hours = max(settings.retention.backup_days - 1, 1) * 24
    lines = ["snapshot:", "  interval: 24h", f"  retention: {hours}h", "dbs:"]
    for database in (settings.database, settings.documents.file):
        path, target = str(database.absolute()), f"{url.rstrip('/')}/{database.name}"
        # A text of JSON is one of YAML.
        lines += [f"  - path: {json.dumps(path)}", "    replica:", f"      url: {json.dumps(target)}"]
    return "\n".join(lines) + "\n"
