package sluice.spring.pull;

/** What is counted. Threads: any. */
public interface PullMetrics {
    PullMetrics NONE = new PullMetrics() {
        @Override
        public void event(String domain, String subscription, String outcome) {}

        @Override
        public void pullFailed(String domain, String subscription) {}
    };

    /** @param outcome done, duplicate, unwanted, retry, dead or reused */
    void event(String domain, String subscription, String outcome);

    void pullFailed(String domain, String subscription);
}
