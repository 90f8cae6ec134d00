"""Asks a running pantaud for everything that docs/api/openapi.yaml describes, and says where an answer differs.

usage: check_api.py OPENAPI.YAML http://HOST:PORT DEVICE
"""
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import jsonschema
import yaml

faults = []


def ask(url, headers=None):
    request = urllib.request.Request(url, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.tree = yaml.safe_load(file)

    def resolved(self, node):
        while "$ref" in node and node["$ref"].startswith("#/"):
            target = self.tree
            for part in node["$ref"][2:].split("/"):
                target = target[part]
            node = target
        return node

    def check(self, where, operation, status, headers, body):
        response = operation["responses"].get(str(status))
        if response is None:
            faults.append(f"{where}: status {status} is not described: {body[:200]!r}")
            return
        content = self.resolved(response).get("content")
        if content is None:
            if body:
                faults.append(f"{where}: status {status} has no content, but came with {len(body)} bytes")
            return
        kind = headers["Content-Type"].split(";")[0]
        if kind not in content:
            faults.append(f"{where}: {kind} is not described for status {status}")
            return
        for name in self.resolved(response).get("headers", {}):
            if headers[name] is None:
                faults.append(f"{where}: without {name}")
        if kind != "application/json":
            return
        schema = dict(content[kind]["schema"], components=self.tree["components"])
        validator = jsonschema.Draft202012Validator(schema)
        for error in validator.iter_errors(json.loads(body)):
            path = "/".join(str(part) for part in error.absolute_path)
            faults.append(f"{where}: at {path}: {error.message[:300]}")


def main():
    document, base, device = Document(sys.argv[1]), sys.argv[2], sys.argv[3]
    jsonschema.Draft202012Validator.check_schema({"components": document.tree["components"]})
    for name, schema in document.tree["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
    asked = 0
    for path, methods in document.tree["paths"].items():
        operation = methods.get("get")
        if operation is None:
            continue
        parameters = [document.resolved(parameter) for parameter in operation.get("parameters", [])]
        url = base + path.replace("{id}", urllib.parse.quote(device))
        queries = [""]
        for parameter in parameters:
            if "example" in parameter:
                queries.append("?" + urllib.parse.urlencode({parameter["name"]: parameter["example"]}))
        for query in queries:
            status, headers, body = ask(url + query)
            document.check(path + query, operation, status, headers, body)
            if status != 200:
                faults.append(f"{path}{query}: status {status}")
            asked += 1
        if "304" in operation["responses"] and path != "/api/v1/summary":
            # A poll may change the document between two questions, but not each time.
            for _ in range(200):
                _, headers, _ = ask(url)
                status, headers, body = ask(url, {"If-None-Match": headers["ETag"]})
                if status == 304:
                    break
            document.check(path + " again", operation, status, headers, body)
            if status != 304:
                faults.append(f"{path}: status {status} for who has the document already")
        if "400" in operation["responses"]:
            status, headers, body = ask(url + "?no_such_parameter=1")
            document.check(path + " with nonsense", operation, status, headers, body)
            if status != 400:
                faults.append(f"{path}: status {status} for a parameter that does not exist")
        if "404" in operation["responses"]:
            status, headers, body = ask(url + "-that-is-none")
            document.check(path + " of none", operation, status, headers, body)
            if status != 404:
                faults.append(f"{path}: status {status} for something that does not exist")
    # From stretch to stretch: every device once.
    met, after = [], ""
    while after is not None:
        _, _, body = ask(f"{base}/api/v1/devices?limit=7&after={urllib.parse.quote(after)}")
        stretch = json.loads(body)
        met += [entry["id"] for entry in stretch["devices"]]
        after = stretch["next"]
    if len(met) != stretch["total"] or len(set(met)) != len(met) or device not in met:
        faults.append(f"devices: {len(met)} met, {len(set(met))} different, of {stretch['total']}")
    for fault in faults:
        print(fault)
    print(f"asked {asked} times, {len(met)} devices")
    return 1 if faults else 0


sys.exit(main())
