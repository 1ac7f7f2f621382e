"""Reads metrics with the reference parser and prints what it found, as JSON."""
import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    families = list(text_string_to_metric_families(file.read()))
print(
    json.dumps(
        [
            [family.name, family.type, [[sample.name, sample.labels, sample.value] for sample in family.samples]]
            for family in families
        ]
    )
)
