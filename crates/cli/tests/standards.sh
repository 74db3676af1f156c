#!/usr/bin/env bash
# Judges exports of a folder with tools of others: grants.json by JSON Schema, catalogue.jsonld by
# SHACL: `standards.sh FOLDER`. The constraints beside this script are those of the public standards
# for the members that we write. Exits 0 if all hold, 1 if not, 77 if the tools cannot be had here.
set -euo pipefail
folder=$1
here=$(cd "$(dirname "$0")/standards" && pwd)
venv=${SHUJIAN_STANDARDS:-${XDG_CACHE_HOME:-$HOME/.cache}/shujian-standards}
if ! "$venv/bin/python" -c 'import jsonschema, pyshacl' 2>/dev/null; then
    { python3 -m venv "$venv" \
        && timeout 300 "$venv/bin/pip" install --quiet 'jsonschema==4.*' 'pyshacl==0.*'; } \
        || { echo "jsonschema and pyshacl cannot be had from PyPI: exports were not judged"; exit 77; }
fi
"$venv/bin/python" - "$folder" "$here" <<'PYTHON'
import json, pathlib, sys
import jsonschema, pyshacl, rdflib

folder, here = map(pathlib.Path, sys.argv[1:])
schema = json.loads((here / "360giving.schema.json").read_text())
grants = json.loads((folder / "grants.json").read_text())
faults = list(jsonschema.Draft202012Validator(schema).iter_errors(grants))
for fault in faults:
    print(f"grants.json: {fault.json_path}: {fault.message}")
print(f"{len(grants['grants'])} grants, {len(faults)} faults")

graph = rdflib.Graph().parse(folder / "catalogue.jsonld", format="json-ld")
conforms, _, text = pyshacl.validate(graph, shacl_graph=str(here / "dcat-ap.ttl"))
datasets = set(graph.subjects(rdflib.RDF.type, rdflib.DCAT.Dataset))
print(f"{len(datasets)} datasets, {'all shapes hold' if conforms else text}")
sys.exit(0 if conforms and not faults and datasets and grants["grants"] else 1)
PYTHON
