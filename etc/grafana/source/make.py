#!/usr/bin/env python3
"""Writes etc/grafana/dashboards/*.json. With --check: says which of them differ, and writes nothing."""
import json
import pathlib
import sys

import dashboards

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "dashboards"


def main():
    differ = []
    for made in dashboards.all_of_them():
        path = FOLDER / f"{made['uid']}.json"
        text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            differ.append(path.name)
    if differ:
        sys.exit(f"not as their source says: {', '.join(differ)}; to renew: python3 {__file__}")


main()
