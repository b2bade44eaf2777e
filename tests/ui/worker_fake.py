"""A worker that no net stands behind: answers, refuses, dies, hangs or chatters, as it is asked."""

from __future__ import annotations

import json
import sys
import time

for line in sys.stdin:
    request = json.loads(line)
    number, ask = request.pop("id"), request.pop("ask")
    if ask == "die":
        print("the end of what it said", file=sys.stderr, flush=True)
        sys.exit(1)
    if ask == "hang":
        time.sleep(60)
    if ask == "chatter":
        print("some library says hello", flush=True)
        print(json.dumps({"id": number - 1, "ok": {"stale": True}}), flush=True)
    answer = {"ok": {"asked": ask, **request}}
    if ask == "refuse":
        answer = {"error": "There is no file x.", "kind": "FileUnreadable"}
    if ask == "break":
        answer = {"error": "ZeroDivisionError: division by zero", "kind": "ZeroDivisionError"}
    print(json.dumps({"id": number, **answer}), flush=True)
