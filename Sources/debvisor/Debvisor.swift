import CommandKit
import DebVisorCommands
import Glibc
import LibvirtHypervisor
import QEMUImages
import Schedules
import Webhooks

/// The binary: the program with the real world behind it.
@main enum Debvisor {
    static func main() {
        // A supervisor stays as small as it is here: before the command line, a store or a thread.
        let words = CommandLine.arguments.dropFirst()
        if words.first == DebvisorProgram.supervisorWord { exit(RunSupervisor.main(Array(words.dropFirst()))) }
        DebvisorProgram.make { globals, _ in
            try .live(globals, images: QEMUImages(), webhooks: WebhookSender()) { uri, seconds in
                LibvirtHypervisor(uri: uri, deadline: .seconds(seconds))
            }
        }.main()
    }
}
