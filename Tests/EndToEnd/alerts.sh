#!/usr/bin/env bash
# Who is told of alerts, by what, and how often: a real receiver of webhooks that fails, hangs and loses answers, a
# sendmail, a command; people who acknowledge, silence and resolve; kill -9 between the outbox and the delivery.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/alerts.lib.sh"

if [ ! -x "$ALERTS_DRIVER" ]; then
    skip "alerts" "AlertsDriver is not built beside debvisor"
    exit 0
fi

HOOK=$WORK/hook
mkdir "$HOOK"
mode() { echo "$1" >"$HOOK/mode"; }
mode 204
python3 "$LIBRARY/webhook_receiver.py" "$HOOK" &
receiver=$!
at_exit "kill $receiver"
for _ in $(seq 300); do [ -s "$HOOK/port" ] || sleep 0.1; done
URL=http://127.0.0.1:$(cat "$HOOK/port")/hooks/hunter2hunter2
requests() { jq -c "$1" "$HOOK/requests"; }
count() { if [ -e "$HOOK/requests" ]; then requests "select($1)" | wc -l; else echo 0; fi; }

# Nobody waits for others of a group here, nor long for the next attempt.
expect 0 "settings" alert settings set --group-wait 0s --retry 1s --retry-most 1s --give-up 1h
printf '%s\n' "$URL" >"$WORK/url"
printf 'Authorization: Bearer hunter2hunter2\n' >"$WORK/headers"
expect 0 "a webhook, its secrets in files" alert notify add hook --webhook-file "$WORK/url" --header-file "$WORK/headers" \
    --timeout 2s -o json
json "is shown without them" '.[0].target | test("^http://127.0.0.1:[0-9]+/…$")'
expect 0 "the same on standard input" bash -c "printf '%s\n' '$URL' | '$DEBVISOR' alert notify add hook --webhook-file - --header-file '$WORK/headers' --timeout 2s"
said "is there already" "nothing to do"
expect 0 "an address with a token on the command line" alert notify add loud --webhook "$URL" --disabled
said "is warned of" "use --webhook-file"
check "… and not repeated" not grep -q hunter2 "$ERR" "$OUT"
expect 0 "nobody wants it" alert notify delete loud --yes

expect 0 "a test" alert notify test hook
printed "says what came back" "answer  204"
mode 200
expect 0 "a test that is answered with what it had" alert notify test hook
printed "shows that without the secrets" "200: seen …"
mode 503
fails 7 "a test that fails" "answers 503" alert notify test hook
check "an echo of the secret is not repeated" not grep -q hunter2 "$ERR" "$OUT"
mode 400
fails 1 "a test that is refused" "refuses the notice with 400" alert notify test hook
mode hang
fails 8 "a test that hangs" "did not answer in time" alert notify test hook
rm -f "$HOOK/requests"

# One alert, told through all that the receiver does.
mode 503
seen disk 95 web01
ID=$(id_of disk web01)
expect 3 "the receiver fails" alert notify deliver
said "and is named" "notifier 'hook'"
expect 0 "what is in the outbox" alert notify list -o json
json "is to be tried again" '.[0].retrying == 1 and .[0].delivered == 0 and (.[0].problem | test("503"))'
deliver() { # title: until something was due
    for _ in $(seq 100); do
        alert notify deliver -o json >"$OUT" 2>"$ERR" || true
        if jq -e '.delivered + .failed > 0' "$OUT" >/dev/null; then break; fi
        sleep 0.2
    done
    report 0 "$1"
}
mode hang
deliver "it hangs"
json "which has failed" '.failed == 1'
mode lose
deliver "it takes the notice and loses the answer"
json "which has failed too" '.failed == 1'
mode 204
deliver "it takes it again"
json "and it is delivered" '.delivered == 1'
check "four attempts" test "$(count true)" = 4
check "with one key, by which the repeat is known" test "$(requests .body.key | sort -u | wc -l)" = 1
check "… in its header too" test "$(requests '.headers["Idempotency-Key"] == .body.key' | sort -u)" = true
check "numbered" test "$(requests .body.attempt | tr '\n' ' ')" = "1 2 3 4 "
expect 0 "nothing is told again" alert notify deliver -o json
json "nothing" '.delivered == 0 and .changed == false'
seen disk 96 web01
expect 0 "a repeat" alert notify deliver -o json
json "tells nobody" '.delivered == 0'

expect 9 "it fires" alert list --fail-on warning
said "and says where to look" "see why with: debvisor alert show $ID"
expect 0 "why" alert show "${ID:0:6}"
printed "the rule in words" "looks for disk_used_percent above 90 %, clear below 80 %"
printed "the number" "vda of web01 is 96 % full"
printed "who knows" "firing to hook: delivered, tried 4 times"
expect 0 "somebody looks after it" alert ack "$ID" --by anna --note 'moving logs' --until +2h
expect 0 "again" alert ack "$ID" --by anna --note 'moving logs' -o ndjson --until "$(alert list -o json | jq -r '.[0].acknowledgement_ends_at')"
json "changes nothing" 'select(.type == "result").changed == false'
expect 0 "and nothing calls for anybody" alert list --fail-on info
seen disk 10 web01
expect 0 "the end" alert notify deliver -o json
json "is told" '.delivered == 1'
check "once" test "$(count '.body.alerts[0].kind == "resolved"')" = 1
for _ in 1 2 3; do alert notify deliver -q; done
check "and never again" test "$(count '.body.alerts[0].kind == "resolved"')" = 1

# Groups: one host and rule is one message.
for vm in a b c; do seen disk 95 $vm h1; done
seen disk 95 d h2
expect 0 "four alerts of two hosts" alert notify deliver -o json
json "are two messages" '.delivered == 2'

# A silence says what it would hide.
expect 0 "a silence, first only looked at" alert silence add host=h1 --for 2h --by anna --comment 'new memory' --dry-run
printed "says what it would hide" "hides 3 alerts now"
expect 0 "a silence" alert silence add host=h1 --for 2h --by anna --comment 'new memory' -o json
json "hides them" '.[0].hides == 3 and .[0].id == "1"'
expect 0 "what fires is hidden" alert list --status suppressed -o json
json "with the reason" 'length == 3 and all(.[]; .suppressed_by | test("silence 1 by anna: new memory"))'
rm -f "$HOOK/requests"
seen disk 95 e h1
expect 0 "what begins under it" alert notify deliver -o json
json "is told to nobody" '.delivered == 0'
expect 0 "its end" alert silence delete 1
deliver "shows what still fires"
check "and it is told" test "$(count '[.body.alerts[].tags.vm] | contains(["e"])')" = 1
fails 2 "an end in the past" "has passed" alert silence add host=h1 --until 2020-01-01 --comment x
fails 2 "an end that is far away" "would last" alert silence add host=h1 --for 400d --comment x
expect 0 "a silence of nothing" alert silence add hots=h1 --for 1h --comment x
said "says so" "did you mean 'host'?"

# By hand, and what is false.
for vm in a b; do expect 0 "resolved by hand" alert resolve "$(id_of disk $vm)" --by anna; done
expect 0 "a false alarm" alert resolve "$(id_of disk c)" --false --note 'a rotated log' -o json
json "is noted" '.[0].status == "resolved" and .[0].false_alarm'
expect 0 "the history" alert history --limit 3 -o json
json "has who and why" '.[0] | .actor != "rules" and .reason == "a false alarm: a rotated log"'

expect 0 "those who had heard of them" alert notify deliver -o json
json "hear that they are over" '.delivered == 1 and .waiting == 0'

# Mail and a command.
cat >"$WORK/sendmail" <<EOS
#!/bin/sh
cat >>"$WORK/mail"
EOS
cat >"$WORK/page" <<EOS
#!/bin/sh
echo "\$1 \$DEBVISOR_ALERT_SEVERITY \$DEBVISOR_ALERT_KINDS \$DEBVISOR_ALERT_SUBJECT" >>"$WORK/paged"
EOS
chmod 755 "$WORK/sendmail" "$WORK/page"
printf 'sendmail = %s\n' "$WORK/sendmail" >"$WORK/debvisor.conf"
export DEBVISOR_CONFIG=$WORK/debvisor.conf
expect 0 "a mail" alert notify add mail --email root --email anna@example.org --severity critical
check "without a warning" not grep -q warning "$ERR"
expect 0 "a command with a word" alert notify add page --command "$WORK/page" --match 'vm=~f.*' -- night
seen power 99 f1 h3 critical
seen disk 99 g1 h3
expect 0 "told to each" alert notify deliver -o json
json "four messages" '.delivered == 4'
check "the mail" grep -q '^To: root, anna@example.org$' "$WORK/mail"
check "… is one" test "$(grep -c '^Message-ID: ' "$WORK/mail")" = 1
check "… with what is wrong" grep -q '^Subject: debvisor \[h3\] critical: power: vda of f1 is 99 % full$' "$WORK/mail"
check "the command" test "$(cat "$WORK/paged")" = "night critical firing debvisor [h3] critical: power: vda of f1 is 99 % full"
fails 2 "a word that every process could read" "looks like a secret" alert notify add bad --command "$WORK/page" -- --token=hunter2
fails 2 "notices in the clear" "in the clear" alert notify add bad --webhook http://example.org/x
fails 4 "a slip" "did you mean 'page'" alert notify test pgae

# `kill -9` while a notice is on its way, then somebody else: it comes again, with its key.
rm -f "$HOOK/requests"
mode hang
seen disk 95 z h9
("$DEBVISOR" alert notify deliver >/dev/null 2>&1 & echo $! >"$WORK/pid"; wait $!) 2>/dev/null &
for _ in $(seq 200); do [ -s "$HOOK/requests" ] || sleep 0.05; done
kill -9 "$(cat "$WORK/pid")"
mode 204
deliver "after a kill in the middle"
json "it is sent again" '.delivered == 1'
check "with the same key" test "$(requests .body.key | sort -u | wc -l)" = 1

# What changes, as lines.
mode 204
timeout 20 "$DEBVISOR" alert list rule=watched --watch >"$WORK/watched" &
watch=$!
sleep 1
seen watched 95 w
for _ in $(seq 100); do grep -q firing "$WORK/watched" || sleep 0.1; done
seen watched 5 w
for _ in $(seq 100); do grep -q resolved "$WORK/watched" || sleep 0.1; done
kill $watch
wait $watch || true
check "a watch has a line for each change" grep -q ' firing .* watched: ' "$WORK/watched"
check "… and for the end" grep -q ' resolved .* watched: ' "$WORK/watched"

check "no secret was printed" not grep -rq hunter2 "$WORK/stdout" "$WORK/stderr"
check "the store is whole" debvisor system check -q
check "only its owner reads it" test "$(stat -c %a "$DEBVISOR_STATE_DIR/alerts.db")" = 600
