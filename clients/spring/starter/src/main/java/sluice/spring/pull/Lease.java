package sluice.spring.pull;

import sluice.spring.SluiceEvent;

import java.time.Duration;
import java.util.List;

/** Consecutive events of one subject, this client's for {@code length} from when they were asked for. */
record Lease(String id, String subject, Duration length, List<SluiceEvent> events) {}
