/// What several commands say.
enum AlertTexts {
    static let id = "Id of an alert, or a beginning of it that no other has"
    static let matcher = "Only alerts with this label: host=web01, rule!=load, vm=~web.*, severity!~info"

    static let discussion = """
        An alert is what one rule says of one series. It is pending until it has held for as long as its rule wants, fires, \
        and is resolved once it has been clear for as long; repeats raise its count and peak and tell nobody again. A gap \
        in the samples resolves nothing: the alert becomes nodata. Every change is a row of the history, with who and why.

        Notices go through an outbox: written with the change that they tell of, sent by 'alert run' or 'alert notify \
        deliver', and tried again until the other side has them.
        """

    static let matchers = """
        A matcher is a label, one of = != =~ !~, and a value; an expression (regex(7)) fits the whole value. Labels are the \
        tags of the series, and rule, metric, severity, object and host. Several must all fit.
        """

    /// One line without signs that a terminal obeys, whatever others wrote.
    static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
    }
}
