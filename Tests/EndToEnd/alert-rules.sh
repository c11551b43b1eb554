#!/usr/bin/env bash
# Rules over real samples: what begins, what holds, what resolves, and what hides what.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

NOW=$(($(date +%s) - 120))
# Samples of one series, the last of them at $NOW: name and tags, then values a minute apart.
minutes() {
    local series=$1 count=$(($# - 1)) index=0 value
    shift
    {
        printf '# TYPE %s gauge\n' "${series%%\{*}"
        for value in "$@"; do
            index=$((index + 1))
            printf '%s %s %d\n' "$series" "$value" $((NOW - (count - index) * 60))
        done
        printf '# EOF\n'
    } | feed
}
rule() { debvisor alert rule "$@"; }
run() { debvisor alert run "$@" -o json; }

minutes 'load{host="a"}' 1 1 1 99 1
minutes 'load{host="b"}' 95 95 95 95 95
expect 0 "a rule" rule add high load --above 90 --clear-below 70 --severity critical -o json
json "says what it is" '.condition == "above 90, clear below 70" and .kind == "threshold" and .enabled and .origin == "own"'
expect 0 "the same again" rule add high load --above 90 --clear-below 70 --severity critical -o ndjson
json "changes nothing" 'select(.type == "result") | .changed == false'
expect 0 "one that wants more time" rule add held load --above 90 --for 3m -o json

expect 0 "the first run" debvisor alert run
said "adds the rules that come with it" "hypervisor-down, backup-failed, job-overdue"
printed "a message has numbers" "load of b is 95, above 90"
expect 0 "what changed" debvisor alert rule list -o json
json "both series spoke, one is over" 'map({(.rule): .open_alerts}) | add == {"high": 1, "held": 1, "hypervisor-down": 0, "backup-failed": 0, "job-overdue": 0}'
json "three are ready" 'map(select(.origin == "ready")) | length == 3'
expect 0 "the second run" run
json "finds nothing new" '. == []'
expect 0 "and is silent with -q" debvisor alert run -q
check "… wholly" test ! -s "$OUT" -a ! -s "$ERR"
expect 9 "for a script" run --fail-on critical
said "says what to do" "alert list"

# A peak between two runs, a gap, an end.
NOW=$((NOW + 60))
minutes 'load{host="b"}' 50
expect 0 "a value that clears" run
json "resolves both" 'map(.rule + " " + .status) | sort == ["held resolved", "high resolved"]'
debvisor metric add temperature 99 --tag room=1 -q
rule add hot temperature --above 80 --no-data 2s -q
expect 0 "what is hot" run
sleep 3
expect 0 "what is not measured any more" run
json "is not over" 'map(.status) == ["nodata"]'
debvisor metric add temperature end --tag room=1 -q
expect 0 "what has ended" run
json "is over, with the reason" 'map(.status) == ["resolved"] and (.[0].reason | startswith("the series ended"))'

expect 0 "all about a rule" rule show high -o json
json "with its series" '(.series | map(.object)) == ["host:a", "host:b"] and .alerts == []'
expect 0 "a test of a rule" rule test high --since 1h -o json
json "tells what it would have raised" 'map(select(.status == "firing").series) == ["load{host=\"b\"}", "load{host=\"a\"}"]'
json "and keeps nothing" 'map(select(.status == "resolved")) | length == 2'
expect 0 "… so a run" run --no-deliver
json "… finds nothing new" '. == []'

# A host that is down hides its machines.
debvisor -c test:///default metric collect -q
rule add silent libvirt_domain_info_vstate --absent 1s -q
rule add down libvirt_up --below 1 --severity critical --hides-dependents -q
debvisor -c test:///default metric collect -q
sleep 2
debvisor metric add libvirt_up 0 --tag uri=test:///default -q
expect 0 "a hypervisor that is down" run
json "speaks for itself and its machine" 'map(.rule + " " + .status) | sort == ["down firing", "hypervisor-down pending", "silent suppressed"]'
json "in words" 'map(select(.rule == "down").message) == ["the hypervisor test:///default does not answer"]'
expect 0 "the rule about the machine" rule show silent -o json
json "knows what it depends on" '.series[0] | .object == "machine:test" and (.depends_on | length) == 1'

# The scheduler's jobs, also when nobody looks for due ones.
debvisor schedule add late --cron '@yearly' --alert-after 1s -q -- /bin/true
sleep 2
expect 0 "a job that is late" run
json "fires" 'map(.rule + " " + .status) == ["job-overdue firing"]'
debvisor schedule execute late --wait -q
debvisor schedule update late --alert-after 1h -q
expect 0 "one that has completed" run
json "resolves" 'map(.status) == ["resolved"]'
expect 0 "deleting it" rule delete job-overdue --yes
expect 0 "… for good" run
check "… it is not there" test "$(rule list -o json | jq 'map(select(.rule == "job-overdue")) | length')" = 0

fails 4 "a slip in a metric" "did you mean 'load'" rule add x laod --above 1
fails 2 "a rule that can never fire" "could never fire" rule add x libvirt_up --above 1
fails 2 "levels the wrong way round" "would clear at" rule add x load --above 1 --clear-below 2
fails 2 "two conditions" "exclude each other" rule add x load --above 1 --absent 5m
fails 2 "none" "give one of" rule add x load
fails 6 "another of that name" "--replace" rule add high load --above 1
fails 4 "a slip in a rule" "did you mean 'high'" debvisor alert run hihg
fails 4 "the same, to be deleted" "did you mean 'high'" rule delete hihg --yes
fails 2 "deleting without a word" "asks before" rule delete high
expect 0 "a matcher that matches nothing" rule add x load --tag host=zzz --above 1
said "is told, once" "no series of 'load' matches host=zzz"
