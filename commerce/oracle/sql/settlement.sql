-- Service settlement: what a seller is owed per delivery and return, and the payouts in closed form.
CREATE TABLE oracle_settlement_item (
  event_id TEXT, seller_id TEXT, order_id TEXT NOT NULL, kind TEXT NOT NULL, available_on TEXT NOT NULL,
  payable INTEGER NOT NULL, shipping INTEGER NOT NULL, commission INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (event_id, seller_id)) WITHOUT ROWID;

CREATE TABLE earning (order_id TEXT, seller_id TEXT, event_id TEXT, available_on TEXT, payable INTEGER,
                      shipping INTEGER, commission INTEGER,
                      PRIMARY KEY (order_id, seller_id)) WITHOUT ROWID;  -- one parcel per order and seller
INSERT INTO earning
SELECT e.order_id, e.seller_id, event_id, date(recorded_on, '+' || payout_days || ' days'), SUM(p.payable),
       c.shipping, SUM(p.commission)
FROM event e JOIN added_act_unit t USING (order_id, source, seq) JOIN piece p USING (order_id, line, unit)
  JOIN consignment c ON (c.order_id, c.seller_id) = (e.order_id, e.seller_id), policy
WHERE e.type = 'delivery.completed' GROUP BY e.order_id, e.seller_id;

INSERT INTO oracle_settlement_item
SELECT event_id, seller_id, order_id, 'delivered', available_on, payable, shipping, commission,
       payable + shipping
FROM earning;

-- As placed in `shipping_back`: only there does a return take shipping back.
INSERT INTO oracle_settlement_item
WITH taken AS (
  SELECT order_id, seq, seller_id, SUM(payable) AS payable, SUM(commission) AS commission
  FROM closing JOIN piece USING (order_id, line, unit) WHERE state = 'returned'
  GROUP BY order_id, seq, seller_id)
SELECT e.event_id, k.seller_id, k.order_id, 'returned', MAX(e.recorded_on, d.available_on), -k.payable,
       -COALESCE(b.amount, 0), -k.commission, -k.payable - COALESCE(b.amount, 0)
FROM taken k JOIN event e ON (e.order_id, e.source, e.seq) = (k.order_id, 'orders', k.seq)
  JOIN earning d ON (d.order_id, d.seller_id) = (k.order_id, k.seller_id)
  LEFT JOIN shipping_back b ON (b.order_id, b.seller_id, b.seq) = (k.order_id, k.seller_id, k.seq);

-- S = running sum of items by day; paid so far = max(0, max of S up to the day).
CREATE TABLE oracle_settlement_payout (
  seller_id TEXT, day TEXT, carried_in INTEGER NOT NULL, items INTEGER NOT NULL, paid INTEGER NOT NULL,
  carried_out INTEGER NOT NULL, PRIMARY KEY (seller_id, day)) WITHOUT ROWID;
INSERT INTO oracle_settlement_payout
WITH
  daily AS (SELECT seller_id, available_on AS day, SUM(amount) AS items
            FROM oracle_settlement_item GROUP BY seller_id, available_on),
  summed AS (SELECT *, SUM(items) OVER (PARTITION BY seller_id ORDER BY day) AS s FROM daily),
  topped AS (SELECT *, MAX(0, MAX(s) OVER (PARTITION BY seller_id ORDER BY day)) AS so_far FROM summed),
  before AS (SELECT *, LAG(s, 1, 0) OVER w AS s_before, LAG(so_far, 1, 0) OVER w AS so_far_before
             FROM topped WINDOW w AS (PARTITION BY seller_id ORDER BY day))
SELECT seller_id, day, s_before - so_far_before, items, so_far - so_far_before, s - so_far FROM before;
