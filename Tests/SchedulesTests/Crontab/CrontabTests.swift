import DebVisorCore
import TestSupport
import Testing

@testable import Schedules

@Suite struct CrontabTests {
    private func crontab(_ text: String, isSystem: Bool = false) -> Crontab {
        Crontab(text, isSystem: isSystem, prefix: "cron-", timezone: "UTC")
    }

    @Test func debiansOwn() {
        let table = crontab(
            """
            # /etc/crontab
            SHELL=/bin/sh
            PATH=/usr/local/sbin:/usr/bin

            17 *	* * *	root	cd / && run-parts --report /etc/cron.hourly
            25 6	* * *	root	test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }
            @weekly backup /usr/bin/backup

            """, isSystem: true)
        #expect(table.entries.map(\.line) == [5, 6, 7])
        #expect(table.entries.map(\.definition.user) == ["root", "root", "backup"])
        #expect(table.entries[0].definition.name.text == "cron-5")
        #expect(
            table.entries[0].definition.command
                == .shell("export PATH=/usr/local/sbin:/usr/bin\ncd / && run-parts --report /etc/cron.hourly"))
        #expect(!table.remarks.contains { $0.isRefusal })
    }

    @Test(arguments: [
        ("date +\\%F", "date +%F", nil as String?), ("mail a%Dear a,%bye", "mail a", "Dear a,\nbye\n"),
        ("echo a\\b", "echo a\\b", nil), ("x\\", "x\\", nil),
        // As Debian's cron was seen to do.
        ("cat%", "cat", ""), ("cat%b%", "cat", "b\n"), ("cat%b%%", "cat", "b\n\n"),
        (#"cat%a\\%b\"#, "cat", "a\\%b\\\n"), (#"cat%in\%put\\x%two"#, "cat", "in%put\\\\x\ntwo\n"),
        (#"echo x\\%y"#, "echo x\\", "y\n"), (#"echo "a\\\%b""#, #"echo "a\%b""#, nil),
        (#"echo "p\q\\r\\\\s""#, #"echo "p\q\r\\s""#, nil),
    ])
    func percentSigns(text: String, command: String, input: String?) {
        let (found, fed) = CrontabLine.split(text[...])
        #expect(found == command && fed == input)
    }

    @Test func settingsHoldForWhatFollows() {
        let table = crontab(
            """
            0 1 * * * one
            CRON_TZ = Europe/Berlin
            SHELL="/bin/bash"
            HOME=/srv
            MAILTO=root
            GREETING='a b'
            RANDOM_DELAY=5
            0 2 * * * two%hello

            """)
        let (one, two) = (table.entries[0].definition, table.entries[1].definition)
        #expect(one.timezone == "UTC" && one.command == .shell("one"))
        #expect(two.timezone == "Europe/Berlin" && two.workingDirectory == "/srv" && two.jitterSeconds == 300)
        #expect(
            two.command
                == .arguments([
                    "/bin/bash", "-c", "export HOME=/srv\nexport GREETING='a b'\nprintf %s 'hello\n' | {\ntwo\n}",
                ]))
        #expect(table.entries[1].input == "hello\n")
        #expect(table.remarks.contains { $0.line == 5 && $0.text.hasPrefix("MAILTO has no effect") })
    }

    @Test(arguments: [
        ("0 22-4 * * * x", "ends before it begins"), ("0 3 * * fri-mon x", "fri,sat,sun,mon"), ("@reboot x", "@reboot"),
        ("0 3 * * *", "no command"), ("0 3 30 2 * x", "never runs it"), ("61 * * * * x", "61"), ("hello", ""),
    ])
    func refusals(line: String, word: String) {
        let table = crontab(line + "\n")
        #expect(table.entries.isEmpty)
        #expect(table.remarks.contains { $0.isRefusal && $0.text.contains(word) }, "\(table.remarks)")
    }

    @Test func theLastLineWithoutNewline() {
        #expect(crontab("0 3 * * * x").remarks.contains { $0.text.contains("newline") })
    }

    @Test func thereAndBack() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("plain", "0 3 * * *", ["/bin/echo", "50%", "it's"])
        try fixture.add("zoned", "*/5 * * * *", zone: "Europe/Berlin") {
            $0.timeoutSeconds = 60
            $0.isEnabled = false
        }
        let (text, remarks) = Crontab.export(try fixture.store.jobs(), isSystem: true)
        #expect(
            text == """
                CRON_TZ=UTC
                # plain
                0 3 * * * root /bin/echo 50\\% 'it'\\''s'
                CRON_TZ=Europe/Berlin
                # zoned
                # disabled: */5 * * * * root /bin/true

                """)
        #expect(remarks.map(\.text) == ["cron knows no time limit"])
        let back = crontab(text, isSystem: true)
        #expect(back.entries.map(\.definition.command) == [.shell("/bin/echo 50% 'it'\\''s'")])
    }

    /// What an import put around a command is taken off again.
    @Test func whatWasImportedIsExported() throws {
        let fixture = try ScheduleFixture()
        let table = """
            SHELL=/bin/bash
            PATH=/usr/local/sbin:/usr/bin
            GREETING='it is 50%'
            1 3 * * * cd / && run-parts /etc/cron.daily
            2 3 * * * cat >/srv/x%one%fifty \\% two
            SHELL=/bin/sh
            3 3 * * * mail -s "$GREETING" root%Dear root,%%bye

            """
        for entry in crontab(table).entries { _ = try fixture.store.add(entry.definition, at: fixture.now) }
        let (text, remarks) = Crontab.export(try fixture.store.jobs(), isSystem: false)
        #expect(remarks.isEmpty, "\(remarks)")
        let last = #"export GREETING='it is 50\%'; mail -s "$GREETING" root%Dear root,%%bye"#
        #expect(text.hasSuffix("3 3 * * * export PATH=/usr/local/sbin:/usr/bin; \(last)\n"), "\(text)")
        let back = crontab(text).entries
        #expect(back.map(\.input) == [nil, "one\nfifty % two\n", "Dear root,\n\nbye\n"])
        // The same again, but for the order in which shell and environment are set up.
        let again = try ScheduleFixture()
        for entry in back { _ = try again.store.add(entry.definition, at: again.now) }
        let lines = { (text: String) in text.split(separator: "\n").filter { !$0.hasPrefix("#") } }
        #expect(lines(Crontab.export(try again.store.jobs(), isSystem: false).text) == lines(text))
        for several in ["a\nb", "export A=$(x)\nb", "export A='x\ny'\nb"] {
            let job = try fixture.add("several", "@daily") { $0.command = .shell(several) }
            #expect(Crontab.export([job], isSystem: false).remarks.map(\.text) == ["its command has several lines"])
            try fixture.store.delete(job.name, at: fixture.now)
        }
    }

    @Test func whatALineCanSayItSays() throws {
        var random = SeededRandom(seed: 9)
        let pieces = ["a", "\\", "%", "'", " ", "b", "$"]
        func text() -> String {
            "x"
                + (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
                .joined() + "y"
        }
        for _ in 0..<2000 {
            let command = text()
            let line = try #require(CrontabCommand(.shell(command))?.text)
            #expect(CrontabLine.split(line[...]) == (command, nil), "\(line)")
            let input = (0..<Int.random(in: 0...3, using: &random)).map { _ in text() + "\n" }.joined()
            let fed = "printf %s \(JobCommand.quoted(input)) | {\n\(command)\n}"
            let other = try #require(CrontabCommand(.shell(fed))?.text)
            #expect(CrontabLine.split(other[...]) == (command, input), "\(other)")
        }
        #expect(CrontabCommand(.shell("printf %s 'a\\\nb\n' | {\ncat\n}")) == nil)
    }

    @Test func anyTextIsAnswered() {
        var random = SeededRandom(seed: 5)
        let pieces = [
            "0", "*", "@daily", " ", "\t", "\n", "%", "\\", "=", "A", "'", "\"", "-", "#", "root", "é", "\u{0}",
        ]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            let lines = text.joined().split(separator: "\n", omittingEmptySubsequences: false).count
            for isSystem in [false, true] {
                let table = crontab(text.joined(), isSystem: isSystem)
                let places = table.entries.map(\.line) + table.remarks.map(\.line)
                #expect(places.allSatisfy { (1...lines).contains($0) }, "\(text): \(places)")
                #expect(Set(table.entries.map(\.definition.name)).count == table.entries.count)
            }
        }
    }
}
