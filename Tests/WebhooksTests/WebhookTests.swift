import Alerts
import DebVisorCore
import Foundation
import Platform
import Testing

@testable import Webhooks

/// Against a receiver that answers, refuses, fails, hangs and sends elsewhere.
@Suite struct WebhookTests {
    private func send(_ url: String, headers: [String: Secret] = [:], within limit: Duration = .seconds(20)) -> Fault? {
        let message = NotificationMessage.test("hook", at: Timestamp(milliseconds: 1_700_438_400_000))
        do {
            try WebhookSender().send(message, to: .webhook(url: Secret(url), headers: headers), within: limit)
            return nil
        } catch { return error as? Fault }
    }

    @Test("A message arrives as JSON, with a key and the headers given") func arrives() throws {
        let receiver = try Receiver()
        let url = "http://127.0.0.1:\(receiver.port)/status/204?token=x"
        #expect(send(url, headers: ["Authorization": Secret("Bearer abc")]) == nil)
        let request = try #require(receiver.requests.first)
        let headers = try #require(request["headers"] as? [String: String])
        #expect(request["path"] as? String == "/status/204?token=x")
        #expect(headers["Authorization"] == "Bearer abc" && headers["Content-Type"] == "application/json")
        let body = try #require(request["body"] as? [String: Any])
        #expect(body["key"] as? String == headers["Idempotency-Key"])
        #expect((body["alerts"] as? [[String: Any]])?.count == 1)
    }

    @Test(
        "What the other side answers decides whether it is tried again",
        arguments: [
            ("/status/200", nil), ("/status/202", nil), ("/status/400", .usage), ("/status/410", .usage),
            ("/status/401", .unavailable), ("/status/404", .unavailable), ("/status/408", .unavailable),
            ("/status/429", .unavailable), ("/status/500", .unavailable), ("/status/503", .unavailable),
            ("/redirect", .usage), ("/long", nil),
        ] as [(String, Fault.Kind?)])
    func answers(path: String, kind: Fault.Kind?) throws {
        let receiver = try Receiver()
        let fault = send("http://127.0.0.1:\(receiver.port)\(path)")
        #expect(fault?.kind == kind, "\(fault?.description ?? "")")
        #expect(receiver.requests.count == 1)
    }

    @Test("It says what came back, without what it was sent") func whatCameBack() throws {
        let receiver = try Receiver()
        let message = NotificationMessage.test("hook", at: Timestamp(milliseconds: 1_700_438_400_000))
        let target = NotifierTarget.webhook(
            url: Secret("http://127.0.0.1:\(receiver.port)/echo"), headers: ["Authorization": Secret("Bearer hunter2")])
        #expect(try WebhookSender().send(message, to: target, within: .seconds(20)) == "200: you said …")
    }

    @Test(
        "Certificates and names are checked",
        arguments: [("127.0.0.1", true, true), ("127.0.0.1", false, false), ("localhost", true, false)])
    func certificates(host: String, isTrusted: Bool, arrives: Bool) throws {
        let receiver = try Receiver(tls: true)
        let message = NotificationMessage.test("hook", at: Timestamp(milliseconds: 1_700_438_400_000))
        let target = NotifierTarget.webhook(url: Secret("https://\(host):\(receiver.port)/x"), headers: [:])
        let sender = WebhookSender(trustFile: isTrusted ? receiver.certificate : nil)
        do {
            try sender.send(message, to: target, within: .seconds(20))
            #expect(arrives)
        } catch {
            #expect(!arrives, "\(error)")
            #expect((error as? Fault)?.kind == .unavailable)
        }
        #expect(receiver.requests.count == (arrives ? 1 : 0))
    }

    @Test("One that hangs is left, one that is not there is unavailable; no secret is in an error") func failures()
        throws
    {
        let receiver = try Receiver()
        #expect(send("http://127.0.0.1:\(receiver.port)/hang", within: .milliseconds(500))?.kind == .timeout)
        for url in [
            "http://127.0.0.1:1/hunter2", "https://127.0.0.1:\(receiver.port)/hunter2",
            "http://127.0.0.1:\(receiver.port)/status/500?hunter2",
        ] {
            let fault = try #require(send(url))
            #expect(fault.kind == .unavailable)
            #expect(!"\(fault) \(fault.hint ?? "")".contains("hunter2"), "\(fault)")
        }
    }
}
