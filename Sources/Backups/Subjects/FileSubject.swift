package import DebVisorCore
package import Hypervisor
import Platform

/// An image file or a block device, as its guest would see it.
package struct FileSubject: BackupSubject {
    package let name: String
    /// Absolute.
    package let path: String
    private let format: String
    private let images: any DiskImages
    private let clock: any WallClock

    package var vmUUID: String? { nil }

    /// The name of the only disk of a file's backup.
    package static let target = "disk"

    /// - Parameter format: `raw`, `qcow2`, …; nil to look at the file.
    /// - Throws: `notFound`, `denied`, `failed` (a missing backing file, no image).
    package init(
        path: String, name: VMName, format: String?, images: any DiskImages, clock: any WallClock
    ) throws {
        let absolute = Directory.absolute(path)
        guard !Directory.isDirectory(absolute) else {
            throw Fault(.usage, "'\(path)' is a directory", hint: "--file takes an image file or a block device")
        }
        self.name = name.text
        self.path = absolute
        self.images = images
        self.clock = clock
        self.format = try format ?? images.inspect(path: absolute, format: nil).format
    }

    package func open(_ history: SubjectHistory) async throws -> OpenedSubject {
        let instant = clock.now()
        let source = try await Worker.run { [images, path, format] in try images.open(path: path, format: format) }
        return OpenedSubject(
            disks: [.init(target: Self.target, format: format, path: path, content: .source(source))], blobs: [],
            consistency: .offline, instant: instant, warnings: [],
            close: {
                source.close()
                return Aftermath()
            })
    }
}
