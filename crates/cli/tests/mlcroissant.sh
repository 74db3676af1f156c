#!/usr/bin/env bash
# Has mlcroissant 1.1 judge every Croissant file of a folder: `mlcroissant.sh FOLDER`.
# Exits 0 if all are accepted, 1 if not, 77 if mlcroissant cannot be had here.
set -euo pipefail
folder=$1
venv=${SHUJIAN_MLCROISSANT:-${XDG_CACHE_HOME:-$HOME/.cache}/shujian-mlcroissant}
if ! "$venv/bin/python" -c 'import mlcroissant' 2>/dev/null; then
    { python3 -m venv "$venv" && timeout 300 "$venv/bin/pip" install --quiet 'mlcroissant==1.1.*'; } \
        || { echo "mlcroissant 1.1 cannot be had from PyPI: Croissant exports were not judged"; exit 77; }
fi
"$venv/bin/python" - "$folder" <<'PYTHON'
import pathlib, sys
import mlcroissant

accepted = refused = 0
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.croissant.json")):
    try:
        dataset = mlcroissant.Dataset(jsonld=str(path))
    except Exception as error:
        refused += 1
        print(f"{path.name}: {error}")
        continue
    accepted += 1
    for warning in sorted(dataset.metadata.ctx.issues.warnings):
        print(f"{path.name}: warning: {warning}")
print(f"{accepted} accepted, {refused} refused")
sys.exit(1 if refused or not accepted else 0)
PYTHON
