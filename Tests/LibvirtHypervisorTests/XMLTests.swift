import DebVisorCore
import TestSupport
import Testing

@testable import LibvirtHypervisor

@Suite struct XMLTests {
    @Test(arguments: [
        "<a/>",
        "<?xml version='1.0'?>\n<!-- made by hand -->\n<a b='1' c=\"2\"/>\n",
        "<a>x &amp; y &lt;z&gt; &apos;&quot; &#10;&#x1F600;</a>",
        "<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n  <qemu:commandline>\n    "
            + "<qemu:arg value='-foo \"bar\"'/>\n  </qemu:commandline>\n</domain>\n",
        "<a><![CDATA[ <b> & ]]><?run this?><!-- - > --></a>",
        "<größe wert='ü€😀'>日本</größe>",
        "<a x='1&#10;2' y='&#9;'>\r\n\t</a>",
    ])
    func writesBackByteForByte(text: String) throws {
        #expect(try XMLParser.parse(text).text == text)
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a b></a>", "<a b=1/>", "<a b='1/>", "<a/><b/>", "<a><!-- </a>",
        "<!DOCTYPE a><a/>",
        "<a", "</a>", "<a/>x", String(repeating: "<a>", count: 100_000),
    ])
    func refusesWhatIsNotWellFormed(text: String) {
        #expect(throws: Fault.self) { try XMLParser.parse(text) }
    }

    /// Whatever a person puts into names, paths and text comes back unchanged.
    @Test(arguments: 0..<200)
    func randomTreesSurvive(seed: Int) throws {
        var source = SeededRandom(seed: UInt64(seed))
        let tree = source.element(depth: 4)
        let document = XMLDocument(prologue: [], root: tree, epilogue: [])
        let again = try XMLParser.parse(document.text)
        #expect(again == document)
        #expect(again.text == document.text)
    }

    @Test(arguments: 0..<100)
    func randomValuesSurvive(seed: Int) throws {
        var source = SeededRandom(seed: UInt64(seed))
        let value = source.text()
        var element = XMLElement("a", [("b", value)])
        element.setContent("x" + value + "x")
        let again = try XMLParser.parse(XMLDocument(prologue: [], root: element, epilogue: []).text).root
        #expect(again["b"] == value)
        #expect(again.content == "x" + value + "x")
    }

    /// Text that ends early is none; another byte makes a fault, or a document that is read as it is written.
    @Test func damagedTextIsHarmless() throws {
        let text = Array("<a b='1'><c d=\"&amp;\">t<!-- c --><![CDATA[x]]></c><?p q?></a>".utf8)
        for cut in 0..<text.count {
            #expect(throws: Fault.self) { try XMLParser.parse(String(decoding: text[..<cut], as: UTF8.self)) }
            var changed = text
            for byte in [0, 38, 39, 47, 60, 62, 255] as [UInt8] {
                changed[cut] = byte
                if let read = try? XMLParser.parse(String(decoding: changed, as: UTF8.self)) {
                    #expect(try XMLParser.parse(read.text) == read)
                }
            }
        }
    }
}

extension SeededRandom {
    mutating func text() -> String {
        let alphabet: [Character] = Array("abc<>&'\"\t\n /=;#x0ü€😀]-?!")
        return String(
            (0..<Int.random(in: 0...12, using: &self)).map { _ in alphabet.randomElement(using: &self) ?? "a" })
    }

    mutating func element(depth: Int) -> XMLElement {
        let names = ["a", "b:c", "disk", "_x", "é", "n-1.2"]
        var element = XMLElement(
            names.randomElement(using: &self) ?? "a",
            (0..<Int.random(in: 0...3, using: &self)).map { ("n\($0)", text()) })
        guard depth > 0 else { return element }
        for _ in 0..<Int.random(in: 0...4, using: &self) {
            switch Int.random(in: 0..<4, using: &self) {
            case 0:
                let text = XMLText.escape(text())
                // Two texts in a row read back as one.
                if case .text = element.children.last { continue }
                if !text.isEmpty { element.children.append(.text(text)) }
            case 1: element.children.append(.verbatim("<!-- \(UInt8.random(in: .min ... .max, using: &self)) -->"))
            default: element.children.append(.element(self.element(depth: depth - 1)))
            }
        }
        return element
    }
}
