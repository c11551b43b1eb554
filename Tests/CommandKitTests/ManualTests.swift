import Glibc
import Testing

@testable import CommandKit

@Suite struct ManualTests {
    static let mandoc: String? = ["/usr/bin/mandoc", "/usr/local/bin/mandoc"].first { (path: String) in
        access(path, X_OK) == 0
    }

    @Test func pagesAreGolden() throws {
        for page in demoProgram().manualPages() { try expectGolden(page.text, page.file) }
        #expect(
            demoProgram().manualPages().map(\.file)
                == ["demo.1", "demo-vm.1", "demo-host.1", "demo.conf.5", "demo-exit.7", "demo-json.7"])
    }

    @Test(.enabled(if: mandoc != nil, "mandoc is not installed")) func mandocHasNothingToSay() throws {
        let mandoc = try #require(Self.mandoc)
        var template = Array("/tmp/commandkit.XXXXXX".utf8CString)
        let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
        let recorder = Recorder()
        #expect(demoProgram().answer(["help", "--manual", directory], console: recorder.console) == 0)
        for page in demoProgram().manualPages() {
            let file = try #require(popen("\(mandoc) -T lint -W warning \(directory)/\(page.file)", "r"))
            var complaints: [UInt8] = []
            while case let byte = fgetc(file), byte != EOF { complaints.append(UInt8(byte)) }
            pclose(file)
            #expect(String(decoding: complaints, as: UTF8.self) == "")
        }
    }

    @Test func adirectoryThatIsNotThereIsAFailure() {
        let recorder = Recorder()
        #expect(demoProgram().answer(["help", "--manual", "/nowhere/at/all"], console: recorder.console) == 1)
        #expect(recorder.errors.hasPrefix("demo: error: cannot write /nowhere/at/all/demo.1: No such file"))
    }

    @Test func declarationsAreChecked() {
        #expect(demoProgram().complaints() == [])
        let program = Program<DemoContext, NoInputs>(
            name: "demo", version: "1", summary: "", globals: NoInputs.self,
            tree: [.command(Wrong.self), .command(Wrong.self)], makeContext: { _, _ in DemoContext(stateDirectory: "") }
        )
        #expect(program.complaints().contains("demo: two are called 'wrong'"))
        #expect(program.complaints().contains("demo wrong: two inputs are called --quiet"))
        #expect(program.complaints().contains("demo wrong: two options are called -q"))
        #expect(program.complaints().contains("demo wrong: 'Is wrong.' must say something and end without a full stop"))
    }

    struct Wrong: ReadingCommand {
        static let info = CommandInfo("wrong", "Is wrong.")
        struct Inputs: InputSet { let quiet = Flag("quiet", short: "q", help: "Again") }
        func run(_ args: Parsed<Inputs>, _ context: DemoContext, _ session: Session) async throws -> Report {
            .text("")
        }
    }
}
