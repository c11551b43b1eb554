enum MetricStore { static let recovery = "" }
