# shellcheck shell=bash
# `kill -9` before and after every change that evaluations and rules make to the disk. The next run goes on: nothing is raised
# twice, nothing is lost, what was to be told is told. For crash.sh, after crash.lib.sh.

alert() { "$DEBVISOR" alert "$@"; }

# A rule that two series break, a notifier that writes down what it gets; the same after a run, with a notice that is due, and
# after one of the series has cleared and the other has ended.
alert_template() {
    local now
    rm -rf "$STATE"
    now=$(($(date +%s) - 60))
    printf '#!/bin/sh\ncat >>"%s/told"\n' "$WORK" >"$WORK/tell"
    chmod 755 "$WORK/tell"
    printf '# TYPE load gauge\nload{s="a"} 99 %d\nload{s="b"} 99 %d\n# EOF\n' "$now" "$now" | feed
    alert rule add high load --above 90 --no-data 30d -q
    # Straight into the store: the walk is about what evaluations write.
    alert_sql "INSERT INTO notifiers (name, definition, created_at) VALUES ('tell', json_object('name', 'tell', 'target',
        json_object('command', json_object('path', '$WORK/tell', 'arguments', json_array())), 'leastSeverity', 'info',
        'matchers', json_array(), 'isEnabled', json('true'), 'timeoutSeconds', 30), 0)"
    rm -rf "$WORK/alert-fresh" "$WORK/alert-due" "$WORK/alert-fired"
    cp -a "$STATE" "$WORK/alert-fresh"
    alert run -q --no-deliver
    alert_sql "UPDATE deliveries SET due_at = 0"
    cp -a "$STATE" "$WORK/alert-due"
    debvisor metric add load 10 --tag s=a -q
    debvisor metric add load end --tag s=b -q
    cp -a "$STATE" "$WORK/alert-fired"
}
alert_sql() { # statement
    python3 -c 'import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as store: store.execute(sys.argv[2])' "$STATE/alerts.db" "$1"
}
prepare_due_alerts() {
    rm -rf "$STATE" "$WORK/told"
    cp -a "$WORK/alert-due" "$STATE"
}
prepare_alerts() {
    rm -rf "$STATE" "$WORK/told"
    cp -a "$WORK/alert-fresh" "$STATE"
}
prepare_fired_alerts() {
    rm -rf "$STATE" "$WORK/told"
    cp -a "$WORK/alert-fired" "$STATE"
}
open_alerts() { alert rule list -o json | jq '[.[].open_alerts] | add // 0'; }
alerts_are_whole() {
    check "… the store is whole" debvisor system check -q
    expect 0 "… the next run goes on" alert run -q --no-deliver
}
raised_once() {
    alerts_are_whole
    check "… both fire, once" test "$(open_alerts)" = 2
    expect 0 "… and one more run" alert run -o json --no-deliver
    json "… finds nothing" '. == []'
    check "… ready rules are there" test "$(alert rule list -o json | jq 'map(select(.origin == "ready")) | length')" = 3
}
resolved_once() {
    alerts_are_whole
    check "… nothing is open" test "$(open_alerts)" = 0
    expect 0 "… and one more run" alert run -o json --no-deliver
    json "… finds nothing" '. == []'
}
told_at_least_once() {
    check "… the store is whole" debvisor system check -q
    expect 0 "… the next run goes on" alert run -q
    check "… both were told of" test "$(jq -rs '[.[].alerts[].id] | unique | length' "$WORK/told")" = 2
    check "… at least once, with the same key" test "$(jq -rs '[.[].key] | unique | length' "$WORK/told")" = 1
    expect 0 "… and one more run" alert run -o json
    json "… finds nothing" '. == []'
}
rule_or_not() {
    check "… the store is whole" debvisor system check -q
    expect 0 "… again" alert rule add other load --above 95 --replace
    check "… it is there" test "$(alert rule list -o json | jq 'map(select(.rule == "other")) | length')" = 1
}
topology_or_not() {
    check "… the store is whole" debvisor system check -q
    expect 0 "… the next one" debvisor -c test:///default metric collect -q --no-host
    alert rule add seen libvirt_domain_info_vstate --absent 9h -q
    expect 0 "… what depends on what" alert rule show seen -o json
    json "… is known" '(.series[0].depends_on | length) == 1'
}

every_alert_walk() {
    alert_template
    walk_store "alert run" prepare_alerts raised_once /dev/null alert run
    walk_store "alert run, with what is over" prepare_fired_alerts resolved_once /dev/null alert run
    walk_store "alert run, with a notice that is due" prepare_due_alerts told_at_least_once /dev/null alert run
    walk_store "alert rule add" prepare_alerts rule_or_not /dev/null alert rule add other load --above 95
    walk_store "metric collect with alerts" prepare_alerts topology_or_not /dev/null -c test:///default metric collect --no-host
}
