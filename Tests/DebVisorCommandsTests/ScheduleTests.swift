import DebVisorCore
import Platform
import Schedules
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// `debvisor schedule`: real jobs under real supervisors, with a clock that is set by hand.
@Suite struct ScheduleTests {
    @Test(
        arguments: [
            ("0 3 * * fri-mon", "day of week", "'fri-mon'", "column 9", "fri,sat,sun,mon"),
            ("61 * * * *", "minute", "'61'", "column 1", ""), ("* * *", "", "3 fields", "column 6", ""),
            ("0 0 30 2 *", "day of month", "30", "column 5", "29"), ("0 */0 * * *", "hour", "0", "column 3", ""),
            ("@reboot", "", "@reboot", "column 1", "systemd"),
        ])
    func malformedExpressionsAreExplained(
        _ text: String, _ field: String, _ token: String, _ column: String, _ hint: String
    ) async throws {
        let sandbox = try Sandbox()
        for words in [
            ["next", "--cron", text], ["add", "x", "--cron", text, "--", "/bin/true"], ["lint", "--cron", text],
        ] {
            let outcome = await sandbox.run(words: ["schedule"] + words)
            #expect(outcome.status == 2)
            #expect(outcome.output == "")
            for part in [field, token, column, hint] { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
            #expect(outcome.errors.contains("hint: "))
        }
        #expect(!sandbox.exists("state"))
    }

    @Test func nextHasTwoKeysAndTheOffsetOfItsZone() async throws {
        let outcome = try await Sandbox().run(words: [
            "schedule", "next", "--cron", "30 2 * * *", "--timezone", "Europe/Berlin", "--from", "2026-03-28T12:00:00Z",
            "--count", "2", "-o", "json",
        ])
        #expect(
            outcome.output == """
                [
                  {
                    "scheduled_for": "2026-03-29T03:00:00+02:00",
                    "note": "02:30 does not exist, runs now"
                  },
                  {
                    "scheduled_for": "2026-03-30T02:30:00+02:00",
                    "note": null
                  }
                ]

                """)
        let never = try await Sandbox().run(words: [
            "schedule", "next", "--cron", "* 2 25-31 3 */7", "--timezone", "Europe/Berlin",
        ])
        #expect(never.status == 2)
        #expect(never.errors.contains("never due") && never.errors.contains("hint"), "\(never.errors)")
    }

    @Test func jobsAreAddedOnce() async throws {
        let sandbox = try Sandbox()
        let words = [
            "schedule", "add", "a", "--cron", "@daily", "-o", "json", "--", "/bin/echo", "two words", "-v", "$HOME",
        ]
        let first = await sandbox.run(words: words)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains(#""timezone": "Europe/Berlin""#))
        #expect(first.output.contains(#""command": "/bin/echo 'two words' -v '$HOME'""#), "\(first.output)")
        #expect(first.output.contains(#""changed": true"#))
        let again = await sandbox.run(words: words)
        #expect(again.output.contains(#""changed": false"#))
        let other = await sandbox.run("schedule add a --cron @daily -- true")
        #expect(other.status == 6)
        let run = await sandbox.run("schedule execute a --wait -o json --fields status,output,exit_code")
        #expect(
            run.output == """
                {
                  "status": "completed",
                  "output": "two words -v $HOME\\n",
                  "exit_code": 0,
                  "changed": true
                }

                """, "\(run.errors)")
    }

    @Test(
        arguments: [
            ("--cron @daily -- srv-nowhere", 4, "there is no program"), ("--cron @daily", 2, "give one of"),
            ("--cron @daily --shell true -- /bin/true", 2, "exclude each other"),
            ("--cron @daily --timezone Europe/Berln -- /bin/true", 2, "did you mean 'Europe/Berlin'?"),
            ("--cron @daily --user nobody-here -- /bin/true", 2, "there is no user"),
            ("--cron @daily --requires y -- /bin/true", 4, "there is no job 'y'"),
            ("--cron @daily --requires y:once -- /bin/true", 2, "backup:within=1h"),
            ("--cron @daily --retry-on 0,300 -- /bin/true", 2, "exit codes from 1 to 255"),
            ("--cron @daily --timeout 0s -- /bin/true", 2, "at least 1s"),
            ("--cron @daily --conflicts x -- /bin/true", 2, "cannot conflict with itself"),
        ])
    func whatCannotBeIsRefused(_ rest: String, _ status: Int, _ text: String) async throws {
        let sandbox = try Sandbox()
        let outcome = await sandbox.run(words: ["schedule", "add", "x"] + rest.split(separator: " ").map(String.init))
        #expect(outcome.status == Int32(status), "\(outcome.errors)")
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
        #expect(await sandbox.run("schedule list -o json").output == "[]\n")
        #expect(sandbox.toldBreaches == [])
    }

    @Test func whatIsNotThereYetIsDeferredByForce() async throws {
        let sandbox = try Sandbox()
        let added = await sandbox.run(
            "schedule add x --cron @daily --force --workdir /srv/nowhere --env-file /srv/none -- srv-nowhere")
        #expect(added.status == 0, "\(added.errors)")
        let early = await sandbox.run("schedule execute x --wait")
        #expect(early.status == 1 && early.errors.contains("/srv/none"), "\(early.errors)")
        #expect(await sandbox.run("schedule lint x").errors.contains("srv-nowhere"))
        await sandbox.prepare("schedule update x --clear env-file --force")
        #expect(await sandbox.run("schedule execute x --wait").errors.contains("srv-nowhere"))
        #expect(await sandbox.run("schedule update x --timeout 1h").status == 4)
    }

    /// Who is in the way and since when, in the status of the job that waits.
    @Test func aBlockedJobSaysByWhomAndSinceWhen() async throws {
        let sandbox = try Sandbox()
        sandbox.clock.set(Sandbox.yesterday)
        for words in [["first", "--shell", "sleep 600"], ["second", "--conflicts", "first", "--shell", "true"]] {
            await sandbox.run(words: ["schedule", "add", words[0], "--cron", "@daily"] + words.dropFirst())
        }
        await sandbox.run("schedule execute first")
        sandbox.clock.set(Sandbox.today)
        await sandbox.run("schedule run-due")
        let fields = "state,blocked_by,blocked_since,reason"
        let status = await sandbox.run("schedule status second -o json --fields \(fields)")
        #expect(
            status.output == """
                {
                  "state": "blocked",
                  "blocked_by": "first",
                  "blocked_since": "2026-11-25T03:00:00Z",
                  "reason": "run 1 of 'first' is running"
                }

                """, "\(status)")
        #expect(await sandbox.run("schedule explain second").output.contains("is blocked by 'first' since"))
        await sandbox.run("schedule cancel first --wait")
        #expect(await sandbox.run("schedule wait second").status == 0)
    }

    /// The dead man speaks once on stderr, with status 3; and says when all is well again.
    @Test func anOverdueJobIsToldOf() async throws {
        let sandbox = try Sandbox()
        sandbox.clock.set(Sandbox.yesterday)
        await sandbox.run(
            words: ["schedule", "add", "a", "--cron", "0 0 1 1 *", "--alert-after", "1h", "--shell", "true"])
        #expect(await sandbox.run("-q schedule run-due").status == 0)
        sandbox.clock.set(Sandbox.today)
        let told = await sandbox.run("-q schedule run-due")
        #expect(told.status == 3 && told.errors.contains("no run of 'a' has completed for 3600 s"), "\(told)")
        #expect(await sandbox.run("-q schedule run-due") == Outcome(status: 0, output: "", errors: ""))
        await sandbox.run("schedule execute a --wait")
        let well = await sandbox.run("schedule run-due")
        #expect(well.status == 0 && well.errors.contains("has completed again"), "\(well)")
    }

    @Test func aClockSetBackIsToldOf() async throws {
        let sandbox = try await jobs(["a": "true"])
        await sandbox.run("-q schedule run-due")
        sandbox.clock.set(Sandbox.yesterday)
        let told = await sandbox.run("-q schedule run-due")
        #expect(told.status == 3 && told.errors.contains("clock was set back by 86400 s"), "\(told)")
        #expect(await sandbox.run("-q schedule run-due") == Outcome(status: 0, output: "", errors: ""))
    }

    /// `run-due` starts what is due and returns; a run and all runs of a job are cancelled by name or id.
    @Test func aTickDoesNotWaitForWhatItStarts() async throws {
        let sandbox = try Sandbox()
        sandbox.clock.set(Sandbox.yesterday)
        await sandbox.run(words: ["schedule", "add", "long", "--cron", "@daily", "--shell", "exec sleep 600"])
        sandbox.clock.set(Sandbox.today)
        let started = await sandbox.run("schedule run-due -o tsv --no-header --fields name,status")
        #expect(started == Outcome(status: 0, output: "long\trunning\n", errors: ""), "\(started)")
        let id = await sandbox.run("schedule history long -o tsv --no-header --fields execution_id").output
        let cancelled = await sandbox.run(words: [
            "schedule", "cancel", String(id.dropLast()), "--wait", "-o", "tsv", "--no-header", "--fields", "status",
        ])
        #expect(cancelled.output == "cancelled\n", "\(cancelled)")
    }

    @Test func defaultsAreTheCarefulOnes() async throws {
        let sandbox = try await jobs(["a": "true"])
        let shown = await sandbox.run(
            "schedule show a -o tsv --no-header --fields misfire,overlap,promise,timeout_seconds,priority,retries,enabled"
        )
        #expect(shown.output == "once\tskip\tat-most-once\t\tnormal\t0\ttrue\n", "\(shown)")
        #expect(ScheduleSettings().maxRunning == 2 * Worker.processors)
    }

    @Test func updatesChangeWhatIsNamed() async throws {
        let sandbox = try await jobs(["a": "true"])
        await sandbox.prepare("schedule update a --timeout 1h --description x --requires b")
        let one = await sandbox.run("schedule show a -o json")
        #expect(one.output.contains(#""timeout_seconds": 3600"#) && one.output.contains(#""type": "REQUIRE""#))
        let same = await sandbox.run("schedule update a --timeout 60m -o json")
        #expect(same.output.contains(#""changed": false"#))
        await sandbox.prepare("schedule update a --clear timeout --clear requires")
        let two = await sandbox.run("schedule show a -o json")
        #expect(two.output.contains(#""timeout_seconds": null"#) && two.output.contains(#""dependencies": []"#))
        let cycle = await sandbox.run("schedule update b --requires a:within=1h")
        #expect(cycle.status == 0, "\(cycle.errors)")
        let closed = await sandbox.run("schedule update a --requires b")
        #expect(closed.status == 6)
        #expect(closed.errors.contains("circle"))
    }

    @Test(
        arguments: [
            ("true", [], 0, "completed"), ("exit 3", [], 1, "failed with status 3"),
            ("sleep 600", ["--timeout", "1s"], 8, "too long"),
        ])
    func waitingTellsHowARunEnded(_ shell: String, _ options: [String], _ status: Int, _ text: String) async throws {
        let sandbox = try Sandbox()
        _ = await sandbox.run(words: ["schedule", "add", "a", "--cron", "@daily", "--shell", shell] + options)
        let outcome = await sandbox.run("schedule execute a --wait")
        #expect(outcome.status == Int32(status), "\(outcome.errors)")
        #expect((outcome.output + outcome.errors).contains(text), "\(outcome)")
        #expect(await sandbox.run("schedule wait a").status == Int32(status))
        #expect(sandbox.toldBreaches == [])
    }

    @Test func whatIsInTheWayIsStatusSix() async throws {
        let sandbox = try await jobs(["a": "sleep 600", "b": "true"])
        await sandbox.prepare("schedule update b --conflicts a")
        await sandbox.prepare("schedule execute a")
        let overlapping = await sandbox.run("schedule execute a --wait")
        #expect(overlapping.status == 6)
        #expect(overlapping.errors.contains("was skipped"), "\(overlapping.errors)")
        let blocked = await sandbox.run("schedule execute b --wait -o json")
        #expect(blocked.status == 6)
        #expect(blocked.output.contains(#""status": "blocked""#) && blocked.output.contains(#""blocked_by": "a""#))
        let status = await sandbox.run("schedule status a -o json --fields state")
        #expect(status.output.contains("running"))
        let late = await sandbox.run("schedule wait a --timeout 1s")
        #expect(late.status == 8 && late.errors.contains("is not over"), "\(late.errors)")
        let cancelled = await sandbox.run("schedule cancel a --wait -o tsv --no-header --fields status")
        #expect(cancelled.output == "cancelled\n", "\(cancelled.errors)")
        #expect(await sandbox.run("schedule cancel a -o json").output == "[]\n")
        #expect(await sandbox.run("schedule wait a").status == 1)
        #expect(sandbox.toldBreaches == [])
    }

    /// What went wrong is told once, and nothing else under -q.
    @Test func aTickTellsOfTroubleOnce() async throws {
        let sandbox = try Sandbox()
        sandbox.clock.set(Sandbox.yesterday)
        _ = await sandbox.run(words: ["schedule", "add", "bad", "--cron", "@daily", "--shell", "echo no >&2; exit 4"])
        _ = await sandbox.run(words: ["schedule", "add", "good", "--cron", "@daily", "--shell", "true"])
        #expect(await sandbox.run("-q schedule run-due") == Outcome(status: 0, output: "", errors: ""))
        sandbox.clock.set(Sandbox.today)
        let planned = await sandbox.run("schedule run-due --dry-run -o tsv --no-header")
        #expect(planned.output == "start\tjob bad\t\t\nstart\tjob good\t\t\n", "\(planned)")
        // One may be over before it returns, and be told at once.
        let started = await sandbox.run("-q schedule run-due")
        for job in ["good", "bad"] { await sandbox.run("schedule wait \(job)") }
        let told = started.status == 0 ? await sandbox.run("-q schedule run-due") : started
        #expect(told.status == 3 && told.output == "")
        #expect(told.errors.contains("bad: run") && told.errors.contains("failed with status 4"), "\(told.errors)")
        #expect(await sandbox.run("-q schedule run-due") == Outcome(status: 0, output: "", errors: ""))
        #expect(await sandbox.run("schedule log bad --stderr").output == "no\n")
        let history = await sandbox.run(
            "schedule history --status failed -o tsv --no-header --fields name,scheduled_for")
        #expect(history.output == "bad\t2026-11-25T00:00:00+01:00\n")
        let statistics = await sandbox.run("schedule stats bad -o json --fields failed,success_rate")
        #expect(statistics.output.contains(#""failed": 1"#) && statistics.output.contains(#""success_rate": 0"#))
        #expect(sandbox.toldBreaches == [])
    }

    @Test func logsAreFollowed() async throws {
        let sandbox = try await jobs(["a": "echo one; sleep 1; printf 't\\303\\251o'", "b": "true"])
        await sandbox.prepare("schedule execute a")
        let text = await sandbox.run("schedule log a --follow")
        #expect(text.output == "one\ntéo", "\(text.errors)")
        let lines = await sandbox.run("schedule log a -f -o ndjson --fields text")
        #expect(lines.output.contains(#""item":{"text":"one\ntéo"}"#), "\(lines.output)")
        #expect(await sandbox.run("schedule log a -f -o json").status == 2)
        #expect(await sandbox.run("schedule log b").errors.contains("has not run yet"))
    }

    /// A character that has only begun waits for its end; bytes that are none do not.
    @Test func halfCharactersWait() {
        let bytes = Array("é€😀".utf8)
        for cut in 0...bytes.count {
            let (text, rest) = LogFollower.decoded(Array(bytes[..<cut]), isLast: false)
            #expect(text + String(decoding: rest + bytes[cut...], as: UTF8.self) == "é€😀")
        }
        #expect(LogFollower.decoded([0x61, 0xC3], isLast: true).text == "a\u{FFFD}")
        #expect(LogFollower.decoded([0x61, 0xFF], isLast: false).text == "a\u{FFFD}")
    }

    @Test func retriesAreAttempts() async throws {
        let sandbox = try await jobs(["a": "exit 1", "b": "true"])
        await sandbox.run("schedule execute a --wait")
        let again = await sandbox.run("schedule retry a --wait -o json --fields attempt,status")
        #expect(again.status == 1)
        #expect(again.output.contains(#""attempt": 2"#), "\(again.errors)")
    }

    @Test func disabledJobsStayQuiet() async throws {
        let sandbox = try await jobs(["a": "true", "b": "true"])
        let off = await sandbox.run("schedule disable a b -o tsv --no-header --fields name,enabled,next_execution")
        #expect(off.output == "a\tfalse\t\nb\tfalse\t\n", "\(off.output)")
        #expect(await sandbox.run("schedule disable a").errors.contains("nothing to do"))
        #expect(await sandbox.run("schedule execute a --wait").status == 0)
        await sandbox.prepare("schedule enable a b")
        let deleted = await sandbox.run("schedule delete a b --yes")
        #expect(deleted.status == 0)
        #expect(await sandbox.run("schedule delete a --yes").status == 4)
        #expect(await sandbox.run("schedule delete a --yes --missing-ok").status == 0)
        #expect(await sandbox.run("schedule history a -o json").output.contains("completed"))
        #expect(await sandbox.run("schedule delete c").status == 4)
    }

    @Test func retentionIsKept() async throws {
        let sandbox = try await jobs(["a": "true", "b": "true"])
        for _ in 0..<3 { await sandbox.prepare("schedule execute a --wait") }
        await sandbox.prepare("schedule retention set --runs 1 --age none --now")
        let shown = await sandbox.run("schedule retention show -o json")
        #expect(shown.output.contains(#""runs_per_job": 1"#) && shown.output.contains(#""age_seconds": null"#))
        let left = await sandbox.run("schedule history a -o tsv --no-header --fields status")
        #expect(left.output == "completed\n")
        #expect(await sandbox.run("schedule retention set").status == 2)
    }

    @Test(
        arguments: [
            ("2026-11-25T03:00:00Z", "2026-11-25T03:00:00Z"), ("2026-11-25T03:00", "2026-11-25T02:00:00Z"),
            ("2026-11-25", "2026-11-24T23:00:00Z"), ("now", "2026-11-25T03:00:00Z"), ("1h30m", "2026-11-25T01:30:00Z"),
            ("+1d", "2026-11-26T03:00:00Z"), ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
        ])
    func timesAreUnderstood(_ text: String, _ instant: String) throws {
        let zone = try ScheduleZones().rules(of: "Europe/Berlin")
        let time = try ValueType<GivenTime>.time.parse(text)
        #expect("\(time.timestamp(now: Sandbox.today, in: zone))" == instant)
    }

    @Test(arguments: ["9223372036854775807s", "+9223372036854775807s", "99999999999999d"])
    func timesBeyondTheCalendarAreRefused(_ text: String) async throws {
        let sandbox = try await jobs(["a": "true"])
        for line in ["history --since \(text)", "next a --from \(text)", "simulate --to \(text)"] {
            let outcome = await sandbox.run("schedule \(line)")
            #expect(outcome.status == 2, "\(outcome.errors)")
        }
        #expect(await sandbox.run("schedule history --since 3650000d").status == 0)
    }

    @Test(
        arguments: [
            (["schedule", "show", "n"], "words\nnightly\n"),
            (["schedule", "add", "x", "--requires", "n"], "words\nnightly\n"),
            (["schedule", "next", "--timezone", "Europe/Berl"], "words\nEurope/Berlin\n"),
            (["schedule", "update", "nightly", "--misfire", "o"], "words\nonce\n"),
            (["schedule", "cancel", "n"], "words\nnightly\n"),
        ])
    func completes(_ words: [String], _ answer: String) async throws {
        let sandbox = try await jobs(["nightly": "true", "b": "true"])
        let line = ["--state-dir", sandbox.path("state")] + words
        let console = TestConsole()
        #expect(sandbox.program.answer(["__complete", "\(line.count)"] + line, console: console.console) == 0)
        #expect(console.output == answer)
    }

    @Test(
        arguments: [
            "show nigthly", "update nigthly --timeout 1h", "delete nigthly --yes", "execute nigthly", "status nigthly",
            "history nigthly", "log nigthly", "wait nigthly", "stats nigthly", "cancel nigthly", "enable nigthly",
            "disable nigthly", "retry nigthly", "next nigthly", "explain nigthly", "lint nigthly", "export nigthly",
        ])
    func unknownJobsAreSuggested(_ line: String) async throws {
        let sandbox = try await jobs(["nightly": "true", "b": "true"])
        let outcome = await sandbox.run("schedule \(line)")
        #expect(outcome.status == 4, "\(outcome.errors)")
        #expect(outcome.errors.contains("hint: did you mean 'nightly'?"), "\(outcome.errors)")
        #expect(sandbox.toldBreaches == [])
    }

    private func jobs(_ jobs: [String: String]) async throws -> Sandbox {
        let sandbox = try Sandbox()
        for (name, shell) in jobs.merging(["b": "true"], uniquingKeysWith: { old, _ in old }) {
            let outcome = await sandbox.run(words: ["schedule", "add", name, "--cron", "@daily", "--shell", shell])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        return sandbox
    }
}
