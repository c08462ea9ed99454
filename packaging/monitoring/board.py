"""The Grafana board: rows of panels. A panel names metrics; what is drawn of them follows from their kind."""

import metrics_table

ROWS = {
    "How it stands": [
        ("State of each consumer", ["sluice_consumer_status"]),
        ("Lag", ["sluice_consumer_lag_messages"]),
        ("Released and delivered", ["sluice_released_total", "sluice_delivered_total"]),
        ("Published and refused", ["sluice_published_total", "sluice_publish_refused_total"]),
    ],
    "Somebody must look": [
        ("Parked, retrying and paused subjects", ["sluice_key_parked", "sluice_key_retrying", "sluice_key_paused"]),
        ("Backlogs", ["sluice_backlog_bytes", "sluice_backlog_limit_bytes"]),
        ("Waiting events and open gaps", ["sluice_waiting_events", "sluice_waiting_subjects", "sluice_gaps_open"]),
        ("Subjects that share a gap", ["sluice_gap_shared_subjects"]),
        ("How much of what may wait of a source does", ["sluice_source_waiting_ratio"]),
        ("Put aside", ["sluice_unreadable_total", "sluice_late_total", "sluice_flooded_total",
                       "sluice_flooded_source_total"]),
        ("Conflicts, gaps given up, holes", ["sluice_conflicts_total", "sluice_gaps_skipped_total",
                                             "sluice_gaps_parked_total", "sluice_holes_total"]),
        ("Sinks that fail for all", ["sluice_breaker_open", "sluice_backlog_full"]),
    ],
    "The sequencer": [
        ("Read", ["sluice_read_records_total", "sluice_repartitioned_total"]),
        ("Steps", ["sluice_steps_total", "sluice_leases_reopened_total"]),
        ("Committing a step", ["sluice_step_duration_seconds"]),
        ("Duplicates", ["sluice_duplicates_total", "sluice_duplicates_not_compared_total"]),
        ("Invalid and foreign", ["sluice_invalid_total", "sluice_invalid_warned_total", "sluice_foreign_total"]),
        ("Deleted by retention", ["sluice_retention_deleted_total"]),
        ("Held for a subscription though their retention is over", ["sluice_retention_held_records"]),
        ("Subjects in memory", ["sluice_subjects_cached", "sluice_subjects_cached_limit"]),
    ],
    "Subscriptions": [
        ("A call of the sink", ["messaging_process_duration_seconds"]),
        ("In flight", ["sluice_in_flight_events", "sluice_in_flight_limit_events"]),
        ("Bytes in flight", ["sluice_in_flight_bytes", "sluice_in_flight_limit_bytes"]),
        ("Retried and passed over", ["sluice_retried_total", "sluice_passed_total"]),
        ("Events in backlogs", ["sluice_dead_letters"]),
        ("Oldest gap and oldest parked subject", ["sluice_gap_oldest_timestamp_seconds",
                                                  "sluice_dead_letter_oldest_timestamp_seconds"]),
    ],
    "Sagas": [
        ("Sagas that have not ended", ["sluice_saga_open"]),
        ("Sagas that ended", ["sluice_saga_ended_total"]),
        ("Commands", ["sluice_saga_commands_total"]),
        ("Inputs that wait", ["sluice_saga_queue_inputs", "sluice_saga_queue_limit_inputs"]),
    ],
    "Outbox": [
        ("Pending, and full", ["sluice_outbox_pending", "sluice_outbox_full"]),
        ("The oldest that is pending", ["sluice_outbox_oldest_timestamp_seconds"]),
        ("Sent and refused", ["sluice_outbox_sent_total", "sluice_outbox_refused_total"]),
        ("Parked, and sent again", ["sluice_outbox_parked", "sluice_outbox_fenced_subjects"]),
        ("Requests, and those without an answer", ["sluice_outbox_requests_total", "sluice_outbox_request_failures_total"]),
        ("Relays that are connected", ["sluice_outbox_connected"]),
        ("Sessions that relays have lost", ["sluice_outbox_sessions_lost_total"]),
    ],
    "Log, disk, API": [
        ("Write and fsync of a group", ["sluice_wal_fsync_seconds"]),
        ("Written", ["sluice_log_bytes_total"]),
        ("Writes that wait for the disk", ["sluice_log_queue_jobs", "sluice_log_queue_limit_jobs"]),
        ("Bytes that wait for the disk", ["sluice_log_queue_bytes", "sluice_log_queue_limit_bytes"]),
        ("Room on the disk", ["sluice_disk_free_bytes", "sluice_disk_reserve_bytes"]),
        ("Errors, and writes refused for want of space", ["sluice_log_errors_total", "sluice_log_refused_full_total"]),
        ("Connections", ["sluice_api_connections", "sluice_api_limit_connections"]),
        ("Spans that wait for the collector", ["sluice_trace_queue_spans", "sluice_trace_queue_limit_spans"]),
        ("Spans sent and lost", ["sluice_trace_spans_total", "sluice_trace_spans_dropped_total"]),
        ("Bodies in flight", ["sluice_api_bodies_bytes", "sluice_api_bodies_limit_bytes"]),
    ],
}

COLUMNS, WIDTH, HEIGHT = 3, 8, 7
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


def expression(metric):
    selector = '{domain=~"$domain"}' if "domain" in metric.labels else ""
    by = f"sum by ({', '.join(metric.labels)}) " if metric.labels else "sum "
    if metric.name == "sluice_consumer_status":
        return f"{metric.name}{selector} == 1"
    if metric.name.endswith("_timestamp_seconds"):
        return f"time() - ({metric.name}{selector} > 0)"
    if metric.kind == "counter":
        return f"{by}(rate({metric.name}{selector}[$__rate_interval]))"
    if metric.kind == "histogram":
        labels = ", ".join(("le", *metric.labels))
        return f"histogram_quantile(0.99, sum by ({labels}) (rate({metric.name}_bucket{selector}[$__rate_interval])))"
    return f"{by}({metric.name}{selector})"


def legend(metric, panel_metrics):
    labels = " ".join(f"{{{{{label}}}}}" for label in metric.labels)
    if metric.name == "sluice_consumer_status":
        return f"{labels} {{{{state}}}}"
    short = metric.name.removeprefix("sluice_").removesuffix("_total").replace("_", " ")
    return f"{labels} {short}".strip() if len(panel_metrics) > 1 or not labels else labels


def unit(metric):
    if metric.name.endswith("_timestamp_seconds"):
        return "s"  # drawn as an age
    if metric.kind == "counter":
        return "Bps" if "_bytes_" in metric.name else "ops"
    return metric.unit


def panel(number, title, names, metrics, place):
    shown = [metrics[name] for name in names]  # a KeyError: the table does not have it
    return {
        "id": number,
        "type": "timeseries",
        "title": title,
        "description": " ".join(f"{one.name}: {one.text}" for one in shown),
        "datasource": DATASOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": unit(shown[0]), "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [{"refId": chr(ord("A") + at), "datasource": DATASOURCE, "expr": expression(one),
                     "legendFormat": legend(one, shown)} for at, one in enumerate(shown)],
    }


def panels(metrics):
    made, y = [], 0
    for row, content in ROWS.items():
        made.append({"id": len(made) + 1, "type": "row", "title": row, "collapsed": False, "panels": [],
                     "gridPos": {"x": 0, "y": y, "w": COLUMNS * WIDTH, "h": 1}})
        y += 1
        for at, (title, names) in enumerate(content):
            place = {"x": at % COLUMNS * WIDTH, "y": y + at // COLUMNS * HEIGHT, "w": WIDTH, "h": HEIGHT}
            made.append(panel(len(made) + 1, title, names, metrics, place))
        y += -(-len(content) // COLUMNS) * HEIGHT
    return made


def board():
    metrics = metrics_table.everything()
    return {
        "uid": "sluice",
        "title": "Sluice",
        "tags": ["sluice"],
        "schemaVersion": 39,
        "version": 1,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [
            {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"},
            {"name": "domain", "type": "query", "datasource": DATASOURCE, "label": "domain", "multi": True,
             "includeAll": True, "refresh": 2, "query": "label_values(sluice_released_total, domain)"},
        ]},
        "panels": panels(metrics),
    }
