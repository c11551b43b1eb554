#!/usr/bin/env bash
# Samples in and out: added, imported, looked at, exposed to Prometheus, served over HTTP, rolled up, deleted; bad input.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

metric() { "$DEBVISOR" metric "$@"; }
NOW=$(date +%s)
within() {
    local seconds=$1 end
    end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -le "$end" ] || { echo "not within $seconds s: $*"; return 1; }
        sleep 0.1
    done
}

added() {
    expect 0 "no store is needed to list" metric list -o json
    json "nothing" '. == []'
    expect 0 "a dry run" metric add room_celsius 1 --dry-run
    check "makes no store" not test -e "$DEBVISOR_STATE_DIR"
    expect 0 "a negative value" metric add room_celsius -3.5 --tag room=attic --unit celsius -o json
    json "is recorded" '.value == -3.5 and .tags.room == "attic" and .type == "gauge" and .special == null and .changed'
    expect 0 "an infinite one" metric add room_celsius -o json -- -Inf
    json "has no number but a word" '.value == null and .special == "-Inf"'
    expect 0 "a counter by its name" metric add jobs_total 5 --timestamp 10m
    expect 0 "… later" metric add jobs_total 65 --timestamp 5m -o json
    json "is one" '.type == "counter"'
    expect 0 "an observation" metric add wait_seconds 0.3 --type histogram
    expect 0 "another" metric add wait_seconds 4
    expect 0 "limits" metric add used_percent 71 --min 0 --max 100 -q
    expect 0 "all series" metric list -o json
    json "are listed" 'map(.name) | unique == ["jobs_total","room_celsius","used_percent","wait_seconds_bucket","wait_seconds_count","wait_seconds_sum"]'
    json "with limits and values" '.[] | select(.name == "used_percent") | .min == 0 and .max == 100 and .value == 71'
    json "and what a histogram counts" '[.[] | select(.name | startswith("wait_seconds")) | .value] | max == 4.3'
    expect 0 "an id" metric list "$(metric list used_percent -o tsv --no-header --fields id)" -o json
    json "is a name too" 'length == 1 and .[0].name == "used_percent"'
    expect 0 "the end of a series" metric add room_celsius end --tag room=attic -o json
    json "is a word" '.special == "end"'
    expect 0 "a time ahead" metric add used_percent 1 --timestamp +2h --tag pool=x
    said "is said" "lies in the future"
    fails 2 "a negative counter" "never negative" metric add jobs_total -1
    fails 6 "another type" "is a counter, not a gauge" metric add jobs_total 1 --type gauge
    fails 2 "a part of a histogram" "part of the histogram" metric add wait_seconds_sum 1
    fails 2 "a tag in double" "given twice" metric add x 1 --tag a=1 --tag a=2
    fails 2 "no name" "cannot be the name of a metric" metric add 9lives 1
    fails 2 "no number" "must be a number" metric add x 0x1p3
    fails 4 "a slip" "did you mean 'jobs_total'" metric get jobs_totl
}

defined() {
    expect 0 "a definition" metric define request_duration_seconds --type histogram --unit seconds --help "Time until the answer" --buckets 0.1,1,10 --labels host --max-series 2 -o json
    json "is kept" '.type == "histogram" and .buckets == ["0.1","1.0","10.0","+Inf"] and .max_series == 2 and .origin == "own"'
    expect 0 "again" metric define request_duration_seconds --max-series 2 -o json
    json "changes nothing" '.changed == false'
    expect 0 "an observation" metric add request_duration_seconds 0.4 --tag host=a
    check "has the buckets" test "$(metric list request_duration_seconds_bucket -o json | jq length)" = 4
    fails 6 "a label that it does not have" "no label 'user'" metric add request_duration_seconds 1 --tag user=x
    metric add request_duration_seconds 1 --tag host=b -q
    fails 6 "one series too many" "more than the 2 series" metric add request_duration_seconds 1 --tag host=c
    check "says which label" grep -q "'host' has 2 values" "$ERR"
    fails 6 "other buckets" "have a bucket up to" metric define request_duration_seconds --buckets 1,2
    fails 2 "a counter without its ending" "ends with _total" metric define orders --type counter
    fails 2 "a unit that is not in the name" "ends with its unit" metric define wait --type gauge --unit seconds
    expect 0 "a summary" metric define lag_seconds --type summary --unit seconds --quantiles 0.5,0.9
    for value in 1 2 3 4 5 6 7 8 9 10; do metric add lag_seconds $value -q; done
    expect 0 "its quantiles" metric list lag_seconds --tag quantile=0.9 -o json
    json "are close" '.[0].value | . > 8.9 and . < 9.1'
    expect 0 "scrapers" metric expose
    printed "see what it means" "# HELP request_duration_seconds Time until the answer"
    printed "and the summary" 'lag_seconds_count 10'
    expect 0 "OpenMetrics" metric export lag_seconds
    printed "has the unit" "# UNIT lag_seconds seconds"
    expect 0 "the page of help" metric define --help
    printed "is there" "USAGE"
    expect 0 "all definitions" metric definition list -o json
    json "those of debvisor too" 'map(select(.origin == "ready")) | length == 16'
    expect 0 "one goes" metric definition delete lag_seconds --yes
    expect 0 "its samples stay" metric get lag_seconds_count
}

looked_at() {
    awk -v now="$NOW" 'BEGIN { print "timestamp,value"; for (i = 0; i < 5000; i++) printf "%d,%.2f\n", now - (4999 - i) * 60, 50 + 30 * sin(i / 200) + (i == 3300 ? 90 : 0) }' >"$WORK/load.csv"
    expect 0 "a series" metric import "$WORK/load.csv" --name load -o json
    json "is imported" '.samples == 5000 and .series == 1 and .duplicates == 0 and .format == "csv"'
    expect 0 "again" metric import "$WORK/load.csv" --name load -o json
    json "changes nothing" '.duplicates == 5000'
    expect 0 "its samples" metric get load -o json
    json "are there once" 'length == 5000 and (map(.value) | max) > 100'
    expect 0 "as lines" metric get load -o ndjson
    check "each one" test "$(wc -l <"$OUT")" = 5001
    expect 0 "the newest" metric get load --limit 2 -o json
    json "are the last" "length == 2 and .[1].timestamp == \"$(date -u -d "@$NOW" +%FT%TZ)\""
    expect 0 "hours" metric get load --from 24h --step 1h --aggregate max -o json
    json "are steps" 'length >= 24 and length <= 26 and (map(.timestamp) | all(endswith(":00:00Z")))'
    expect 0 "a rate" metric get jobs_total --step 1h --aggregate rate -o json
    json "is a growth a second" '([.[].value] | add) > 0'
    expect 0 "a plot" env LC_ALL=C.UTF-8 TERM=xterm "$DEBVISOR" metric get load --plot
    check "is drawn in braille" grep -q '⡇' "$OUT"
    expect 0 "where no UTF-8 is" env LC_ALL=C "$DEBVISOR" metric get load --plot
    check "in ASCII" not grep -qP '[^\x00-\x7F]' "$OUT"
    printed "with its values" "100 +"
    fails 2 "half of a step" "needs '--aggregate'" metric get load --step 5m
    fails 2 "the other half" "needs '--step'" metric get load --aggregate avg
    expect 2 "a plot for programs" metric get load --plot -o json
    said "is none" "for people"
    fails 2 "times the wrong way round" "--from is later" metric get load --from 1h --to 2h
    expect 141 "a reader that leaves" bash -c "'$DEBVISOR' metric get load -o ndjson | head -n 1 >/dev/null; exit \${PIPESTATUS[0]}"
}

round_trips() {
    local format
    # What one format says last, all others say too; Influx cannot say it otherwise than in its own way.
    metric export >"$WORK/all.om"
    for format in openmetrics csv ndjson influx; do
        metric export --format $format >"$WORK/export"
        expect 0 "$format" env "DEBVISOR_STATE_DIR=$WORK/copy-$format" "$DEBVISOR" metric import "$WORK/export" --format $format
        env "DEBVISOR_STATE_DIR=$WORK/copy-$format" "$DEBVISOR" metric export | grep -v '^# ' >"$WORK/again.om"
        check "… and back, bit for bit" same "$WORK/again.om" <(grep -v '^# ' "$WORK/all.om")
    done
    expect 0 "a metric, a week, a format" metric export load --from 7d --format csv
    check "is a file" test "$(wc -l <"$OUT")" = 5001
    expect 0 "an export without a store" env "DEBVISOR_STATE_DIR=$WORK/none" "$DEBVISOR" metric export
    check "is empty but whole" test "$(cat "$OUT")" = "# EOF"
}

bad_input() {
    local before
    printf 'a 1 1000\na 2 1001\na{x="1\na 3 1002\n# EOF\n' >"$WORK/half.om"
    fails 1 "half a line" "half.om:3:7" metric import "$WORK/half.om"
    said "what comes before it is stored" "is stored (2 samples)"
    expect 0 "… that is" metric get a -o json
    json "… two" 'length == 2'
    sed 's/^a /b /; s/^a{/b{/' "$WORK/half.om" >"$WORK/atomic.om"
    fails 1 "all or nothing" "atomic.om:3:7" metric import "$WORK/atomic.om" --atomic
    said "is nothing" "nothing is stored"
    fails 4 "… really" "no metric 'b'" metric get b
    printf 'c 1 1000\n' >"$WORK/cut.om"
    fails 1 "a file that was cut off" "ends without '# EOF'" metric import "$WORK/cut.om"
    fails 1 "a line of 10 MiB" "input:1:1: a line is longer than 1 MiB" bash -c "head -c 10485760 /dev/zero | tr '\\0' x | '$DEBVISOR' metric import --format csv"
    fails 1 "bytes of a program" "standard input:1:" bash -c "head -c 4000 '$DEBVISOR' | '$DEBVISOR' metric import --format influx"
    printf 'name,type,timestamp,value\nm,gauge,1000,1\nm,counter,1001,2\n' >"$WORK/mixed.csv"
    fails 1 "mixed types" "mixed.csv:3:" metric import "$WORK/mixed.csv"
    printf 'd{x="\\q"} 1 1000\n# EOF\n' >"$WORK/escape.om"
    fails 1 "a wrong escape" "escape.om:1:" metric import "$WORK/escape.om"
    printf '{"name":"e","value":1,"timestamp":2000}\n{"name":"e","value":2,"timestamp":1000}\n' >"$WORK/back.ndjson"
    expect 0 "times that go back" metric import "$WORK/back.ndjson"
    expect 0 "… are put in order" metric get e -o json
    json "… both" 'map(.value) == [2, 1]'
    printf 'f 1 %s\n# EOF\n' $((NOW + 86400)) >"$WORK/future.om"
    expect 0 "a time ahead" metric import "$WORK/future.om"
    said "is said" "lie in the future: 1, first in line 1"
    printf 'g 1\n# EOF\n' >"$WORK/timeless.om"
    fails 1 "no time" "without a time" metric import "$WORK/timeless.om"
    expect 0 "… with leave" metric import "$WORK/timeless.om" --now
    fails 2 "no format" "is not clear" metric import
    fails 4 "no file" "nowhere.om" metric import "$WORK/nowhere.om"
    # A slow pipe into an atomic import keeps nobody waiting.
    mkfifo "$WORK/pipe"
    "$DEBVISOR" metric import - --format openmetrics --atomic -o json <"$WORK/pipe" >"$WORK/slow" 2>&1 &
    exec 9>"$WORK/pipe"
    printf 'slow 1 1000\n' >&9
    expect 0 "others write while a pipe is read" timeout 5 "$DEBVISOR" metric add meanwhile 1
    printf '# EOF\n' >&9
    exec 9>&-
    check "the pipe's import ends well" wait $!
    check "… with its sample" jq -e '.samples == 1' "$WORK/slow"
    check "… and leaves no file" test -z "$(find "$DEBVISOR_STATE_DIR" -name 'import*')"
    before=$(metric list -o json | jq length)
    mkfifo "$WORK/endless"
    "$DEBVISOR" metric import - --format openmetrics <"$WORK/endless" >"$WORK/stopped" 2>&1 &
    exec 9>"$WORK/endless"
    printf 'stopped 1 1000\nstopped 2 1001\n' >&9
    sleep 0.5
    kill -INT $!
    check "an import that is stopped ends" within 5 not kill -0 $!
    wait $! || true
    exec 9>&-
    check "… and says what is kept" grep -q 'stored (2 samples)' "$WORK/stopped"
    check "… which is there" test "$(metric list -o json | jq length)" = $((before + 1))
}

full_disk() {
    local place=$WORK/small kept
    mkdir "$place"
    mount -t tmpfs -o size=6m small "$place" || { skip "a full disk" "no tmpfs can be mounted"; return; }
    at_exit "umount -l $place"
    small() { DEBVISOR_STATE_DIR=$place/state "$DEBVISOR" metric "$@"; }
    awk 'BEGIN { srand(1); for (i = 0; i < 2000000; i++) printf "noise{s=\"%d\"} %.15f %d\n", i % 50, rand(), 1000000 + i / 50; print "# EOF" }' >"$WORK/noise.om"
    small add before 1 -q
    fails 1 "an import onto a full disk" "no space left" small import "$WORK/noise.om"
    said "says how much it keeps" "samples are stored"
    kept=$(sed -n 's/.*[^0-9]\([0-9]*\) samples are stored.*/\1/p' "$ERR")
    expect 0 "the store is whole" env "DEBVISOR_STATE_DIR=$place/state" "$DEBVISOR" system check
    expect 0 "what was kept" small list -o json
    json "is there" "([.[] | select(.name == \"noise\") | .samples] | add // 0) == ${kept:-x}"
    fails 1 "all or nothing" "no space left" small import "$WORK/noise.om" --atomic
    said "is nothing" "nothing is stored"
    mount -o remount,size=24m "$place"
    expect 0 "with room a deletion" small delete noise --yes -q
    cat /dev/zero >"$place/fill" 2>/dev/null || true
    fails 1 "an addition" "no space left" bash -c "for i in \$(seq 2000); do DEBVISOR_STATE_DIR='$place/state' '$DEBVISOR' metric add before \$i -q || exit; done"
    rm "$place/fill"
    expect 0 "with room again" small add before 2
    rm "$WORK/noise.om"
}

exposed() {
    local file=$WORK/textfile/debvisor.prom
    mkdir "$WORK/textfile"
    metric delete room_celsius --yes -q
    metric add room_celsius 20 --tag 'room="a\b' --description 'the "room"' -q
    metric add room_celsius 21 --tag room=gone -q
    metric add room_celsius end --tag room=gone -q
    expect 0 "an exposition" metric expose
    cp "$OUT" "$WORK/exposition"
    printed "has types" "# TYPE wait_seconds histogram"
    check "… and not what ended" not grep -q gone "$OUT"
    printed "… but what is new" 'room_celsius{room="\"a\\b"} 20'
    check "… nor what is old" not grep -q '^e ' "$OUT"
    expect 0 "old ones too" metric expose --max-age none
    check "are shown" grep -q '^e 1' "$OUT"
    expect 0 "a textfile" metric expose --textfile "$file"
    check "has the same" same "$file" "$WORK/exposition"
    check "for everybody" test "$(stat -c %a "$file")" = 644
    metric add node_load1 1.5 -q
    expect 0 "again" metric expose --textfile "$file"
    check "what node_exporter tells itself is not in it" not grep -q node_load1 "$file"
    expect 0 "… unless it is asked for" metric expose node_load1 --textfile "$file"
    check "… by name" grep -qx "node_load1 1.5" "$file"
    metric delete node_load1 --yes -q
    check "and nothing beside it" test "$(ls "$WORK/textfile")" = debvisor.prom
    fails 2 "a name that is not read" "ends with .prom" metric expose --textfile "$WORK/textfile/x"
    fails 4 "no such directory" "check the path" metric expose --textfile "$WORK/nowhere/x.prom"
    if command -v promtool >/dev/null; then
        # Its advice on names is not about what we write.
        metric expose room_celsius >"$WORK/checked"
        metric expose wait_seconds >>"$WORK/checked"
        metric expose jobs_total >>"$WORK/checked"
        check "promtool has nothing to say" silent promtool check metrics "$WORK/checked"
    else
        skip "promtool has nothing to say" "promtool is missing (scripts/install-dependencies test)"
    fi
}
silent() { # command, file on stdin
    local said
    said=$("${@:1:$#-1}" <"${!#}" 2>&1) || true
    [ -z "$said" ] || { echo "$said"; return 1; }
}

serve() { # options...
    rm -f "$WORK/served"
    "$DEBVISOR" metric serve --listen "$@" >"$WORK/served" 2>"$WORK/serve.err" &
    SERVER=$!
    at_exit "kill $SERVER 2>/dev/null"
    within 10 grep -qs http "$WORK/served"
    URL=$(sed -n 's|^serving \(http.*\)/metrics$|\1|p' "$WORK/served")
}
served() {
    serve 127.0.0.1:0 -v
    expect 0 "GET" curl -sf -D "$WORK/head" "$URL/metrics"
    check "has what expose has" same "$OUT" "$WORK/exposition"
    check "as text 0.0.4" grep -q '^Content-Type: text/plain; version=0.0.4' "$WORK/head"
    expect 0 "a scraper's choice" curl -sf -D "$WORK/head" -H 'Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1' "$URL/metrics"
    check "is OpenMetrics" grep -q '^Content-Type: application/openmetrics-text' "$WORK/head"
    check "… which ends" test "$(tail -n 1 "$OUT")" = "# EOF"
    expect 0 "HEAD" curl -sfI "$URL/metrics"
    check "has the length of the text" grep -q "^Content-Length: $(stat -c %s "$WORK/exposition")" "$OUT"
    expect 0 "/" curl -sf "$URL/"
    printed "leads on" "/metrics"
    check "elsewhere is 404" test "$(curl -so "$WORK/x" -w '%{http_code}' "$URL/x")" = 404
    check "POST is 405" test "$(curl -so "$WORK/x" -w '%{http_code}' -d x "$URL/metrics")" = 405
    check "one connection serves many" test "$(curl -s -o "$WORK/x" -o "$WORK/x" -w '%{num_connects}' "$URL/metrics" "$URL/metrics")" = 10
    metric add later 1 -q
    check "what comes later is seen" within 5 bash -c "curl -sf $URL/metrics | grep -q '^later 1'"
    check "a torture test" python3 "$LIBRARY/http_torture.py" "${URL#http://}"
    check "leaves it well" curl -sf -o "$WORK/x" "$URL/metrics"
    check "… with few files open" test "$(find "/proc/$SERVER/fd" | wc -l)" -lt 40
    check "… and little memory ($(awk '/VmHWM/ { print $2 }' "/proc/$SERVER/status") KiB)" test "$(awk '/VmHWM/ { print $2 }' "/proc/$SERVER/status")" -lt 100000
    fails 6 "the same port" "cannot listen on" metric serve --listen "${URL#http://}"
    fails 4 "an address of another host" "cannot listen on" metric serve --listen 192.0.2.1:9177
    fails 2 "no address" "must be an address and a port" metric serve --listen 9177
    kill -TERM $SERVER
    check "SIGTERM ends it" within 5 not kill -0 $SERVER
    check "… as asked" not wait $SERVER
    if [ -e /proc/net/if_inet6 ] && grep -q . /proc/net/if_inet6; then
        serve '[::1]:0'
        check "IPv6" curl -sfg -o "$WORK/x" "$URL/metrics"
        kill -INT $SERVER
        check "SIGINT ends it" within 5 not kill -0 $SERVER
        wait $SERVER || true
    else
        skip "IPv6" "this machine has none"
    fi
    told_ready
}
# READY over NOTIFY_SOCKET, as systemd would hear it.
told_ready() {
    python3 - "$DEBVISOR" "$WORK/notify" >"$WORK/told" <<'PY' || true
import os, socket, subprocess, sys
path = sys.argv[2]
heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
heard.bind(path)
heard.settimeout(10)
server = subprocess.Popen([sys.argv[1], "metric", "serve", "--listen", "127.0.0.1:0", "-q"],
                          env=dict(os.environ, NOTIFY_SOCKET=path), stdout=subprocess.DEVNULL)
print(heard.recv(100).decode())
server.terminate()
while (said := heard.recv(100).decode()) != "STOPPING=1":
    pass
print(said)
server.wait()
PY
    check "a service manager is told" test "$(tr '\n' ' ' <"$WORK/told")" = "READY=1 STOPPING=1 "
}

kept() {
    local old=$((NOW - 40 * 86400))
    awk -v old=$old 'BEGIN { for (i = 0; i < 20000; i++) printf "old_celsius %.1f %d\n", i % 500 == 0 ? 99 : 20, old + i * 60; print "# EOF" }' >"$WORK/old.om"
    metric import "$WORK/old.om" -q
    expect 0 "limits" metric retention set --samples-age 30d --ten-minutes-age 60d --hours-age 365d --size 1GiB -o json
    json "are set" '.samples_age_seconds == 2592000 and .size_bytes == 1073741824 and .changed'
    expect 0 "the same again" metric retention set --size 1GiB -o json
    json "changes nothing" '.changed == false'
    expect 0 "applied at once" metric retention set --now
    said "says what it did" "rolled up 1"
    expect 0 "what is left" metric get old_celsius --step 1d --aggregate max -o json
    json "has its peaks" '(map(select(.value == 99)) | length) >= 12'
    said "and a warning" "roll-ups stand for samples"
    expect 0 "samples" metric get old_celsius -o json
    said "are told to be rolled up" "were rolled up"
    expect 0 "percentiles" metric get old_celsius --step 1d --aggregate p95 -o json
    said "have none there" "no percentiles"
    fails 2 "tiers the wrong way round" "at least as long" metric retention set --hours-age 20d
    fails 2 "half a day" "whole days" metric retention set --samples-age 12h
    expect 0 "compaction" metric compact -o json
    json "leaves no more than there was" '.after_bytes <= .before_bytes and .after_bytes > 0'
    expect 0 "the limits" metric retention show -o json
    json "are those" '.hours_age_seconds == 31536000 and .applied_at != null and .used_bytes > 0'
    fails 2 "a deletion" "asks before it does this" metric delete load
    expect 0 "a dry run" metric delete wait_seconds --dry-run -o json
    json "names each series" 'length == 14'
    expect 0 "one of two" metric delete room_celsius --tag room=gone --yes -o json
    json "goes alone" 'length == 1 and .[0].tags.room == "gone"'
    expect 0 "a histogram" metric delete wait_seconds --yes -q
    expect 0 "goes" metric list -o json
    json "whole" 'map(select(.name | startswith("wait"))) == []'
    fails 4 "twice" "no metric" metric delete wait_seconds --yes
    expect 0 "… or not at all" metric delete wait_seconds --yes --missing-ok
}

added
defined
looked_at
round_trips
bad_input
exposed
served
kept
if [ "$(id -u)" = 0 ]; then full_disk; else skip "a full disk" "only root may mount a small one"; fi
check "the store is sound" debvisor system check
