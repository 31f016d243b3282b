"""Examples of requests and answers, computed by the bundle that decides: they are as true as the server is."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aims_policy.authoring.new_workspace import starter_files
from aims_policy.decision.plain import to_plain
from aims_policy.server.api.batch import Place, answered
from aims_policy.server.api.multipart import MEDIA_TYPE as MULTIPART
from aims_policy.server.api.submission import ENVELOPE, asked_in, read_asked, submission
from aims_policy.server.deciding import decided
from aims_policy.server.kubernetes.admission import judge
from aims_policy.server.kubernetes.review import answer, read_review

if TYPE_CHECKING:
    from aims_policy.decision.record import Decision
    from aims_policy.server.snapshot import Snapshot

Json = dict[str, Any]

_AT = datetime(2026, 6, 15, tzinfo=timezone.utc)
_SHOWN = 2
"""Findings of an example that are shown."""


@lru_cache(4)
def examples(snapshot: Snapshot) -> dict[str, Json]:
    """The model of a new workspace, decided by this server's bundle at a fixed time."""
    text = starter_files("example", _AT.date())["inventory/model.yaml"]
    submitted = {"manifest": text, "evidence": [{"file": "reports/tests.xml", "content": _REPORT}]}
    asked = asked_in(submission(json.dumps(submitted).encode()), "production")
    [record] = decided(read_asked(asked, snapshot.bundle), snapshot, "production", _AT, "server")
    line = json.dumps({"ref": "build 4711", **submitted})
    review = _example_review()
    return {
        "/v1/decisions": {
            "request": {
                "application/yaml": text,
                ENVELOPE: submitted,
                MULTIPART: {"manifest": text, "evidence": [_REPORT]},
            },
            "response": _report(record.decision),
        },
        "/v1/decisions/batch": {
            "request": {"application/x-ndjson": f"{line}\n"},
            "response": answered(Place(0, "build 4711"), [record], [_ID], full=False),
        },
        "/k8s/validate": {
            "request": {"application/json": review},
            "response": _answer(review, snapshot),
        },
    }


def _report(decision: Decision) -> Json:
    """A DecisionReport with the first findings only."""
    plain = to_plain(decision)
    plain["findings"] = [f for f in plain["findings"] if f["outcome"] != "pass"][:_SHOWN]
    report = {
        "apiVersion": "aims/v1",
        "kind": "DecisionReport",
        "verdict": decision.verdict,
        "decisions": [plain],
        "unread": [],
        "notice": plain["notice"],
    }
    found: Json = json.loads(json.dumps(report, default=float))
    return found


def _answer(review: Json, snapshot: Snapshot) -> Json:
    read = read_review(json.dumps(review).encode())
    judged = judge(read, snapshot, "production", _AT)
    found: Json = json.loads(
        answer(
            read.api_version,
            allowed=judged.allowed,
            code=judged.code,
            message=judged.message,
            warnings=judged.warnings,
            audit=judged.audit,
        ).to(read.uid)
    )
    return found


_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
_REPORT = """\
<testsuite name="credit-scorer" tests="2" failures="0">
  <testcase classname="tests.acceptance" name="test_known_cases"/>
  <testcase classname="tests.acceptance" name="test_latency"/>
</testsuite>
"""


def _example_review() -> Json:
    service = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "scorer", "namespace": "loans"},
        "spec": {
            "predictor": {"model": {"modelFormat": {"name": "sklearn"}, "storageUri": "s3://models/scorer/3"}}
        },
    }
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": {"group": "serving.kserve.io", "version": "v1beta1", "kind": "InferenceService"},
            "namespace": "loans",
            "name": "scorer",
            "operation": "CREATE",
            "object": service,
            "oldObject": None,
            "dryRun": False,
        },
    }
