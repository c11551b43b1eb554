# shellcheck shell=bash
# `kill -9` before and after every change that runs of the detector and baselines make to the disk. The next run goes on:
# nothing is found twice, nothing is lost. For crash.sh, after crash.lib.sh.

FINDINGS=$DEBVISOR_STATE_DIR/anomalies.db
# A sample a minute of the last 1,500 minutes, of two series, with a spike in each.
detect_template() {
    rm -rf "$STATE"
    awk -v now="$(date +%s)" 'BEGIN { print "# TYPE load gauge"
        for (s = 0; s < 2; s++) for (i = 0; i < 1500; i++)
            printf "load{host=\"%d\"} %.2f %d\n", s, 50 + 10 * sin(i / 40) + (i * 7919 % 13) / 10 + (i == 1400 + s ? 40 : 0),
                now - (1500 - i) * 60
        print "# EOF" }' | feed
    debvisor detect run --since 7d -q
    all_findings >"$WORK/all-findings"
    check "something is found in both series" test "$(grep -c critical "$WORK/all-findings")" = 2
    rm -rf "$STATE/anomalies"* "$WORK/detect-template"
    cp -a "$STATE" "$WORK/detect-template"
}
# What was found, without numbers and the time of the run.
all_findings() {
    debvisor detect recent --limit 1000 --fields series_id,timestamp,severity,value,expected,anomaly_score,evidence -o json |
        jq -c '.[]'
}
prepare_detect() {
    rm -rf "$STATE"
    cp -a "$WORK/detect-template" "$STATE"
}
with_a_gone_series() {
    prepare_detect
    debvisor detect run --since 7d -q
    python3 - "$FINDINGS" <<'PY'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as store:
    store.execute("INSERT INTO series VALUES (99, 99, 'gone', '{}', 'gone')")
    store.execute("""INSERT INTO progress SELECT 99, revision, seen_until, seen_count, seen_from, rows, learned_at, minimum,
        maximum, is_counter, last_time, last_value, usual_step, 0 FROM progress WHERE series_id = 1""")
    store.execute("INSERT INTO states SELECT 99, data FROM states WHERE series_id = 1")
PY
}
with_baselines() {
    prepare_detect
    debvisor baseline create load -q
}
with_findings() {
    prepare_detect
    debvisor detect run --since 7d -q
}
with_feedback() {
    with_findings
    debvisor detect feedback add 1 --by ops -q
}
told_once() {
    expect 0 "… it can be told again" debvisor detect feedback add 1 --by ops
    check "… it was told once" test "$(debvisor detect feedback list -o json | jq length)" = 1
    found_once
}
told_no_more() {
    expect 0 "… it can be taken back again" debvisor detect feedback delete 1 --yes --missing-ok
    check "… nothing is told" test "$(debvisor detect feedback list -o json)" = '[]'
}
found_once() {
    expect 0 "… the next run goes on" debvisor detect run --since 7d
    check "… everything is found once" same <(all_findings) "$WORK/all-findings"
    expect 0 "… and one more" debvisor detect run --since 7d -o json
    json "… finds nothing" '. == []'
}
gone_is_forgotten() {
    found_once
    check "… a series that is gone is forgotten" test "$(python3 -c "
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM states').fetchone()[0])" "$FINDINGS")" = 2
}
baselines_are_whole() {
    expect 0 "… the next one goes on" debvisor baseline create load
    check "… there is one of each series" test "$(debvisor baseline list -o json | jq length)" = 2
}
baselines_are_gone() {
    expect 0 "… the next one goes on" debvisor baseline delete load --yes --missing-ok
    check "… there is none" test "$(debvisor baseline list -o json)" = '[]'
}

every_detect_walk() {
    detect_template
    walk_store "detect run" prepare_detect found_once /dev/null detect run --since 7d
    walk_store "detect run without a series" with_a_gone_series gone_is_forgotten /dev/null detect run
    walk_store "detect feedback add" with_findings told_once /dev/null detect feedback add 1 --by ops
    walk_store "detect feedback delete" with_feedback told_no_more /dev/null detect feedback delete 1 --yes
    walk_store "baseline create" prepare_detect baselines_are_whole /dev/null baseline create load
    walk_store "baseline delete" with_baselines baselines_are_gone /dev/null baseline delete load --yes
}
