"""The alerts: when somebody must look, and what to do first. docs/guide/operations.md has a section for each."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Alert:
    name: str
    expr: str
    wait: str  # how long it must hold: `for`
    severity: str  # critical: events do not flow, or are in danger. warning: somebody looks today
    summary: str
    description: str


CONSUMER = "{{ $labels.domain }}: {{ $labels.stage }} {{ $labels.subscription }}"
DOMAIN = "domain {{ $labels.domain }}"
SUBSCRIPTION = "{{ $labels.domain }}: subscription {{ $labels.subscription }}"


def is_in(state):
    return f'sluice_consumer_status{{state="{state}"}} == 1'


def grew(counter, window="15m"):
    return f"increase({counter}[{window}]) > 0"


def age_of(moment, seconds):
    return f"{moment} > 0 and time() - {moment} > {seconds}"


def full(used, limit, ratio):
    return f"{used} / {limit} > {ratio}"


def quantile(histogram, by, seconds, window="5m"):
    labels = ", ".join(("le", *by))
    return f"histogram_quantile(0.99, sum by ({labels}) (rate({histogram}_bucket[{window}]))) > {seconds}"


PROCESS = [
    Alert("SluiceAbsent", "absent(sluice_build_info)", "2m", "critical", "no Sluice is being scraped",
          "The daemon is gone or its management port cannot be reached. Look at the process and the last lines of its log."),
    Alert("SluiceHeartbeatLost", "time() - sluice_heartbeat_timestamp_seconds > 120", "1m", "critical",
          f"{CONSUMER} gives no sign of life", "Its thread has not looked for work for two minutes: a sink or a disk that "
          "does not answer. Look at what it calls; restarting the daemon loses nothing."),
    Alert("SluiceLagNotSampled", "time() - sluice_lag_sampled_timestamp_seconds > 60", "1m", "warning",
          "lag is no longer looked at", "What sluice_consumer_status says is old. The log says why lag cannot be looked at."),
]

CONSUMERS = [
    Alert("SluiceConsumerStopped", is_in("stopped"), "1m", "critical", f"{CONSUMER} has stopped",
          "It gives no sign of life and events are left. Look at the daemon's log; restarting it loses nothing."),
    Alert("SluiceConsumerStalled", is_in("stalled"), "2m", "critical", f"{CONSUMER} does not move",
          "It is alive and done with nothing. Look at sluice_breaker_open and sluice_backlog_full, and at its sink."),
    Alert("SluiceConsumerRewound", is_in("rewound"), "1m", "warning", f"{CONSUMER} went back",
          "It reads again what it had passed: somebody has restored a data directory. Receivers without an inbox see events twice."),
    Alert("SluiceConsumerSlow", is_in("slow"), "15m", "warning", f"{CONSUMER} falls behind",
          "More comes than it is done with. Look at messaging_process_duration_seconds for a slow sink, and at the disk."),
    Alert("SluiceInFlightFull", full("sluice_in_flight_events", "sluice_in_flight_limit_events", 0.95), "30m", "warning",
          f"{SUBSCRIPTION} has had as many events in flight as it may, for half an hour",
          "Its sink is slower than what comes. Make the handler faster, or give it fewer events by a filter."),
]

EVENTS = [
    Alert("SluiceSubjectParked", "sluice_key_parked > 0", "5m", "warning",
          f"{SUBSCRIPTION} has {{{{ $value }}}} parked subjects",
          "Each stands at a dead event, and what follows it waits. `sluice stuck` names them and the reasons."),
    Alert("SluiceSubjectParkedForADay", age_of("sluice_dead_letter_oldest_timestamp_seconds", 86_400), "5m", "critical",
          f"{SUBSCRIPTION} has had a parked subject for a day",
          "Nobody has chosen what becomes of it. `sluice stuck` names it; its backlog grows with every event."),
    Alert("SluiceBacklogFilling", full("sluice_backlog_bytes", "sluice_backlog_limit_bytes", 0.8), "5m", "warning",
          f"{SUBSCRIPTION} has filled 80 % of its backlog",
          "At 100 % it stands still. Mend what parks its subjects, or raise the limit."),
    Alert("SluiceBacklogFull", "sluice_backlog_full > 0", "1m", "critical", f"{SUBSCRIPTION} stands still: its backlog is full",
          "Nothing is lost, nothing is delivered. Mend what parks its subjects, or raise the limit and restart."),
    Alert("SluiceSinkFails", "sluice_breaker_open == 1", "2m", "critical", f"{SUBSCRIPTION}: its sink fails for every subject",
          "It is tried now and then and goes on by itself. Look at the sink: a deploy, a database, a full disk."),
    Alert("SluiceGapOpen", age_of("sluice_gap_oldest_timestamp_seconds", 900), "1m", "warning",
          f"{DOMAIN}: an event has been missing for a quarter of an hour",
          "Others wait for it. `sluice stuck` says which it is and where it could come from: most often a producer that is down."),
    Alert("SluiceChannelMissing", "sluice_gap_shared_subjects > 100", "15m", "warning",
          f"{DOMAIN}: {{{{ $value }}}} subjects wait for the same source or rule: is a channel missing from the contract?",
          "`sluice status` names it. Either its topic is not in the contract, or its producer is down for all."),
    Alert("SluiceGapGivenUp", f"{grew('sluice_gaps_skipped_total')} or {grew('sluice_gaps_parked_total')}", "0m", "warning",
          f"{DOMAIN}: a gap was given up", "The policy has acted: what was missing never came. The producer must say where it is."),
    Alert("SluiceLate", grew("sluice_late_total"), "0m", "warning", f"{DOMAIN}: events came when their place was gone",
          "They lie aside. The gap they belonged to had been skipped, or their subject was closed: wait longer, or mend the producer."),
    Alert("SluiceConflict", grew("sluice_conflicts_total"), "0m", "warning",
          f"{DOMAIN}: two events of one number or id differ", "Their subjects wait. Two producers use one source, or one has lost its numbers."),
    Alert("SluiceUnreadable", grew("sluice_unreadable_total"), "0m", "warning", f"{DOMAIN}: records without a readable place",
          "They lie aside, and each leaves a gap. `sluice read` of the aside topic shows why; mend the producer."),
    Alert("SluiceFlooded", grew("sluice_flooded_total"), "0m", "warning", f"{DOMAIN}: too much waits for one subject or source",
          "The rest of it goes aside. A producer that sends numbers far ahead, or an event that everything waits for."),
    Alert("SluiceSourceFilling", "sluice_source_waiting_ratio > 0.8", "5m", "warning",
          f"{DOMAIN}: more than 80 % of what may wait of one source does",
          "At 100 % what cannot go at once goes aside. A channel that lags or is missing, or a producer whose numbers lie."),
    Alert("SluiceRetentionHeld", "sluice_retention_held_records > 0", "1h", "warning",
          f"{DOMAIN}: {{{{ $value }}}} records are kept longer than its retention says",
          "A subscription has not done them. It stands still or is far behind: `sluice status` says which. Nothing is lost; the disk fills."),
    Alert("SluiceHole", grew("sluice_holes_total", "1h"), "0m", "critical", f"{SUBSCRIPTION}: a hole in the ordered topic",
          "A position is missing or there twice: a bug, or somebody else writes the ordered topic. Keep the data directory, and report it."),
    Alert("SluiceLeasesReopened", "increase(sluice_leases_reopened_total[15m]) > 3", "0m", "warning",
          f"{DOMAIN}: homes are taken anew again and again", "Each time what was not committed is read again. The log says what fails."),
]

SAGAS = [
    Alert("SluiceSagaStuck", 'sluice_saga_open{state="stuck"} > 0', "5m", "critical",
          "{{ $value }} sagas of {{ $labels.saga }} go neither forward nor back",
          "Their attempts are used up, and money or stock is held meanwhile. `sluice saga list` names them and why; `retry` or `compensate`."),
    Alert("SluiceSagasPileUp", full("sluice_saga_queue_inputs", "sluice_saga_queue_limit_inputs", 0.8), "5m", "warning",
          "sagas are begun and answered faster than they are stored",
          "At the limit callers are refused. Look at sluice_wal_fsync_seconds, and at who begins so many."),
]

RELAYS = [
    Alert("SluiceOutboxOld", age_of("sluice_outbox_oldest_timestamp_seconds", 300), "1m", "critical",
          "an event has been pending in the outbox for five minutes",
          "Relays do not get it through. Are they connected, does the daemon answer, is its subject parked? `sluice outbox status` says."),
    Alert("SluiceOutboxParked", "sluice_outbox_parked > 0", "5m", "warning", "{{ $value }} subjects of the outbox are parked",
          "The daemon has refused an event of each, and what follows it waits. `sluice outbox list` names them and why; retry or void."),
    Alert("SluiceOutboxFull", "sluice_outbox_full == 1", "0m", "critical", "the outbox is full: the service's own transactions fail",
          "sluice_publish refuses until relays have drained it. Look at why they do not; rows_max may be raised meanwhile."),
    Alert("SluiceOutboxDisconnected", "sluice_outbox_connected == 0", "1m", "critical", "no relay has a connection to its database",
          "Nothing is sent, and nothing is lost. The relay's log says why: an address, a password, a server that is away."),
]

DISK = [
    Alert("SluiceDiskErrors", "sluice_log_errors_total > 0", "0m", "critical", "the disk answered an error",
          "Sluice takes nothing more, so that nothing is lost. Look at the disk; then start the daemon again: it checks what is there."),
    Alert("SluiceDiskFilling", "sluice_disk_free_bytes < 2 * sluice_disk_reserve_bytes", "10m", "warning",
          "the disk of the log is filling", "Below the reserve publishing is refused. Make room, or let retention take more."),
    Alert("SluiceDiskFull", grew("sluice_log_refused_full_total", "5m"), "0m", "critical", "writes are refused: the disk is full",
          "Producers get 507 and keep their events. Make room; nothing else is to be done."),
    Alert("SluiceFsyncSlow", quantile("sluice_wal_fsync_seconds", (), 0.25), "10m", "warning",
          "a hundredth of the fsyncs takes more than a quarter of a second",
          "Every acknowledgement waits for one. Look for what else writes to that disk."),
    Alert("SluiceStepSlow", quantile("sluice_step_duration_seconds", ("domain",), 2.5), "10m", "warning",
          f"{DOMAIN}: a hundredth of the steps takes more than 2.5 seconds",
          "The disk is slow, or steps are very large. Compare with sluice_wal_fsync_seconds."),
    Alert("SluiceLogQueueFilling", f"{full('sluice_log_queue_bytes', 'sluice_log_queue_limit_bytes', 0.8)} or "
          f"{full('sluice_log_queue_jobs', 'sluice_log_queue_limit_jobs', 0.8)}", "5m", "warning",
          "writes pile up before the disk", "At the limit callers wait. Look at sluice_wal_fsync_seconds and at who publishes."),
    Alert("SluiceCertificateExpires", "sluice_certificate_expires_timestamp_seconds > 0 and "
          "sluice_certificate_expires_timestamp_seconds - time() < 604800", "1h", "critical",
          "the certificate of the API expires within a week", "Then no client talks to it any more. Renew the files that `tls` names: "
          "they are read anew within seconds. If they have been renewed, the log says what is wrong with them."),
    Alert("SluiceApiBusy", f"{grew('sluice_api_busy_total', '5m')} or "
          f"{full('sluice_api_connections', 'sluice_api_limit_connections', 0.9)}", "0m", "warning",
          "the API is at its limits", "Requests are answered 429, or callers wait to be let in. Send larger batches over fewer connections."),
]

GROUPS = {"sluice-process": PROCESS, "sluice-consumers": CONSUMERS, "sluice-events": EVENTS, "sluice-sagas": SAGAS, "sluice-outbox": RELAYS,
          "sluice-disk-and-api": DISK}
