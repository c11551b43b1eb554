import DebVisorCore
import GRDB
import Storage
import Testing

@testable import Alerts

@Suite struct ManyAlertsTests {
    @Test("Ten thousand alerts are listed by an index, and looked at again without being written") func tenThousand()
        throws
    {
        let fixture = try AlertFixture()
        try fixture.store.add(LifeCycleTests.plain, at: AlertFixture.start)
        let seen = (0..<10_000).map { number in
            Observation(
                rule: "high", series: AlertFixture.series("\(number)"), value: 95, time: AlertFixture.at(0),
                severity: number % 100 == 0 ? .critical : .warning)
        }
        #expect(try fixture.store.evaluate(seen, at: AlertFixture.at(0)).changes[.firing] == 10_000)
        let page = try fixture.store.alerts(AlertQuery(limit: 100))
        #expect(page.count == 100 && page.allSatisfy { $0.severity == .critical })
        #expect(try fixture.store.alerts().count == 10_000)
        #expect(try fixture.store.counts()[.firing] == [.critical: 100, .warning: 9900])
        let before = try fixture.dump()
        #expect(try fixture.store.evaluate(seen, at: AlertFixture.at(1)) == EvaluationReport())
        #expect(try fixture.dump() == before)
        let ordered = try fixture.store.store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    EXPLAIN QUERY PLAN SELECT * FROM alerts WHERE status <> 'resolved'
                    ORDER BY rank, since DESC, id DESC LIMIT 100
                    """
            ).map { $0["detail"] as String }
        }
        #expect(ordered == ["SCAN alerts USING INDEX alerts_open"])
        let plan = try fixture.store.store.read { database in
            try Row.fetchAll(
                database, sql: "EXPLAIN QUERY PLAN SELECT * FROM alerts WHERE status IN ('firing', 'nodata')"
            )
            .map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("alerts_of_status") }, "\(plan)")
    }
}
