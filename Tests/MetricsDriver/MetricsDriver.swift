@main enum MetricsDriver {
    static func main() {}
}
