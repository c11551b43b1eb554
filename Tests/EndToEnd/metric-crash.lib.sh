# shellcheck shell=bash
# `kill -9` after every change that commands of metrics make to the disk: what was there is there, what was to come is there
# wholly or not at all, and the next command goes on. For crash.sh, after crash.lib.sh.

metric() { "$DEBVISOR" metric "$@"; }

# Samples of forty days ago in full and in tiny chunks, a tail, limits that both exceed.
metric_template() {
    local late
    rm -rf "$STATE"
    local old=$(($(date +%s) - 40 * 86400))
    awk -v t=$old 'BEGIN { for (i = 0; i < 3000; i++) printf "old %d %d\n", i % 7, t + i * 60; print "# EOF" }' >"$WORK/old.om"
    metric import "$WORK/old.om" -q
    # Each earlier than all before: a chunk of its own.
    for late in 1 2 3 4; do printf 'recent %d %d\n# EOF\n' $late $(($(date +%s) - 3600 * late)) | metric import - --format openmetrics -q; done
    metric add tail 1 -q
    metric retention set --samples-age 30d -q
    awk -v t=$old 'BEGIN { for (i = 0; i < 2000; i++) printf "new{s=\"%d\"} %d %d\n", i % 5, i, t + i; print "# EOF" }' >"$WORK/new.om"
    rm -rf "$WORK/metric-template"
    cp -a "$STATE" "$WORK/metric-template"
}
prepare_metrics() {
    rm -rf "$STATE" "$WORK/out"
    mkdir "$WORK/out"
    cp -a "$WORK/metric-template" "$STATE"
}
prepare_nothing() { rm -rf "$STATE"; }

# How many samples and roll-ups a metric has.
amount() { metric list "$1" -o json 2>/dev/null | jq '[.[] | .samples + .roll_ups] | add // 0' || echo 0; }
metrics_are_whole() { # label
    check "… the store is whole" debvisor system check -q
    check "… what was there is there" test "$(amount recent)" = 4
    expect 0 "… the next one goes on" metric add next 1 -q
}
added_or_not() {
    metrics_are_whole
    # The last change is the retention's, when it is due; the sample comes before.
    case $1 in metric-append.commit.after) check "… the sample is there" test "$(amount one)" = 1 ;; esac
}
first_or_not() { expect 0 "… the next one goes on" metric add one 2 -q; }
imported_or_not() {
    metrics_are_whole
    check "… all or nothing" one_of "$(amount new)" 0 2000
    check "… no file is left but an empty one" test "$(find "$STATE" -name 'import*' -size +0 | wc -l)" = 0
}
deleted_or_not() {
    metrics_are_whole
    check "… all or nothing" one_of "$(amount old)" 0 3000
}
rolled_up_or_not() {
    metrics_are_whole
    check "… samples or roll-ups" test "$(metric get old --step 100d --aggregate count -q -o json | jq '[.[].value] | add')" = 3000
    expect 0 "… again" metric compact -q
    check "… rolled up" test "$(metric get old --step 100d --aggregate count -q -o json | jq '[.[].value] | add')" = 3000
}
written_or_not() {
    metrics_are_whole
    if [ -e "$WORK/out/x.prom" ]; then check "… the file is whole" grep -q '^tail 1' "$WORK/out/x.prom"; fi
}
# A metric that is defined once, or not at all.
defined_or_not() {
    metrics_are_whole
    expect 0 "… define it again" metric define orders_total --type counter --max-series 5
    check "… it is there once" test "$(metric definition list -o json | jq '[.[] | select(.name == "orders_total")] | length')" = 1
}

system() { "$DEBVISOR" system "$@"; }
exported_or_not() {
    metrics_are_whole
    if [ -e "$WORK/out/stores.tar" ]; then check "… the file is whole" system import "$WORK/out/stores.tar" --dry-run -q; fi
    expect 0 "… again" system export "$WORK/out/stores.tar"
    check "… nothing is left beside it" test "$(ls "$WORK/out")" = stores.tar
}
# The store as it was when it was exported has no `late`, the one that is replaced has.
with_an_export() {
    prepare_metrics
    system export "$WORK/out/stores.tar" -q
    metric add late 1 -q
}
imported_store_or_not() {
    check "… the store is whole" debvisor system check -q
    check "… the old one or the new one" one_of "$(amount late)" 0 1
    case $1 in store-import.rename.after) check "… the new one" test "$(amount late)" = 0 ;; esac
    check "… what was there is there" test "$(amount recent)" = 4
    expect 0 "… it goes on" metric add next 1 -q
    expect 0 "… again" system import "$WORK/out/stores.tar" --yes
    check "… it is the new one" test "$(amount late)$(amount next)" = 00
    check "… the old one is kept" test -n "$(find "$STATE" -name 'metrics.db.before-*')"
    check "… nothing else is left" test -z "$(find "$STATE" -name '*.new*' -o -name '*.unfinished')"
}
one_of() { # value, values...
    local value=$1 each
    shift
    for each in "$@"; do [ "$value" != "$each" ] || return 0; done
    echo "$value"
    return 1
}

every_metric_walk() {
    metric_template
    walk_store "metric add, the first" prepare_nothing first_or_not /dev/null metric add one 1
    walk_store "metric add" prepare_metrics added_or_not /dev/null metric add one 1
    walk_store "metric import" prepare_metrics imported_or_not /dev/null metric import "$WORK/new.om"
    walk_store "metric import --atomic" prepare_metrics imported_or_not "$WORK/new.om" metric import - --format openmetrics --atomic
    walk_store "metric delete" prepare_metrics deleted_or_not /dev/null metric delete old --yes
    walk_store "metric retention set" prepare_metrics rolled_up_or_not /dev/null metric retention set --samples-age 20d --now
    walk_store "metric compact" prepare_metrics rolled_up_or_not /dev/null metric compact
    walk_store "metric define" prepare_metrics defined_or_not /dev/null metric define orders_total --type counter --max-series 5
    walk_store "system export" prepare_metrics exported_or_not /dev/null system export "$WORK/out/stores.tar"
    walk_store "system import" with_an_export imported_store_or_not /dev/null system import "$WORK/out/stores.tar" --yes
    walk_store "metric expose" prepare_metrics written_or_not /dev/null metric expose --textfile "$WORK/out/x.prom"
}
