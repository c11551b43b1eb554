extension Field {
    /// The same field of a record that has this one's as a part.
    package func of<Whole>(_ part: @escaping @Sendable (Whole) -> Owner) -> Field<Whole> {
        Field<Whole>(info) { [value] in value(part($0)) }
    }

    fileprivate init(_ info: FieldInfo, _ value: @escaping @Sendable (Owner) -> FieldValue) {
        (self.info, self.value) = (info, value)
    }
}
