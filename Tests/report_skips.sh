#!/usr/bin/env bash
# Counts the tests that a run has skipped, with the reason of each. Where CI is set, a skip fails unless its reason is
# one that a machine may have: real data that are not there, being root, having no manual pages.
set -u
skips=$(grep -E '^. (Test|Suite) .* skipped' "$1" | sed -E 's/^. //')
[ -n "$skips" ] || exit 0
echo "skipped: $(wc -l <<<"$skips")"
sed 's/^/  /' <<<"$skips"
unexpected=$(grep -vE 'AWN_DATA|root may read|no man here' <<<"$skips")
[ "${CI:-}" != true ] || [ -z "$unexpected" ] || {
  echo "these must not be skipped here"
  exit 1
}
