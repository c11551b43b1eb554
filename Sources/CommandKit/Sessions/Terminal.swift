import Glibc

/// The terminal of this process.
enum Terminal {
    /// `COLUMNS`, else what the terminal says, else 80.
    static func width() -> Int {
        if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns > 0 { return columns }
        for descriptor in [Int32(1), 2] {
            var size = winsize()
            if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        }
        return 80
    }

    static func milliseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Asks on the controlling terminal, which is there even when stdin is a file. Nil at the end of input, when
    /// `isStopped` says so, or without a terminal.
    static func ask(_ prompt: String, isEchoed: Bool, isStopped: () -> Bool) -> String? {
        let descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var saved = termios()
        let hasSaved = !isEchoed && tcgetattr(descriptor, &saved) == 0
        if hasSaved {
            var silent = saved
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(descriptor, TCSAFLUSH, &silent)
        }
        defer {
            if hasSaved {
                tcsetattr(descriptor, TCSAFLUSH, &saved)
                _ = Descriptor.write("\n", to: descriptor)
            }
        }
        _ = Descriptor.write(prompt, to: descriptor)
        let answer = readLine(descriptor, isStopped)
        // The cursor still stands behind the prompt, and an error is to follow.
        if answer == nil, isEchoed { _ = Descriptor.write("\n", to: descriptor) }
        return answer
    }

    /// A signal may reach another thread than the one that waits here, so that waits only a little at a time.
    private static func readLine(_ descriptor: Int32, _ isStopped: () -> Bool) -> String? {
        var bytes: [UInt8] = []
        while true {
            var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&item, 1, 50) <= 0 {
                if isStopped() { return nil }
                continue
            }
            var byte: UInt8 = 0
            guard read(descriptor, &byte, 1) == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
    }
}
