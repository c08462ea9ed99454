-- Service sales: three policies over the same acts, goods only.
CREATE TABLE oracle_sales_entry (
  policy TEXT, event_id TEXT, order_id TEXT NOT NULL, kind TEXT NOT NULL, booked_on TEXT NOT NULL,
  units INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (policy, event_id)) WITHOUT ROWID;

CREATE TABLE sold (event_id TEXT, order_id TEXT, kind TEXT, booked_on TEXT, units INTEGER, amount INTEGER,
                   at_order INTEGER);  -- 1: the order was placed at or after the switch
INSERT INTO sold
WITH moved AS (
  SELECT order_id, source, seq, COUNT(*) AS units, SUM(net) AS net
  FROM added_act_unit JOIN piece USING (order_id, line, unit) GROUP BY order_id, source, seq),
act AS (
  SELECT event_id, order_id, 'placed' AS kind, booked_on, units, net AS amount FROM placing WHERE units > 0
  UNION ALL
  SELECT e.event_id, e.order_id,
         CASE e.type WHEN 'delivery.completed' THEN 'delivered' ELSE substr(e.type, 7) END,
         e.booked_on, m.units, CASE e.source WHEN 'deliveries' THEN m.net ELSE -m.net END
  FROM event e JOIN moved m USING (order_id, source, seq) WHERE e.type <> 'delivery.dispatched')
SELECT a.*, p.booked_on >= switch_on FROM act a JOIN placing p USING (order_id), policy;

INSERT INTO oracle_sales_entry
SELECT 'order', event_id, order_id, kind, booked_on, units, amount
FROM sold WHERE kind IN ('placed', 'cancelled', 'returned')
UNION ALL
SELECT 'delivery', event_id, order_id, kind, booked_on, units, amount
FROM sold WHERE kind IN ('delivered', 'returned')
UNION ALL
SELECT 'booked', event_id, order_id, kind, booked_on, units, amount
FROM sold, policy
WHERE CASE WHEN at_order THEN kind <> 'delivered'
           ELSE (kind = 'delivered' AND booked_on < switch_on)
             OR (kind = 'cancelled' AND booked_on >= switch_on) OR kind = 'returned' END;

-- At the switch: what neither a cancellation nor a delivery booked before it has settled.
CREATE TABLE settled (order_id TEXT, line INTEGER, unit INTEGER,
                      PRIMARY KEY (order_id, line, unit)) WITHOUT ROWID;
INSERT OR IGNORE INTO settled
SELECT order_id, line, unit FROM added_act_unit JOIN event e USING (order_id, source, seq), policy
WHERE e.type IN ('order.cancelled', 'delivery.completed') AND e.booked_on < switch_on;

INSERT INTO oracle_sales_entry
SELECT 'booked', p.order_id || '.transition', p.order_id, 'transition', switch_on, COUNT(*), SUM(p.net)
FROM piece p JOIN placing o ON o.order_id = p.order_id
  LEFT JOIN settled d ON (d.order_id, d.line, d.unit) = (p.order_id, p.line, p.unit), policy
WHERE o.booked_on < switch_on AND d.line IS NULL GROUP BY p.order_id;

CREATE TABLE oracle_sales_day (policy TEXT, booked_on TEXT, entries INTEGER NOT NULL, amount INTEGER NOT NULL,
                               PRIMARY KEY (policy, booked_on)) WITHOUT ROWID;
INSERT INTO oracle_sales_day
SELECT policy, booked_on, COUNT(*), SUM(amount) FROM oracle_sales_entry GROUP BY policy, booked_on;
