import DebVisorCore
import Foundation
package import Hypervisor
import Platform

extension QEMUImages {
    /// What `qemu-img info --output=json` says of one image.
    private struct Description: Decodable {
        var format: String
        var virtualSize: UInt64
        var actualSize: UInt64?
        var backing: String?
        var fullBacking: String?

        var specific: Specific?

        /// What only this format has (`ImageInfoSpecificQCow2` of QEMU's QAPI schema).
        struct Specific: Decodable {
            var data: Details
            struct Details: Decodable { var bitmaps: [Bitmap]? }
            struct Bitmap: Decodable {
                var name: String
                var granularity: UInt64
                var flags: [String]
            }
        }

        var bitmaps: [ImageBitmap] {
            (specific?.data.bitmaps ?? []).map {
                ImageBitmap(
                    name: $0.name, granularity: $0.granularity, isInUse: $0.flags.contains("in-use"),
                    isRecording: $0.flags.contains("auto"))
            }
        }

        enum CodingKeys: String, CodingKey {
            case format
            case specific = "format-specific"
            case virtualSize = "virtual-size"
            case actualSize = "actual-size"
            case backing = "backing-filename"
            case fullBacking = "full-backing-filename"
        }
    }

    package func inspect(path: String, format: String?) throws -> ImageInfo {
        let path = Directory.absolute(path)
        // The system's own words for what is missing or forbidden; qemu-img has only text.
        _ = try File(path, .read)
        let (chain, complaint) = try describe(path, format, chain: true)
        if let top = chain.first { return info(path, top) }
        guard let top = try describe(path, format, chain: false).descriptions.first else {
            let what = format.map { "'\(path)' is not a usable image of format '\($0)'" }
            throw Fault(
                .failed, what ?? "'\(path)' is not a usable disk image", hint: "check it with 'qemu-img check'",
                cause: complaint)
        }
        let below = top.fullBacking ?? top.backing ?? "the image below"
        throw Fault(
            .failed, "an image below '\(path)' cannot be opened",
            hint: "it needs '\(below)'; put it back, or name the right one with 'qemu-img rebase -u'", cause: complaint)
    }

    /// The images of a chain, topmost first; none with a complaint if qemu-img could not open them.
    private func describe(
        _ path: String, _ format: String?, chain: Bool
    ) throws -> (descriptions: [Description], complaint: String?) {
        // -U: without the lock that a running machine holds.
        var arguments = ["info", "--output=json", "-U"]
        if chain { arguments.append("--backing-chain") }
        if let format { arguments += ["-f", format] }
        let result = try ChildProcess.run(Self.tool("qemu-img"), arguments + [path])
        guard result.isSuccess else { return ([], result.complaint) }
        let data = Data(result.output)
        do {
            let decoder = JSONDecoder()
            if chain { return (try decoder.decode([Description].self, from: data), nil) }
            return ([try decoder.decode(Description.self, from: data)], nil)
        } catch {
            throw Fault(.failed, "qemu-img gave no usable description of '\(path)'", cause: "\(error)")
        }
    }

    private func info(_ path: String, _ top: Description) -> ImageInfo {
        var backing = top.fullBacking ?? top.backing
        if let below = backing, !below.hasPrefix("/"), !below.contains(":") {
            backing = (Directory.parent(of: path) ?? "/") + "/" + below
        }
        var info = ImageInfo(
            path: path, format: top.format, virtualSize: top.virtualSize, actualSize: top.actualSize ?? 0,
            backingPath: backing)
        info.bitmaps = top.bitmaps
        return info
    }
}
