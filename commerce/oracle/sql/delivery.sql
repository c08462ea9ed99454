-- Service delivery: one row per parcel sent.
CREATE TABLE oracle_delivery_parcel (
  parcel TEXT PRIMARY KEY, order_id TEXT NOT NULL, seller_id TEXT NOT NULL, units INTEGER NOT NULL,
  goods INTEGER NOT NULL, shipping INTEGER NOT NULL, orders_seen INTEGER NOT NULL,
  dispatched_at TEXT NOT NULL, completed_at TEXT, late_recorded INTEGER NOT NULL) WITHOUT ROWID;

INSERT INTO oracle_delivery_parcel
WITH completed AS MATERIALIZED (
       SELECT parcel, at, happened_on, booked_on FROM event WHERE type = 'delivery.completed'),
     content AS MATERIALIZED (
       SELECT order_id, seq, COUNT(*) AS units, SUM(price) AS goods
       FROM added_act_unit JOIN piece USING (order_id, line, unit)
       WHERE source = 'deliveries' GROUP BY order_id, seq)
SELECT d.parcel, d.order_id, d.seller_id, t.units, t.goods, n.shipping, d.depends_on, d.at, c.at,
       COALESCE(c.booked_on <> c.happened_on, 0)
FROM event d JOIN content t USING (order_id, seq) JOIN consignment n USING (order_id, seller_id)
  LEFT JOIN completed c ON c.parcel = d.parcel
WHERE d.type = 'delivery.dispatched';
