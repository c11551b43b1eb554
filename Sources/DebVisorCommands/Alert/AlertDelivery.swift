import Alerts

extension AppContext {
    /// What sends the notices of alerts, by all ways there are. It blocks the thread that it works on.
    func dispatcher(_ store: AlertStore) -> NotificationDispatcher {
        NotificationDispatcher(
            store,
            [
                .command: CommandSender(), .email: MailSender(program: settings.sendmail.value, clock),
                .webhook: webhooks,
            ], clock)
    }
}
