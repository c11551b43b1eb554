#!/usr/bin/env bash
# Scores of a series that comes from a file, or through a pipe.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

# A quiet sine with a spike in row 2,500.
awk 'BEGIN { print "timestamp,value"; for (i = 0; i < 3000; i++)
    printf "%d,%.2f\n", 1700000000 + i * 60, 50 + 10 * sin(i / 40) + (i * 7919 % 13) / 10 + (i == 2500 ? 40 : 0) }' >"$WORK/series.csv"

expect 0 "a file" debvisor detect score "$WORK/series.csv"
cp "$OUT" "$WORK/scored"
check "what was read is there byte for byte" same "$WORK/series.csv" <(cut -d, -f1,2 "$WORK/scored")
check "the spike, and only it, is critical" test "$(awk -F, 'NR > 1 && $3 >= 0.77 { print NR - 2 }' "$WORK/scored")" = 2500
expect 0 "a pipe" bash -c "'$DEBVISOR' detect score <'$WORK/series.csv'"
check "gives the same" same "$WORK/scored" "$OUT"
expect 0 "its beginning" bash -c "head -n 1000 '$WORK/series.csv' | '$DEBVISOR' detect score -"
check "has the same scores: nothing looks ahead" same "$OUT" <(head -n 1000 "$WORK/scored")
expect 0 "as JSON" debvisor detect score "$WORK/series.csv" -o json
json "an object a row" 'length == 3000 and .[2500].severity == "critical" and .[0].timestamp == "2023-11-14T22:13:20Z"'
expect 0 "as NDJSON, with known limits" debvisor detect score "$WORK/series.csv" --min 0 --max 200 -o ndjson
check "a line a row and the result" test "$(wc -l <"$OUT")" = 3001
sed '1500{p;}' "$WORK/series.csv" >"$WORK/twice.csv"
expect 0 "a time that comes twice" debvisor detect score "$WORK/twice.csv"
said "is said" "repeat the one before: 1, first in line 1501"
expect 0 "… in NDJSON" debvisor detect score "$WORK/twice.csv" -o ndjson
check "… as a warning" grep -q '"type":"warning".*first in line 1501' "$OUT"
sed '1500s/,.*/,abc/' "$WORK/series.csv" >"$WORK/broken.csv"
fails 1 "a value that is none" "broken.csv:1500:12" debvisor detect score "$WORK/broken.csv"
check "what came before it is scored" test "$(wc -l <"$OUT")" = 1499
fails 4 "no such file" "nowhere.csv" debvisor detect score "$WORK/nowhere.csv"
fails 2 "half of the limits" "belong together" debvisor detect score "$WORK/series.csv" --min 0
expect 141 "a reader that leaves" bash -c "'$DEBVISOR' detect score '$WORK/series.csv' | head -n 1 >/dev/null; exit \${PIPESTATUS[0]}"
