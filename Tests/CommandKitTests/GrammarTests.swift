import Testing

@testable import CommandKit

/// The grammar, case by case: what a line gives, or what is said about it.
@Suite struct GrammarTests {
    /// A group brings its rules with it, however deep it lies in the inputs of a command.
    @Test func groupsBringTheirRules() throws {
        struct Secret: InputSet {
            let password = Flag("password", help: "One way")
            let key = Flag("key", help: "The other")
            let ruled = GroupRules(Self.self)
            static let rules: [InputRule<Secret>] = [.conflict(\.password, \.key)]
        }
        struct Place: InputSet { let secret = Secret() }
        struct Inputs: InputSet { let place = Place() }
        #expect(try Parsed<Inputs>(["--key"]).place.secret.key)
        #expect(throws: Failure(.usage, "'--password' and '--key' exclude each other")) {
            try Parsed<Inputs>(["--key", "--password"])
        }
        #expect(throws: Failure(.usage, "'--password' and '--key' exclude each other")) {
            try Parsed<Secret>(["--key", "--password"])
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var line: [String]
        var result: String
        var testDescription: String { line.joined(separator: " ") }

        init(_ line: String, _ result: String) {
            self.line = line.isEmpty ? [] : line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
            self.result = result
        }
    }

    struct Inputs: InputSet {
        let name = Option("name", short: "n", .string, help: "")
        let count = Option("count", .int, default: 3, help: "")
        let tags = Options("tag", short: "t", .string, help: "")
        let all = Flag("all", short: "a", help: "")
        let force = Flag("force", short: "f", help: "")
        let sync = Flag("sync", default: true, help: "")
        let verbose = Count("loud", short: "v", help: "")
        let first = Argument("FIRST", .string, help: "")
        let rest = Arguments("REST", .string, help: "")
    }

    static let good: [Case] = [
        Case("x", "n=nil c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x --name v", "n=v c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x --name=v", "n=v c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x --name=", "n= c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x --name ''", "n= c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x --name=a=b", "n=a=b c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x -n v", "n=v c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x -nv", "n=v c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x -n=v", "n==v c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x -afn v", "n=v c=3 t=[] a=true f=true s=true v=0 x []"),
        Case("x -afnv", "n=v c=3 t=[] a=true f=true s=true v=0 x []"),
        Case("-vv x -v", "n=nil c=3 t=[] a=false f=false s=true v=3 x []"),
        Case("x --loud --loud", "n=nil c=3 t=[] a=false f=false s=true v=2 x []"),
        Case("x --no-sync", "n=nil c=3 t=[] a=false f=false s=false v=0 x []"),
        Case("x --no-sync --sync", "n=nil c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x --name a --name b", "n=b c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("x -t a -tb --tag=c", "n=nil c=3 t=[a,b,c] a=false f=false s=true v=0 x []"),
        Case("x --count -5", "n=nil c=-5 t=[] a=false f=false s=true v=0 x []"),
        Case("x --name -", "n=- c=3 t=[] a=false f=false s=true v=0 x []"),
        Case("- -1 -.5", "n=nil c=3 t=[] a=false f=false s=true v=0 - [-1,-.5]"),
        Case("-a -- x -f --all", "n=nil c=3 t=[] a=true f=false s=true v=0 x [-f,--all]"),
        Case("x y -- -- z", "n=nil c=3 t=[] a=false f=false s=true v=0 x [y,--,z]"),
        Case("x -- -5", "n=nil c=3 t=[] a=false f=false s=true v=0 x [-5]"),
    ]

    @Test(arguments: good) func gives(_ line: Case) throws {
        let args = try Parsed<Inputs>(line.line)
        let shown =
            "n=\(args.name ?? "nil") c=\(args.count) t=[\(args.tags.joined(separator: ","))] a=\(args.all) "
            + "f=\(args.force) s=\(args.sync) v=\(args.verbose) \(args.first) [\(args.rest.joined(separator: ","))]"
        #expect(shown == line.result)
    }

    static let bad: [Case] = [
        Case("", "missing argument FIRST"),
        Case("x --name", "option '--name' needs a value"),
        Case("x -n", "option '-n' needs a value"),
        Case("x -an", "option '-n' needs a value"),
        Case("x --name --all", "option '--name' needs a value"),
        Case("x --name -- y", "option '--name' needs a value"),
        Case("x --all=yes", "option '--all' takes no value"),
        Case("x --nmae v", "unknown option '--nmae'"),
        Case("x -z", "unknown option '-z'"),
        Case("x -az", "unknown option '-z'"),
        Case("x --no-all", "unknown option '--no-all'"),
        Case("x --na v", "unknown option '--na'"),
        Case("x --count three", "invalid value 'three' for '--count': must be a whole number"),
        Case("x --count=", "invalid value '' for '--count': must be a whole number"),
        Case(
            "x --count 99999999999999999999",
            "invalid value '99999999999999999999' for '--count': must be a whole number"),
        Case("x --=v", "unknown option '--'"),
    ]

    @Test(arguments: bad) func refuses(_ line: Case) {
        let failure = #expect(throws: Failure.self) { try Parsed<Inputs>(line.line) }
        #expect(failure?.message == line.result)
        #expect(failure?.kind == .usage)
    }

    @Test func suggestsTheNearestOption() {
        let failure = #expect(throws: Failure.self) { try Parsed<Inputs>(["x", "--nmae", "v"]) }
        #expect(failure?.hint == "did you mean '--name'?")
    }
}
