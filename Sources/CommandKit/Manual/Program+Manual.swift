extension Program {
    /// Every page of the manual: the name of its file and its text. The same declarations give the same pages.
    package func manualPages() -> [(file: String, text: String)] {
        var pages = [("\(name).1", mainPage())]
        for node in tree() where !node.isHidden { pages.append(("\(name)-\(node.name).1", page(of: node))) }
        if !manual.configuration.isEmpty { pages.append(("\(name).conf.5", configurationPage())) }
        pages.append(("\(name)-exit.7", exitPage()))
        pages.append(("\(name)-json.7", jsonPage()))
        return pages.map { (file: $0.0, text: $0.1) }
    }

    private func mainPage() -> String {
        var page = MdocText(date: manual.date, name: name, section: 1, summary: summary)
        page.section("SYNOPSIS")
        page.line(".Nm")
        page.line(".Op Ar options")
        page.line(".Ar command ...")
        page.section("DESCRIPTION")
        page.paragraphs(discussion.isEmpty ? summary + "." : discussion, isFirst: true)
        page.line(".Pp")
        page.prose("The commands are:")
        let nodes = tree().filter { !$0.isHidden }
        page.tagged(
            nodes.map { node in
                ("Cm \(MdocText.argument(node.name))", "\(node.summary); see \(name)-\(node.name)(1).")
            })
        page.line(".Pp")
        page.prose("Options may stand anywhere. These are understood by every command:")
        page.tagged(commonTable.all.filter { !$0.isHidden }.map { ($0.mdocTerm, $0.explanation + ".") })
        if !manual.environment.isEmpty {
            page.section("ENVIRONMENT")
            page.tagged(manual.environment.map { ("Ev \(MdocText.argument($0.name))", $0.meaning) })
        }
        if !manual.files.isEmpty {
            page.section("FILES")
            page.tagged(manual.files.map { ("Pa \(MdocText.argument($0.path))", $0.meaning) })
        }
        page.section("EXIT STATUS")
        page.prose("See \(name)-exit(7) for what each status means.")
        writeExamples(examples, &page)
        let nouns = nodes.map { "\(name)-\($0.name)" }.sorted()
        seeAlso(nouns.map { ($0, 1) } + conclusion, &page)
        return page.text
    }

    private func configurationPage() -> String {
        var page = MdocText(
            date: manual.date, name: "\(name).conf", section: 5, summary: "configuration file of \(name)")
        for section in manual.configuration {
            page.section(section.title)
            page.paragraphs(section.text, isFirst: true)
        }
        seeAlso([(name, 1)], &page)
        return page.text
    }

    private var conclusion: [(String, Int)] {
        (manual.configuration.isEmpty ? [] : [("\(name).conf", 5)]) + [("\(name)-exit", 7), ("\(name)-json", 7)]
    }

    func writeExamples(_ examples: [Example], _ page: inout MdocText) {
        guard !examples.isEmpty else { return }
        page.section("EXAMPLES")
        for (index, example) in examples.enumerated() {
            if index > 0 { page.line(".Pp") }
            page.prose("\(example.explanation.prefix(1).uppercased())\(example.explanation.dropFirst()):")
            page.line(".Pp")
            page.literal(example.line)
        }
    }

    func seeAlso(_ pages: [(name: String, section: Int)], _ page: inout MdocText) {
        page.section("SEE ALSO")
        for (index, reference) in pages.enumerated() {
            page.line(".Xr \(reference.name) \(reference.section)\(index == pages.count - 1 ? "" : " ,")")
        }
    }
}
