/// The name of a virtual machine, as libvirt accepts it: not empty, no `/`, no control character.
package struct VMName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Throws: `usage` if no hypervisor could hold a machine of that name.
    package init(_ text: String) throws {
        guard !text.isEmpty, text.utf8.count <= 255, text != ".", text != "..",
            !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 || $0 == "/" })
        else {
            throw Fault(
                .usage, "'\(text)' cannot be the name of a virtual machine",
                hint: "a name has no '/' and no control character")
        }
        self.text = text
    }

    package var description: String { text }
    package static func < (a: VMName, b: VMName) -> Bool { a.text < b.text }
}
