-- The state of every order after each of its order events ("Order state after order event k").
-- Which order event cancelled or returned a piece; a piece without a row is open.
CREATE TABLE closing (order_id TEXT, line INTEGER, unit INTEGER, seq INTEGER NOT NULL, state TEXT NOT NULL,
                      PRIMARY KEY (order_id, line, unit)) WITHOUT ROWID;
INSERT OR IGNORE INTO closing  -- a piece closed twice is a fault, found by checks.sql
SELECT order_id, line, unit, seq, substr(type, 7)
FROM added_act_unit t JOIN event e USING (order_id, source, seq)
WHERE source = 'orders' ORDER BY order_id, seq;

-- Shipping goes back when the seller's last open piece goes: cancelled, and none was ever returned, or
-- returned by the seller's fault.
CREATE TABLE shipping_back (order_id TEXT, seller_id TEXT, seq INTEGER NOT NULL, amount INTEGER NOT NULL,
                            PRIMARY KEY (order_id, seller_id)) WITHOUT ROWID;
INSERT INTO shipping_back
WITH ended AS (
  SELECT order_id, seller_id, MAX(seq) AS seq, SUM(state = 'returned') AS returned
  FROM piece LEFT JOIN closing USING (order_id, line, unit)
  WHERE order_id IN (SELECT order_id FROM closing)
  GROUP BY order_id, seller_id HAVING COUNT(seq) = COUNT(*))
SELECT d.order_id, d.seller_id, d.seq, c.shipping
FROM ended d JOIN consignment c USING (order_id, seller_id)
  JOIN event e ON (e.order_id, e.source, e.seq) = (d.order_id, 'orders', d.seq)
WHERE (e.type = 'order.cancelled' AND d.returned = 0) OR (e.type = 'order.returned' AND e.fault = 'seller');

-- What an order event takes away: pieces, and shipping with them.
CREATE TABLE step (order_id TEXT, seq INTEGER, units INTEGER NOT NULL, net INTEGER NOT NULL,
                   platform INTEGER NOT NULL, commission INTEGER NOT NULL, vat INTEGER NOT NULL,
                   PRIMARY KEY (order_id, seq)) WITHOUT ROWID;
INSERT INTO step
SELECT order_id, seq, COUNT(*), SUM(net), SUM(platform), SUM(commission), SUM(vat)
FROM closing JOIN piece USING (order_id, line, unit) GROUP BY order_id, seq;

CREATE TABLE going (order_id TEXT, seq INTEGER, shipping INTEGER NOT NULL,
                    PRIMARY KEY (order_id, seq)) WITHOUT ROWID;
INSERT INTO going SELECT order_id, seq, SUM(amount) FROM shipping_back GROUP BY order_id, seq;

-- Sums over events 1 to k; T as refund_due; what event k itself makes due as new_card and new_voucher.
CREATE TABLE tally (
  order_id TEXT, seq INTEGER, event_id TEXT NOT NULL, type TEXT NOT NULL, booked_on TEXT NOT NULL,
  refund_of INTEGER, deliveries_seen INTEGER NOT NULL, cancelled INTEGER NOT NULL, returned INTEGER NOT NULL,
  gone_platform INTEGER NOT NULL, gone_commission INTEGER NOT NULL, gone_vat INTEGER NOT NULL,
  fees INTEGER NOT NULL, refunds INTEGER NOT NULL, card INTEGER NOT NULL, voucher INTEGER NOT NULL,
  refund_due INTEGER NOT NULL, due_card INTEGER NOT NULL, new_card INTEGER NOT NULL,
  new_voucher INTEGER NOT NULL, PRIMARY KEY (order_id, seq)) WITHOUT ROWID;

INSERT INTO tally
WITH
  act AS (
    SELECT e.order_id, e.seq, e.event_id, e.type, e.booked_on, COALESCE(e.depends_on, 0) AS depends_on,
           e.refund_of, e.fee, COALESCE(s.platform, 0) AS platform,
           COALESCE(s.commission, 0) AS commission, COALESCE(s.vat, 0) AS vat,
           CASE WHEN e.type = 'order.cancelled' THEN COALESCE(s.units, 0) ELSE 0 END AS cancelled,
           CASE WHEN e.type = 'order.returned' THEN COALESCE(s.units, 0) ELSE 0 END AS returned,
           COALESCE(s.net, 0) - e.fee + COALESCE(g.shipping, 0) AS refund,
           CASE WHEN e.type = 'order.paid' THEN t.card ELSE 0 END AS card,
           CASE WHEN e.type = 'order.paid' THEN t.voucher ELSE 0 END AS voucher
    FROM event e LEFT JOIN step s USING (order_id, seq) LEFT JOIN going g USING (order_id, seq)
      LEFT JOIN tender t USING (order_id)
    WHERE e.source = 'orders'),
  sums AS (
    SELECT a.order_id, seq, a.event_id, type, a.booked_on, refund_of, p.units,
           MAX(depends_on) OVER k AS deliveries_seen,
           SUM(cancelled) OVER k AS cancelled, SUM(returned) OVER k AS returned,
           SUM(a.platform) OVER k AS gone_platform, SUM(a.commission) OVER k AS gone_commission,
           SUM(a.vat) OVER k AS gone_vat, SUM(fee) OVER k AS fees, SUM(refund) OVER k AS refunds,
           SUM(card) OVER k AS card, SUM(voucher) OVER k AS voucher
    FROM act a JOIN placing p USING (order_id)
    WINDOW k AS (PARTITION BY order_id ORDER BY seq)),
  due AS (
    SELECT *, CASE WHEN cancelled = units THEN card + voucher
                   ELSE MIN(card + voucher, refunds) END AS refund_due FROM sums),
  split AS (SELECT *, MIN(refund_due, card) AS due_card FROM due)
SELECT order_id, seq, event_id, type, booked_on, refund_of, deliveries_seen, cancelled, returned,
       gone_platform, gone_commission, gone_vat, fees, refunds, card, voucher, refund_due, due_card,
       due_card - LAG(due_card, 1, 0) OVER k,
       refund_due - due_card - LAG(refund_due - due_card, 1, 0) OVER k
FROM split WINDOW k AS (PARTITION BY order_id ORDER BY seq);

CREATE TABLE state (
  order_id TEXT, seq INTEGER, event_id TEXT NOT NULL, type TEXT NOT NULL, booked_on TEXT NOT NULL,
  deliveries_seen INTEGER NOT NULL,
  cancelled INTEGER NOT NULL, returned INTEGER NOT NULL,      -- pieces, so far
  all_cancelled INTEGER NOT NULL,                             -- A: 0 or 1
  open_platform INTEGER NOT NULL, open_commission INTEGER NOT NULL, open_vat INTEGER NOT NULL,
  fees INTEGER NOT NULL, claim INTEGER NOT NULL,
  card INTEGER NOT NULL, voucher INTEGER NOT NULL,            -- Ccard, Cvoucher
  due_card INTEGER NOT NULL, due_voucher INTEGER NOT NULL,    -- Tcard, Tvoucher
  done_card INTEGER NOT NULL, done_voucher INTEGER NOT NULL,  -- Dcard, Dvoucher
  kept INTEGER NOT NULL, points INTEGER NOT NULL, is_last INTEGER NOT NULL,
  PRIMARY KEY (order_id, seq)) WITHOUT ROWID;

INSERT INTO state
SELECT t.order_id, t.seq, t.event_id, t.type, t.booked_on, t.deliveries_seen, t.cancelled, t.returned,
       t.cancelled = p.units, p.platform - t.gone_platform, p.commission - t.gone_commission,
       p.vat - t.gone_vat, t.fees, p.due - t.refunds, t.card, t.voucher, t.due_card,
       t.refund_due - t.due_card, COALESCE(SUM(o.new_card) OVER k, 0),
       COALESCE(SUM(o.new_voucher) OVER k, 0), t.card + t.voucher - t.refund_due,
       (t.card + t.voucher - t.refund_due) / minor_per_point,
       t.seq = MAX(t.seq) OVER (PARTITION BY t.order_id)
FROM tally t JOIN placing p ON p.order_id = t.order_id
  LEFT JOIN tally o ON (o.order_id, o.seq) = (t.order_id, t.refund_of), policy
WINDOW k AS (PARTITION BY t.order_id ORDER BY t.seq);
