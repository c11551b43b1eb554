extension CronExpression {
    /// How often it is due in an average year of the Gregorian calendar's 400, clock changes left aside: 12 for
    /// `0 0 13 * *`, 62.5 for `0 0 13 * fri`, 0.2425 for 29 February.
    package var slotsPerYear: Double {
        var days = 0
        // Weekday of 2000-01-01, a Saturday, as the beginning of a round of 400 years.
        var weekday = 6
        for year in Int64(2000)..<2400 {
            for month in 1...12 {
                let length = CivilDate.length(ofMonth: month, year: year)
                if self.month.contains(month) {
                    days += self.days(weekdayOfFirst: weekday, length: length).nonzeroBitCount
                }
                weekday = (weekday + length) % 7
            }
        }
        return Double(days * minute.count * hour.count) / 400
    }
}
