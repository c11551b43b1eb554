import CommandKit
import DebVisorCommands
import LibvirtHypervisor
import QEMUImages

/// The binary: the program with the real world behind it.
@main enum Debvisor {
    static func main() {
        DebvisorProgram.make { globals, _ in
            try .live(globals, images: QEMUImages()) { uri, seconds in
                LibvirtHypervisor(uri: uri, deadline: .seconds(seconds))
            }
        }.main()
    }
}
