# shellcheck shell=bash
# `kill -9` before and after every change that people and notices make to the store of alerts: what was reported is there, what
# was not is there wholly or not at all, and a notice comes twice at most with the same key. For crash.sh, after crash.lib.sh.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/alerts.lib.sh"

# Two alerts that fire, one of which somebody was told of and one notice that is due; a silence of something else.
UNTIL=$(date -u -d "+20 days" +%FT%TZ)
people_template() {
    rm -rf "$STATE"
    printf '#!/bin/sh\nprintf "%%s\\n" "$DEBVISOR_ALERT_KEY" >>"%s/told"\n' "$WORK" >"$WORK/tell"
    chmod 755 "$WORK/tell"
    alert settings set --group-wait 0s --retry 1s --retry-most 1s -q
    alert notify add tell --command "$WORK/tell" -q
    alert silence add host=h9 --for 20d --by anna --comment moves -q 2>/dev/null
    seen disk 95 web01
    alert notify deliver -q
    seen disk 95 web02 h2
    FIRST=$(id_of disk web01)
    rm -rf "$WORK/people-template"
    cp -a "$STATE" "$WORK/people-template"
}
prepare_people() {
    rm -rf "$STATE" "$WORK/told"
    cp -a "$WORK/people-template" "$STATE"
}
people_go_on() {
    check "… the store is whole" debvisor system check -q
    check "… both are there" test "$(alert list --all -o json | jq length)" = 2
}
acknowledged_or_not() { # label
    people_go_on
    case $1 in *.after) check "… it is acknowledged" test "$(status_of disk web01)" = acknowledged ;; esac
    expect 0 "… again" alert ack "$FIRST" --by anna
    check "… somebody looks after it" test "$(status_of disk web01)" = acknowledged
    check "… which is written down once" test "$(alert history "$FIRST" -o json | jq 'map(select(.actor == "anna")) | length')" = 1
}
resolved_or_not() {
    people_go_on
    case $1 in *.after) check "… it is over" test "$(status_of disk web01)" = resolved ;; esac
    expect 0 "… again" alert resolve "$FIRST" --false --by anna
    check "… it is over and was nothing" test "$(alert list --all vm=web01 -o json | jq -c '[.[0].status, .[0].false_alarm]')" = '["resolved",true]'
    expect 0 "… and told" alert notify deliver
    check "… once" test "$(alert notify outbox -o json | jq "map(select(.alert_id == \"$FIRST\" and .kind == \"resolved\")) | length")" = 1
}
silenced_or_not() {
    people_go_on
    case $1 in *.after) check "… it hides" test "$(status_of disk web01)" = suppressed ;; esac
    expect 0 "… again" alert silence add vm=web01 --until "$UNTIL" --by anna --comment memory
    check "… there is one of it" test "$(alert silence list -o json | jq 'map(select(.matchers == ["vm=web01"])) | length')" = 1
    check "… which hides" test "$(status_of disk web01)" = suppressed
}
shown_or_not() {
    people_go_on
    expect 0 "… again" alert silence delete 1
    check "… it is over" test "$(alert silence list -o json)" = '[]'
    check "… and on record" test "$(alert silence list --all -o json | jq -r '.[0].state')" = deleted
}
set_or_not() {
    people_go_on
    expect 0 "… again" alert settings set --remind critical=1h
    check "… it is so" test "$(alert settings show -o json | jq .remind_critical_seconds)" = 3600
}
notifier_or_not() {
    people_go_on
    expect 0 "… again" alert notify add other --command "$WORK/tell"
    check "… there are two" test "$(alert notify list -o json | jq length)" = 2
}
notifier_gone_or_not() {
    people_go_on
    expect 0 "… again" alert notify delete tell --yes --missing-ok
    check "… it is gone with its notices" test "$(alert notify outbox -o json)" = '[]'
}
delivered_or_not() { # label
    people_go_on
    expect 0 "… again" alert notify deliver
    check "… it is told" test "$(alert notify outbox -o json | jq -c 'map(.state) | unique')" = '["delivered"]'
    # Only of what was sent and not yet noted does nobody know.
    case $1 in
    outbox-result.commit.before) check "… twice, with one key" test "$(sort "$WORK/told" | uniq -c | awk '{ print $1 }')" = 2 ;;
    *) check "… once" test "$(wc -l <"$WORK/told")" = 1 ;;
    esac
}

every_people_walk() {
    # What is sent and not yet noted is seen before the commit alone.
    local SIDES="before after"
    people_template
    walk_store "alert ack" prepare_people acknowledged_or_not /dev/null alert ack "$FIRST" --by anna
    walk_store "alert resolve" prepare_people resolved_or_not /dev/null alert resolve "$FIRST" --false --by anna
    walk_store "alert silence add" prepare_people silenced_or_not /dev/null \
        alert silence add vm=web01 --until "$UNTIL" --by anna --comment memory
    walk_store "alert silence delete" prepare_people shown_or_not /dev/null alert silence delete 1
    walk_store "alert settings set" prepare_people set_or_not /dev/null alert settings set --remind critical=1h
    walk_store "alert notify add" prepare_people notifier_or_not /dev/null alert notify add other --command "$WORK/tell"
    walk_store "alert notify delete" prepare_people notifier_gone_or_not /dev/null alert notify delete tell --yes
    walk_store "alert notify deliver" prepare_people delivered_or_not /dev/null alert notify deliver
}
