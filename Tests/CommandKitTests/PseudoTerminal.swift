import Glibc
import Synchronization

@testable import CommandKit

/// A program on a pseudo-terminal of its own.
final class PseudoTerminal: Sendable {
    private let descriptor: Int32
    private let process: pid_t
    private let text = Mutex("")

    var shown: String { text.withLock { $0 } }

    init?(_ arguments: [String], directory: String) {
        // `grantpt` and its kin are hidden from Swift behind a feature macro; this is what they do (pts(4)).
        descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (isLocked, number) = (Int32(0), Int32(0))
        let (setLock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
        guard descriptor >= 0, ioctl(descriptor, setLock, &isLocked) == 0,
            ioctl(descriptor, getNumber, &number) == 0
        else { return nil }
        let name = "/dev/pts/\(number)"
        var size = winsize(ws_row: 24, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that the leader of a new session opens becomes its own.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, 0x80)  // POSIX_SPAWN_SETSID
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let settings = ["PATH=/usr/bin:/bin", "TERM=dumb", "HOME=\(directory)", "LC_ALL=C.UTF-8", "INPUTRC=/dev/null"]
        var environment: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) } + [nil]
        defer { for word in words + environment { free(word) } }
        var process: pid_t = 0
        guard posix_spawn(&process, arguments[0], &actions, &attributes, &words, &environment) == 0 else { return nil }
        self.process = process
    }

    func type(_ keys: String) { _ = Descriptor.write(keys, to: descriptor) }

    /// Whether the terminal comes to show `wanted`; gives up when it shows nothing new for ten seconds.
    func reads(_ wanted: String) -> Bool {
        while !shown.contains(wanted) {
            var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&item, 1, 10_000) == 1 else { return false }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &bytes, bytes.count)
            guard count > 0 else { return false }
            // A bell says only that a completion is ambiguous.
            text.withLock { $0 += String(decoding: bytes[..<count].filter { $0 != 7 }, as: UTF8.self) }
        }
        return true
    }

    func close() {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        Glibc.close(descriptor)
    }
}

/// A thread that answers the demo's questions of completion, each through a pair of pipes.
final class Thread: Sendable {
    private let directory: String

    private init(_ directory: String) { self.directory = directory }

    static func answering(in directory: String) -> Thread {
        let thread = Thread(directory)
        var id = pthread_t()
        let context = Unmanaged.passRetained(thread).toOpaque()
        pthread_create(
            &id, nil,
            { context in
                // `context` is the retained thread of above, and this is the only place that releases it.
                if let context { Unmanaged<Thread>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context)
        pthread_detach(id)
        return thread
    }

    private func run() {
        while let question = readAll("\(directory)/question"), !question.isEmpty {
            let recorder = Recorder()
            let words = question.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
            _ = demoProgram().answer(words, console: recorder.console)
            let answer = open("\(directory)/answer", O_WRONLY)
            _ = Descriptor.write(recorder.output, to: answer)
            Glibc.close(answer)
        }
    }

    /// An empty question ends the thread.
    func stop() {
        let question = open("\(directory)/question", O_WRONLY | O_NONBLOCK)
        if question >= 0 { Glibc.close(question) }
    }

    private func readAll(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
