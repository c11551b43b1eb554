#!/usr/bin/env bash
# Rounds of samples of a host and its machines: the same figures that libvirt and the kernel give, ends where machines end,
# and no waiting for what does not answer.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/guest.lib.sh"

# The newest value of a series ("end" for its mark), or nothing: NAME [TAG VALUE].
newest() {
    /usr/bin/python3 "$LIBRARY/stored_samples.py" "$DEBVISOR_STATE_DIR" |
        jq -r --arg name "$1" --arg tag "${2:-}" --arg value "${3:-}" \
            '.[] | select(.name == $name and ($tag == "" or .tags[$tag] == $value)) | .samples[-1][1]'
}
# jq's FILTER is true of all series.
stored() {
    local title=$1
    /usr/bin/python3 "$LIBRARY/stored_samples.py" "$DEBVISOR_STATE_DIR" >"$OUT" 2>"$ERR" || true
    json "$title" "$2"
}

test_driver() {
    local test=(env DEBVISOR_STATE_DIR="$WORK/test-state" "$DEBVISOR" -c test:///default)
    DEBVISOR_STATE_DIR=$WORK/test-state
    expect 0 "a round of libvirt's test driver" "${test[@]}" metric collect -o json
    json "its machine, its pool and this host" '.machines == 1 and .pools == 1 and .series == .new_series and .series > 40'
    stored "the pool's space" '.[] | select(.name == "libvirt_storage_pool_capacity_bytes") | .samples[0][1] == 107374182400'
    stored "one time for all" '[.[].samples[][0]] | unique | length == 1'
    check "the host's memory as the kernel has it" test "$(newest node_memory_MemTotal_bytes)" = \
        "$(awk '/^MemTotal:/ { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
    check "and the time it booted" test "$(newest node_boot_time_seconds)" = "$(awk '/^btime/ { print $2 }' /proc/stat)"
    stored "a processor's modes" '[.[] | select(.name == "node_cpu_seconds_total") | .tags.mode] | contains(["idle", "iowait", "steal", "user"])'
    expect 0 "a dry run" "${test[@]}" metric collect --dry-run -o json
    json "says what there is to record" 'any(.[]; .object == "vm test") and any(.[]; .object | startswith("host "))'
    check "and records nothing" test "$(newest libvirt_up)" = 1
    fails 6 "another hypervisor in the same store" "--state-dir" "${test[@]}" -c "test://$WORK/none.xml" metric collect
    local away=("$DEBVISOR" -c "qemu+unix:///system?socket=$WORK/nothing" --state-dir "$WORK/away-state")
    expect 3 "a hypervisor that cannot be reached" "${away[@]}" metric collect -o json
    json "leaves the host" '.series > 30 and .machines == null and (.failed | length) == 1'
    said "and is named" "cannot connect"
    DEBVISOR_STATE_DIR=$WORK/away-state
    check "with libvirt_up 0" test "$(newest libvirt_up)" = 0
    fails 7 "and nothing but a hypervisor that cannot be reached" "cannot connect" "${away[@]}" metric collect --no-host
    fails 2 "neither host nor machines" "" "${away[@]}" metric collect --no-host --no-machines
    DEBVISOR_STATE_DIR=$WORK/state
}

# Every figure lies between the one that virsh gave before and the one that it gives after.
agrees_with_virsh() {
    virsh domstats --nowait --raw "$GUEST_NAME" >"$WORK/before"
    expect 0 "a round of a running guest" debvisor metric collect -o json
    json "of one machine" '.machines == 1 and .failed == []'
    virsh domstats --nowait --raw "$GUEST_NAME" >"$WORK/after"
    /usr/bin/python3 "$LIBRARY/stored_samples.py" "$DEBVISOR_STATE_DIR" >"$WORK/samples"
    check "the guest's figures are those of virsh" /usr/bin/python3 - "$WORK" <<'PY'
import json, sys
def read(name):
    lines = (line.strip().split("=", 1) for line in open(f"{sys.argv[1]}/{name}") if "=" in line)
    return {key: float(value) for key, value in lines if value.lstrip("-").isdigit()}
before, after = read("before"), read("after")
series = json.load(open(f"{sys.argv[1]}/samples"))
def value(name, **tags):
    found = [s for s in series if s["name"] == name and all(s["tags"].get(k) == v for k, v in tags.items())]
    assert len(found) == 1, (name, tags, len(found))
    assert found[0]["tags"]["domain"] == "web1" and len(found[0]["tags"]["uuid"]) == 36
    return found[0]["samples"][-1][1]
wanted = [
    ("libvirt_domain_info_vstate", {}, "state.state", 1), ("libvirt_domain_info_cpu_time_seconds_total", {}, "cpu.time", 1e-9),
    ("libvirt_domain_info_memory_usage_bytes", {}, "balloon.current", 1024),
    ("libvirt_domain_info_maximum_memory_bytes", {}, "balloon.maximum", 1024),
    ("libvirt_domain_info_virtual_cpus", {}, "vcpu.current", 1),
    ("libvirt_domain_vcpu_time_seconds_total", {"vcpu": "0"}, "vcpu.0.time", 1e-9),
    ("libvirt_domain_vcpu_delay_seconds_total", {"vcpu": "0"}, "vcpu.0.delay", 1e-9),
    ("libvirt_domain_memory_stats_available_bytes", {}, "balloon.available", 1024),
    ("libvirt_domain_memory_stats_minor_fault_total", {}, "balloon.minor_fault", 1),
    ("libvirt_domain_memory_stats_last_update_timestamp_seconds", {}, "balloon.last-update", 1),
]
for index, disk in enumerate(["vda", "vdb"]):
    for name, key, scale in [
        ("read_bytes_total", "rd.bytes", 1), ("read_requests_total", "rd.reqs", 1), ("read_time_seconds_total", "rd.times", 1e-9),
        ("write_bytes_total", "wr.bytes", 1), ("write_requests_total", "wr.reqs", 1), ("write_time_seconds_total", "wr.times", 1e-9),
        ("flush_requests_total", "fl.reqs", 1), ("capacity_bytes", "capacity", 1), ("physicalsize_bytes", "physical", 1),
    ]:
        wanted.append((f"libvirt_domain_block_stats_{name}", {"target_device": disk}, f"block.{index}.{key}", scale))
bad = []
for name, tags, key, scale in wanted:
    low, high = sorted([before[key] * scale, after[key] * scale])
    got = value(name, **tags)
    if not low - 1e-6 <= got <= high + 1e-6:
        bad.append((name, tags, low, got, high))
# The vCPU's time is part of the machine's, and both are of the order of seconds: units are right.
ratio = value("libvirt_domain_vcpu_time_seconds_total") / value("libvirt_domain_info_cpu_time_seconds_total")
assert 0.05 < ratio <= 1.01, ratio
assert not bad, bad
PY
    details "$WORK/check"
    stored "limits are declared" 'all(.[] | select(.name == "libvirt_domain_memory_stats_usable_bytes"); .minimum == 0 and .maximum == 201326592)'
}

pools() {
    virsh pool-define-as images dir --target "$GUEST_IMAGES" >/dev/null
    virsh pool-start images >/dev/null
    expect 0 "a round with a storage pool" debvisor metric collect -o json
    json "of one pool" '.pools == 1 and .new_series == 4'
    check "its size is the file system's" test "$(newest libvirt_storage_pool_capacity_bytes storage_pool images)" = \
        "$(stat -f -c '%b %S' "$GUEST_IMAGES_HERE" | awk '{ printf "%.0f", $1 * $2 }')"
    virsh pool-destroy images >/dev/null
    expect 0 "a round after the pool was stopped" debvisor metric collect -o json
    json "its space ends" '.ended_series == 3 and .pools == 1'
    check "its state goes on" test "$(newest libvirt_storage_pool_state storage_pool images)" = 0
    virsh pool-undefine images >/dev/null
    expect 0 "a round after it was undefined" debvisor metric collect -o json
    json "ends that too" '.ended_series == 1 and .pools == 0'
}

# A machine that is off keeps its state; all else of it ends, once.
ends() {
    local ended
    virsh destroy "$GUEST_NAME" >/dev/null
    expect 0 "a round after the guest was stopped" debvisor metric collect -o json
    json "its series end" '.ended_series > 30 and .machines == 1'
    ended=$(jq .ended_series "$OUT")
    check "its state goes on" test "$(newest libvirt_domain_info_vstate)" = 5
    stored "every other series of it has its mark" '[.[] | select(.tags.domain == "web1" and .samples[-1][1] != "end") | .name] | sort == ["libvirt_domain_info_vstate", "libvirt_domain_info_vstate_reason"]'
    expect 0 "the next round" debvisor metric collect -o json
    json "marks nothing again" '.ended_series == 0'
    virsh start "$GUEST_NAME" >/dev/null
    "$GUEST" tick 1
    expect 0 "a round after it was started" debvisor metric collect -o json
    json "has no new series, for the old ones go on" ".new_series == 0 and .ended_series == 0 and .restarted == []"
    check "all that had ended has values again" test "$(newest libvirt_domain_info_cpu_time_seconds_total)" != end
    check "as many as before" test "$ended" -gt 30
}

restarts() {
    local before after
    # Some more ticks, so that the new run cannot have caught up.
    "$GUEST" tick 5
    expect 0 "a round" debvisor metric collect
    before=$(newest libvirt_domain_block_stats_write_requests_total target_device vdb)
    virsh destroy "$GUEST_NAME" >/dev/null
    virsh start "$GUEST_NAME" >/dev/null
    "$GUEST" tick 1
    expect 0 "a round after a stop and a start in between" debvisor metric collect -o json
    json "names the machine, and ends nothing" '.restarted == ["web1"] and .ended_series == 0'
    after=$(newest libvirt_domain_block_stats_write_requests_total target_device vdb)
    check "its counters began at zero" awk "BEGIN { exit !($after < $before) }"
}

# Nobody waits for a QEMU or a daemon that hangs longer than they were told to.
hangs() {
    local pid started
    pid=$("$GUEST" pid qemu)
    # shellcheck disable=SC2086
    kill -STOP $pid
    started=$SECONDS
    expect 3 "a guest whose QEMU hangs" debvisor metric collect --timeout 8s -o json
    check "is not waited for" test $((SECONDS - started)) -lt 20
    json "is named" '.failed == ["vm web1"] and .ended_series == 0'
    said "with the reason" "did not answer"
    check "marked" test "$(newest libvirt_domain_timed_out)" = 1
    check "its state is recorded" test "$(newest libvirt_domain_info_vstate)" = 1
    # shellcheck disable=SC2086
    kill -CONT $pid
    expect 0 "and goes on" debvisor metric collect -o json
    check "without the mark" test "$(newest libvirt_domain_timed_out)" = 0
    pid=$("$GUEST" pid libvirtd)
    # shellcheck disable=SC2086
    kill -STOP $pid
    started=$SECONDS
    expect 3 "a daemon that hangs" debvisor metric collect --timeout 4s -o json
    check "is not waited for either" test $((SECONDS - started)) -lt 20
    json "the host is recorded, and nothing ends" '.series > 30 and .ended_series == 0 and .machines == null'
    fails 8 "with nothing else it is a time-out" "did not answer" debvisor metric collect --no-host --timeout 4s
    # shellcheck disable=SC2086
    kill -CONT $pid
    expect 0 "and works again" debvisor metric collect
}

gone() {
    virsh destroy "$GUEST_NAME" >/dev/null
    virsh undefine "$GUEST_NAME" --nvram --checkpoints-metadata >/dev/null 2>&1 || virsh undefine "$GUEST_NAME" >/dev/null
    expect 0 "a round after the guest was undefined" debvisor metric collect -o json
    json "no machine" '.machines == 0 and .ended_series > 30'
    stored "everything of it has ended" '[.[] | select(.tags.domain == "web1") | .samples[-1][1]] | unique == ["end"]'
}

test_driver
bring_up "$@" || exit 0
# The guest's balloon is asked every five seconds; the first answer is a while after the start.
for _ in $(seq 40); do
    grep -q 'balloon.usable=' <(virsh domstats --nowait --balloon "$GUEST_NAME") && break
    sleep 0.5
done
agrees_with_virsh
pools
ends
restarts
hangs
gone
