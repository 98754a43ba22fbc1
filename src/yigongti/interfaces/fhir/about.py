"""What this server can do, told from what it does: CapabilityStatement, SMART configuration."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from django.http import JsonResponse

from yigongti.interfaces.fhir.answering import Answer
from yigongti.interfaces.fhir.asked import Asked
from yigongti.kernel.records.public import GENERATED, capability_rest

INTERACTIONS = (
    "read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type",
)  # fmt: skip
READING = ("read", "search-type")
SINCE = "2026-11-24"
OPERATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "": (("validate", "http://hl7.org/fhir/OperationDefinition/Resource-validate"),),
    "Patient": (
        ("everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything"),
        ("match", "http://hl7.org/fhir/OperationDefinition/Patient-match"),
        ("export", "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export"),
    ),
    "Group": (("export", "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export"),),
}
"""Type ("" for every type) → (name, definition); a test holds it against the routes."""


def capability_statement(base: str) -> dict[str, Any]:
    """The CapabilityStatement of this installation."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": SINCE,
        "publisher": "Yigongti 医共体",
        "kind": "instance",
        "software": {"name": "yigongti", "version": version("yigongti")},
        "implementation": {"description": "医共体健康档案 · Health records of a medical community", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [_rest(base)],
    }


def _rest(base: str) -> dict[str, Any]:
    return {
        "mode": "server",
        "documentation": "Ids are given by this server; a resource is changed by the institution that wrote it alone.",
        "security": {
            "cors": False,
            "service": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                            "code": "SMART-on-FHIR",
                        }
                    ]
                }
            ],
            "extension": [
                {
                    "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                    "extension": [{"url": "token", "valueUri": f"{base}/auth/token"}],
                }
            ],
        },
        "resource": [_resource(told) for told in capability_rest()],
        "interaction": [{"code": "transaction"}, {"code": "batch"}],
    }


def _resource(told: dict[str, Any]) -> dict[str, Any]:
    name = told["type"]
    if name in GENERATED:
        return {"type": name, "interaction": [{"code": "read"}], "versioning": "versioned"}
    operations = [*OPERATIONS[""], *OPERATIONS.get(name, ())]
    return {
        **{key: value for key, value in told.items() if value},
        "interaction": [{"code": code} for code in INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": True,
        "conditionalDelete": "single",
        "referencePolicy": ["literal", "local", "enforced"],
        "operation": [{"name": operation, "definition": url} for operation, url in operations],
    }


def metadata(asked: Asked) -> Answer:
    """GET metadata"""
    return Answer(200, capability_statement(asked.base))


def smart_configuration(asked: Asked) -> Answer:
    """GET .well-known/smart-configuration"""
    told = {
        "token_endpoint": f"{asked.base}/auth/token",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": ["system/*.cruds", "system/*.rs", "system/*.read", "system/*.write"],
        "capabilities": ["client-confidential-symmetric", "permission-v1", "permission-v2"],
    }
    return Answer(raw=JsonResponse(told))
