-- Service inquiry: the order at every act, as far as the actor's stamp says that he saw it.
CREATE TABLE oracle_inquiry_act (
  event_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, source TEXT NOT NULL, sequence INTEGER NOT NULL,
  type TEXT NOT NULL, act_at TEXT NOT NULL, orders_seen INTEGER NOT NULL, deliveries_seen INTEGER NOT NULL,
  units_open INTEGER NOT NULL, units_cancelled INTEGER NOT NULL, units_returned INTEGER NOT NULL,
  units_dispatched INTEGER NOT NULL, units_delivered INTEGER NOT NULL, claim INTEGER NOT NULL,
  captured INTEGER NOT NULL, refund_due INTEGER NOT NULL, refund_done INTEGER NOT NULL) WITHOUT ROWID;

-- Pieces dispatched and delivered by the first m delivery events.
CREATE TABLE carried (order_id TEXT, seq INTEGER, dispatched INTEGER NOT NULL, delivered INTEGER NOT NULL,
                      PRIMARY KEY (order_id, seq)) WITHOUT ROWID;
INSERT INTO carried
WITH moved AS (
  SELECT order_id, seq, type, COUNT(t.line) AS units
  FROM event LEFT JOIN added_act_unit t USING (order_id, source, seq)
  WHERE source = 'deliveries' GROUP BY order_id, seq)
SELECT order_id, seq, SUM(CASE type WHEN 'delivery.dispatched' THEN units ELSE 0 END) OVER k,
       SUM(CASE type WHEN 'delivery.completed' THEN units ELSE 0 END) OVER k
FROM moved WINDOW k AS (PARTITION BY order_id ORDER BY seq);

INSERT INTO oracle_inquiry_act
WITH act AS (
  SELECT e.event_id, e.order_id, e.source, e.seq, e.type, e.at,
         CASE e.source WHEN 'orders' THEN e.seq ELSE e.depends_on END AS orders_seen,
         CASE e.source WHEN 'orders' THEN s.deliveries_seen ELSE e.seq END AS deliveries_seen
  FROM event e LEFT JOIN state s ON e.source = 'orders' AND (s.order_id, s.seq) = (e.order_id, e.seq)
  WHERE e.source IN ('orders', 'deliveries'))
SELECT a.event_id, a.order_id, '/' || a.source, a.seq, a.type, a.at, a.orders_seen, a.deliveries_seen,
       p.units - s.cancelled - s.returned, s.cancelled, s.returned, COALESCE(c.dispatched, 0),
       COALESCE(c.delivered, 0), s.claim, s.card + s.voucher,
       s.due_card + s.due_voucher - s.done_card - s.done_voucher, s.done_card + s.done_voucher
FROM act a JOIN state s ON (s.order_id, s.seq) = (a.order_id, a.orders_seen)
  JOIN placing p ON p.order_id = a.order_id
  LEFT JOIN carried c ON (c.order_id, c.seq) = (a.order_id, a.deliveries_seen);
