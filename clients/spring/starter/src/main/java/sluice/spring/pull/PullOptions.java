package sluice.spring.pull;

import java.time.Duration;

/**
 * @param max events of one request
 * @param poll how long a request waits for the first; a stop waits for it, too
 * @param lease how long Sluice waits for a client that is silent
 * @param heldMax how long a lease is extended
 * @param concurrency subjects at once
 * @param stop how long a stop waits for what was begun
 * @param backoffMax the longest wait while Sluice is away
 */
public record PullOptions(
        int max,
        Duration poll,
        Duration lease,
        Duration heldMax,
        int concurrency,
        Duration stop,
        Duration backoffMax) {}
