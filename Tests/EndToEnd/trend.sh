#!/usr/bin/env bash
# Where stored series go, and when they get there.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

# Series of the last week, a sample each ten minutes: value of row i (of 1,008) and day d, as awk has it; noise is within ±1.
NOW=$(date +%s)
pool() { # name, value
    awk -v now="$NOW" -v name="$1" "BEGIN { srand(7); print \"# TYPE pool gauge\"
        for (i = 0; i < 1008; i++) { d = i / 144; noise = 2 * rand() - 1
            printf \"pool{pool=\\\"%s\\\"} %.6f %d\\n\", name, $2, now - (1007 - i) * 600 }
        print \"# EOF\" }" | feed
    # The newest again, with limits.
    debvisor metric add pool "$(debvisor metric get pool --tag pool="$1" --limit 1 -o json | jq '.[0].value')" \
        --tag pool="$1" --timestamp "$(date -u -d "@$NOW" +%FT%TZ)" --min 0 --max 100 -q
}
pool fills '40 + 5 * d + 2 * noise'
pool drains '30 - 3 * d + noise'
pool flat '50 + 2 * noise'
pool daily '50 + 20 * sin(6.283185 * d) + noise'
pool logs '20 + 60 * (d / 1.3 - int(d / 1.3)) + noise'
pool emptied '(d < 4 ? 90 : 20) + 2 * d + noise'
awk -v now="$NOW" 'BEGIN { print "# TYPE sent counter"
    for (i = 0; i < 1008; i++) printf "sent_total %d %d\n", 600 * (1000 * i + i * i / 2), now - (1007 - i) * 600
    print "# EOF" }' | feed

slope() { # pool, least, most
    expect 0 "the trend of '$1'" debvisor trend analyze pool --tag "pool=$1" -o json
    json "is $2 to $3 a day" ".direction != \"stable\" and .confidence > 0.99 and .slope_per_day > $2 and .slope_per_day < $3"
}
slope fills 4.75 5.25
slope drains -3.15 -2.85
slope emptied 1.9 2.1
json "counts from the day that it was emptied" '.restarted_at != null and .level_before > 95 and .level_after < 30 and .start_time == .restarted_at'
expect 0 "the trend of a counter" debvisor trend analyze sent_total -o json
json "is that of its growth a second" '.per_second and .direction == "increasing" and (.slope_per_day - 144 | fabs) < 7.2'
for pool in flat daily logs; do
    expect 0 "'$pool'" debvisor trend analyze pool --tag pool=$pool -o json
    json "is stable" '.direction == "stable"'
done
json "and a sawtooth" '.shape == "sawtooth" and .turn > 75 and .turn < 83'
expect 0 "in words" debvisor trend analyze pool --tag pool=fills --plot
printed "it says how fast" "it rises by"
printed "how much it rests on" "1008 samples"
check "and draws" test "$(wc -l <"$OUT")" -gt 15

expect 0 "all of them" debvisor trend list -o json
json "the steepest first, none that is stable" '[.[].relative_change | fabs] == ([.[].relative_change | fabs] | sort | reverse) and ([.[].tags.pool] | contains(["fills", "drains", "emptied"])) and all(.[]; .direction != "stable") and length == 4'
expect 0 "for a person" debvisor trend list
said "the others are counted" "3 stable"
expect 0 "what falls" debvisor trend list pool --direction decreasing -o json
json "is listed alone" 'length == 1 and .[0].tags.pool == "drains"'

forecast() { debvisor trend forecast pool --tag "pool=$1" --threshold "$2" "${@:3}" -o json; }
expect 0 "when it is full" forecast fills 100
json "in order" '.outcome == "expected" and .earliest_at <= .likely_at and .likely_at <= .latest_at'
check "the likely time is right within a twentieth of the way" awk -v now="$NOW" -v \
    likely="$(date -d "$(jq -r .likely_at "$OUT")" +%s)" 'BEGIN { d = (likely - now) / 86400; exit !(d > 4.7 && d < 5.3) }'
expect 9 "within a week, for a job" forecast fills 100 --side above --within 7d
said "says when" "it reaches 100 about"
expect 0 "not within a day" forecast fills 100 --side above --within 1d
expect 0 "when it is empty" forecast drains 0
json "is in about three days" '.side == "below" and .outcome == "expected"'
check "… or so" awk -v now="$NOW" -v likely="$(date -d "$(jq -r .likely_at "$OUT")" +%s)" \
    'BEGIN { d = (likely - now) / 86400; exit !(d > 2.6 && d < 3.4) }'
for pool in flat daily logs; do
    expect 0 "'$pool' is never full" forecast $pool 100 --side above --within 90d
    json "not within 90 d" '.outcome == "not-within" and .likely_at == null and .horizon_seconds == 7776000'
done
expect 0 "in words" debvisor trend forecast pool --tag pool=logs --threshold 100
printed "says so" "not reach 100 within 90 d"
expect 0 "what a sawtooth turns above" forecast logs 60 --side above
json "recurs" '.outcome == "recurring"'
expect 0 "what cannot be" forecast fills 120 --side above
json "is impossible" '.outcome == "impossible"'
said "and a warning" "never reached"
expect 0 "drawn" debvisor trend forecast pool --tag pool=fills --threshold 100 --plot
printed "with a mark where it is" "^"

fails 4 "a slip in a name" "did you mean 'pool'" debvisor trend analyze poll
fails 2 "several series" "6 series fit" debvisor trend analyze pool
fails 2 "a job without a side" "--side" debvisor trend forecast pool --tag pool=fills --threshold 90 --within 7d
debvisor metric add old 1 --timestamp 30d -q
fails 4 "a window without samples" "there are no samples of old in the last 7 d" debvisor trend analyze old

# Samples of the first five days become roll-ups.
debvisor trend analyze pool --tag pool=fills -o json >"$WORK/before"
debvisor metric retention set --samples-age 2d --ten-minutes-age 60d --hours-age 90d -q
debvisor metric compact -q
expect 0 "samples that were rolled up" debvisor trend analyze pool --tag pool=fills -o json
said "are said to be" "averages of 10 min were looked at"
json "and the slope is the same" ".rolled_up_at != null and (.slope_per_day - $(jq .slope_per_day "$WORK/before") | fabs) < 0.1"
