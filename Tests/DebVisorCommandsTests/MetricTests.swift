import CommandKit
import DebVisorCore
import Metrics
import Platform
import Testing

@testable import DebVisorCommands

/// `debvisor metric` on stores of its own, with a clock that is set by hand.
@Suite("Metrics") struct MetricTests {
    /// Two pools each half hour of a day, a histogram, a series that ended.
    static func furnish(_ sandbox: Sandbox) async throws {
        try sandbox.makeDirectory("srv/textfile")
        try sandbox.write("timestamp,value\n2026-11-25T00:10:00Z,1.5\n2026-11-25T00:11:00Z,2\n", to: "srv/load.csv")
        try sandbox.write("# TYPE m counter\nm_total{a=\"b\"} 1 1795575000\n# EOF\n", to: "srv/dump.om")
        var rows = "name,tags,timestamp,value\n"
        for index in 0..<48 {
            let time = Sandbox.today.adding(milliseconds: Int64(index - 47) * 1_800_000)
            for (pool, value) in [("ssd", 60 + index % 12), ("hdd", 80 - index / 4)] {
                rows += "pool_used_percent,\"pool=\"\"\(pool)\"\"\",\(time),\(value)\n"
            }
        }
        try sandbox.write(rows, to: "srv/pools.csv")
        await sandbox.prepare("metric import /srv/pools.csv")
        await sandbox.prepare("metric add pool_used_percent 71 --tag pool=ssd --min 0 --max 100 --unit percent")
        await sandbox.prepare("metric add wait_seconds 0.3 --type histogram")
        await sandbox.prepare("metric add guests end --timestamp 10m")
        await sandbox.prepare("metric add oddity NaN --timestamp 20m")
    }

    @Test("What scripts parse, and what people see")
    func records() async throws {
        let sandbox = try Sandbox()
        try await Self.furnish(sandbox)
        for (line, name) in [
            ("list", "series"), ("get pool_used_percent --limit 2", "samples"), ("retention show", "metric-retention"),
            ("get pool_used_percent --tag pool=hdd --step 6h --aggregate min", "steps"),
            ("import /srv/load.csv --name host_load", "import"), ("delete wait_seconds --dry-run", "metric-deletion"),
        ] {
            for format in ["table", "json"] {
                let outcome = await sandbox.run("metric \(line) -o \(format)")
                #expect(outcome.status == 0, "\(outcome.errors)")
                // How large the file is is SQLite's affair.
                let text = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
                    .filter { !$0.contains("used_bytes") }.joined(separator: "\n").replacing(sandbox.root, with: "")
                try expectGoldenRecord(text, "\(name).\(format)")
            }
        }
        #expect(sandbox.toldBreaches == [])
    }

    @Test(
        "Slips are told",
        arguments: [
            ("add 9x 1", 2, "cannot be the name"), ("add x 0x10", 2, "must be a number"),
            ("add x", 2, "missing argument"),
            ("add x_total -1", 2, "never negative"), ("add wait_seconds_sum 1", 2, "part of the histogram"),
            ("add guests 1 --type counter", 6, "is a gauge"), ("add x 1 --tag a=1 --tag a=2", 2, "twice"),
            ("add x 1 --tag a-b=1", 2, "name of a tag"), ("add x 1 --min 2 --max 1", 2, "no value lies between"),
            ("add wait_seconds 1 --max 9", 2, "no limits"), ("add wait_seconds nan", 2, "NaN"),
            ("add wait_seconds 1 --timestamp 1d", 6, "later observations"),
            ("get guest", 4, "did you mean 'guests'"), ("get pool_used_percent --tag pool=tape", 4, "has the tags"),
            ("get guests --step 5m", 2, "'--aggregate'"), ("get guests --from 1h --to 2h", 2, "later than"),
            ("get guests --plot --limit 3", 2, "exclude"), ("get wait_seconds --plot", 2, "at most 4"),
            ("import /srv/nowhere.csv", 4, "nowhere.csv"), ("import /srv/pools.csv --format influx", 1, "pools.csv:1:"),
            ("import /srv/load.csv", 1, "no column 'name'"), ("delete guests", 2, "asks before"),
            ("expose --textfile /srv/x", 2, ".prom"), ("serve --listen 80", 2, "must be an address"),
            ("serve -o yaml", 2, "cannot follow"), ("retention set", 2, "at least one"),
            ("retention set --hours-age 1d --samples-age 2d", 2, "at least as long"),
            ("retention set --samples-age 90m", 2, "whole days"), ("retention set --size 1KiB", 2, "at least 1MiB"),
        ])
    func slips(line: String, status: Int32, text: String) async throws {
        let sandbox = try Sandbox()
        try await Self.furnish(sandbox)
        let before = await sandbox.run("metric export")
        let outcome = await sandbox.run("metric \(line)")
        #expect(outcome.status == status)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
        #expect(outcome.errors.contains("hint: "))
        #expect(await sandbox.run("metric export") == before)
    }

    @Test("Without a store reading commands find nothing and make none")
    func noStore() async throws {
        let sandbox = try Sandbox()
        for (line, status, output) in [
            ("list -o json", 0, "[]\n"), ("list x", 4, ""), ("get x", 4, ""), ("export", 0, "# EOF\n"),
            ("export --format csv", 0, "name,tags,type,timestamp,value\n"), ("export x", 4, ""), ("expose", 0, ""),
            ("add x 1 --dry-run -q -o tsv --no-header", 0, "add\tsample of x\t1.0 at 2026-11-25T03:00:00Z\t\n"),
            ("delete x --yes --missing-ok -o json", 0, "[]\n"), ("delete x --yes", 4, ""),
            ("retention set --size 1GiB --dry-run -o tsv --no-header", 0, "set\tretention\t\t\n"),
        ] as [(String, Int32, String)] {
            let outcome = await sandbox.run("metric \(line)")
            #expect(outcome.status == status, "\(line): \(outcome.errors)")
            #expect(outcome.output == output, "\(line)")
        }
        #expect(!sandbox.exists("state"))
    }

    @Test("An id names one series, also where its tags are among those of others")
    func ids() async throws {
        let sandbox = try Sandbox()
        await sandbox.prepare("metric add x 1")
        await sandbox.prepare("metric add x 2 --tag a=1")
        await sandbox.prepare("metric add x 3 --tag a=1 --tag b=2")
        let key = SeriesKey(try MetricName("x"), try TagSet([("a", "1")]))
        for (line, count) in [
            ("list \(key.id)", 1), ("get \(key.id)", 1), ("list x --tag a=1", 2), ("delete \(key.id) --yes", 1),
            ("list", 2),
        ] {
            let outcome = await sandbox.run("metric \(line) -o tsv --no-header")
            #expect(outcome.output.split(separator: "\n").count == count, "\(line): \(outcome.output)\(outcome.errors)")
        }
        #expect(await sandbox.run("metric get \(key.id)").status == 4)
    }

    @Test("The retention is applied once a day by whoever writes")
    func upkeep() async throws {
        let sandbox = try Sandbox()
        await sandbox.prepare("metric retention set --samples-age 30d")
        func applied() async -> String {
            await sandbox.run("metric retention show -o tsv --no-header --fields applied_at").output
        }
        #expect(await applied() == "\n")
        await sandbox.prepare("metric add x 1 --timestamp 40d")
        #expect(await applied() == "2026-11-25T03:00:00Z\n")
        // What was added before the pass is rolled up by it.
        #expect(await sandbox.run("metric list x -o tsv --no-header --fields samples,roll_ups").output == "0\t1\n")
        sandbox.clock.set(Sandbox.today.adding(milliseconds: 86_399_999))
        await sandbox.prepare("metric add x 1 --timestamp 39d")
        #expect(await applied() == "2026-11-25T03:00:00Z\n")
        sandbox.clock.set(Sandbox.today.adding(milliseconds: 86_400_000))
        await sandbox.prepare("metric add x 1")
        #expect(await applied() == "2026-11-26T03:00:00Z\n")
        // A clock that was ahead does not keep it from being applied.
        sandbox.clock.set(Sandbox.today)
        await sandbox.prepare("metric add x 1")
        #expect(await applied() == "2026-11-25T03:00:00Z\n")
    }

    @Test(
        "Values as they are typed",
        arguments: [
            ("1", 1), ("-3.5e-2", -0.035), ("+7", 7), (".5", 0.5), ("inf", Double.infinity), ("-INF", -Double.infinity),
        ] as [(String, Double)])
    func values(text: String, value: Double) throws {
        #expect(try ValueType<SampleValue>.sampleValue.parse(text).number == value)
    }

    @Test("What is no value", arguments: ["", "abc", "0x1p3", "1e999", "1,5", "infinity!", "ende", "1 2", "--1"])
    func noValues(text: String) {
        #expect(throws: ValueError.self) { try ValueType<SampleValue>.sampleValue.parse(text) }
    }

    @Test("Every special value is read back as it is written", arguments: SpecialValue.allCases)
    func specials(word: SpecialValue) throws {
        let value = try ValueType<SampleValue>.sampleValue.parse(word.rawValue)
        #expect(SpecialValue(value.number) == word)
    }

    @Test("The newest values of a store that comes later are served, each made once a second")
    func service() throws {
        let scratch = try Sandbox()
        let reads = Locked(0)
        var seen: [Int] = []
        let service = ExpositionService(clock: scratch.clock) { _ in
            reads.withLock { $0 += 1 }
            return Exposition(store: nil, selection: SeriesSelection(), since: nil)
        } note: {
            seen.append($0.status)
        }
        func ask(_ line: String) -> String {
            guard case .reply(let pieces, _, _) = service.answer(Array("\(line) HTTP/1.0\r\n\r\n".utf8)) else {
                return ""
            }
            return String(decoding: pieces.joined(), as: UTF8.self)
        }
        #expect(ask("GET /metrics").hasPrefix("HTTP/1.1 200"))
        #expect(ask("GET /metrics").hasPrefix("HTTP/1.1 200"))
        #expect(reads.withLock { $0 } == 1)
        #expect(ask("HEAD /metrics").hasSuffix("\r\n\r\n"))
        #expect(ask("GET /").contains("/metrics"))
        #expect(ask("DELETE /metrics").hasPrefix("HTTP/1.1 405"))
        #expect(ask("DELETE /x").hasPrefix("HTTP/1.1 404"))
        #expect(ask("GET /../metrics").hasPrefix("HTTP/1.1 404"))
        #expect(seen == [200, 200, 200, 200, 405, 404, 404])
    }
}
