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

# Series that are stored, a sample a minute of the last 3,000 minutes: a wave with a spike, and a counter that begins anew and
# then bursts.
NOW=$(date +%s)
load() { # host, from, to
    awk -v host="$1" -v from="$2" -v to="$3" -v now="$NOW" 'BEGIN { print "# TYPE load gauge"
        for (i = from; i < to; i++) printf "load{host=\"%s\"} %.2f %d\n", host,
            50 + 10 * sin(i / 40) + (i * 7919 % 13) / 10 + (i == 2900 ? 40 : 0), now - (3000 - i) * 60
        print "# EOF" }'
}
load a 0 2500 | feed
awk -v now="$NOW" 'BEGIN { print "# TYPE sent counter"
    for (i = 0; i < 3000; i++) { if (i == 2000) sum = 0
        sum += 60 * (1000 + 10 * (i * 7919 % 13) + (i == 2950 ? 5000 : 0)); printf "sent_total %d %d\n", sum, now - (3000 - i) * 60 }
    print "# EOF" }' | feed

expect 0 "a first run" debvisor detect run load -o json
json "finds nothing certain in what is quiet" '[.[] | select(.severity == "critical")] == []'
load a 2500 3000 | feed
expect 9 "the run after a spike" debvisor detect run --fail-on critical -o json
json "finds it, and the burst of the counter, not its new beginning" '[.[] | select(.severity == "critical") | .metric_name] | sort == ["load", "sent_total"]'
json "says when, what was expected and how rare that is" '.[] | select(.metric_name == "load" and .severity == "critical") | .value > 80 and .expected < 70 and .rarity < 0.01 and (.evidence | length) > 0'
ID=$(jq -r '.[] | select(.metric_name == "load" and .severity == "critical").finding_id' "$OUT")
expect 0 "the next run" debvisor detect run --fail-on info -o json
json "finds nothing again" '. == []'
expect 0 "what was found" debvisor detect recent --since 7d
printed "is listed" 'load{host="a"}'
expect 0 "an explanation" debvisor detect explain "$ID"
printed "is in words" "was expected"
printed "with a plot, which points at the row" "^"
expect 0 "… as JSON" debvisor detect explain "$ID" -o json
json "has the same" ".finding_id == \"$ID\" and .tags.host == \"a\""
fails 4 "no such finding" "there is no finding '4711'" debvisor detect explain 4711
expect 0 "a replay" debvisor detect replay load --threshold critical -o json
json "says what a threshold would have raised" '.raised == 1 and .per_week > 3 and .findings[0].severity == "critical"'

expect 0 "a false alarm" debvisor detect feedback add "$ID" --by ops
said "says what it changes" "weight 0.1 instead of 1"
said "and what the row would score" "would score"
expect 0 "the same again" debvisor detect feedback add "$ID" --by eve -o ndjson
check "changes nothing" grep -q '"changed":false' "$OUT"
expect 0 "what was told" debvisor detect feedback list -o json
json "is listed once" "length == 1 and .[0].finding_id == \"$ID\" and .[0].told_by == \"ops\" and .[0].weight == 0.1"
expect 0 "an explanation of it" debvisor detect explain "$ID"
printed "says so" "a false alarm, as ops told"
expect 0 "a replay under lowered weights" debvisor detect replay load --threshold critical -o json
json "raises it no more as critical" '.raised == 0 or .findings[0].anomaly_score < 1'
expect 0 "learning anew" debvisor detect run load --anew
expect 0 "keeps what was told" debvisor detect feedback list -o json
json "all of it" 'length == 1'
fails 2 "taking it back without a yes" "--yes" debvisor detect feedback delete "$ID"
expect 0 "taking it back" debvisor detect feedback delete "$ID" --yes
expect 0 "leaves nothing told" debvisor detect feedback list -o json
json "at all" '. == []'
fails 4 "taking back what was not told" "nobody told finding" debvisor detect feedback delete "$ID" --yes

python3 - "$DEBVISOR_STATE_DIR/anomalies.db" <<'PY'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as store:
    store.execute("UPDATE states SET data = zeroblob(100)")
PY
debvisor detect recent -o json >"$WORK/before"
printf '# TYPE load gauge\nload{host="a"} 51 %d\n# EOF\n' "$NOW" | feed
expect 0 "a state that is damaged" debvisor detect run
said "is said to be learned anew" "learned anew"
expect 0 "what was found before" debvisor detect recent -o json
check "is not found again" same "$OUT" "$WORK/before"

for host in b c d e f g h i; do load "$host" 0 3000; done | grep -v EOF | { cat; echo '# EOF'; } | grep -v '^# TYPE' | feed
for _ in 1 2 3 4; do debvisor detect run -q >/dev/null 2>&1 & done
wait
expect 0 "four runs at once" debvisor detect recent load --severity critical -o json
json "find everything once" 'length == 9 and ([.[].series_id] | unique | length) == 9'

expect 0 "baselines of all series" debvisor baseline auto -o json
json "are made" 'length == 10 and all(.[]; .status == "created" and (.lacks | length) > 0)'
expect 0 "a baseline" debvisor baseline get load --tag host=a
printed "says what it lacks" "of 14 days for a profile of the week"
expect 0 "a baseline deleted" debvisor baseline delete load --tag host=a --yes
fails 4 "is gone" "there is no such baseline" debvisor baseline get load --tag host=a
