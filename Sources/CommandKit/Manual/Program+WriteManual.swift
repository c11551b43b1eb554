import Glibc

extension Program {
    /// Writes every page to a directory that exists.
    func writeManual(to directory: String, _ outlet: Outlet, _ settings: OutputSettings) -> Int32 {
        for page in manualPages() {
            let path = "\(directory)/\(page.file)"
            let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            let isOpen = descriptor >= 0
            let isWritten = isOpen && Descriptor.write(page.text, to: descriptor)
            let cause = String(cString: strerror(errno))
            if isOpen { close(descriptor) }
            guard isWritten else {
                return refuse(
                    Failure(.failed, "cannot write \(path)", cause: cause), ["help"], outlet, settings)
            }
        }
        return ExitStatus.done.rawValue
    }
}
