-- What is frozen at placing: shares, net, commission, VAT per piece; shipping per seller; tenders.
-- Apportioning by largest remainder is done where it is needed: floor, then one each to the greatest
-- remainders, ties to the lower place. Where the weights sum to 0 nothing is to be apportioned.
CREATE TABLE goods (order_id TEXT, line INTEGER, unit INTEGER, seller_id TEXT NOT NULL,
                    product_id TEXT NOT NULL, price INTEGER NOT NULL, freight INTEGER NOT NULL,
                    tax_code TEXT NOT NULL, tax_bp INTEGER NOT NULL, commission_bp INTEGER NOT NULL,
                    PRIMARY KEY (order_id, line, unit)) WITHOUT ROWID;
INSERT INTO goods
SELECT order_id, line, unit, seller_id, product_id, price, freight_value, tax_code, tax_bp, commission_bp
FROM raw_item JOIN added_item USING (order_id, order_item_id);

CREATE TABLE share (order_id TEXT, line INTEGER, unit INTEGER, bearer TEXT, amount INTEGER NOT NULL,
                    PRIMARY KEY (order_id, line, unit, bearer)) WITHOUT ROWID;

INSERT INTO share
WITH
  discount AS (SELECT order_id, 'platform' AS bearer, platform_discount AS amount FROM added_order
               UNION ALL SELECT order_id, 'seller', seller_discount FROM added_order),
  line AS (SELECT order_id, line, bearer, amount, SUM(price) AS gross
           FROM goods JOIN discount USING (order_id) WHERE amount > 0
           GROUP BY order_id, bearer, line),
  line_floor AS (SELECT order_id, line, bearer, amount, gross,
                        amount * gross / SUM(gross) OVER w AS floor,
                        amount * gross % SUM(gross) OVER w AS remainder
                 FROM line WINDOW w AS (PARTITION BY order_id, bearer)),
  line_share AS (SELECT order_id, line, bearer, gross,
                        floor + (ROW_NUMBER() OVER (w ORDER BY remainder DESC, line)
                                 <= amount - SUM(floor) OVER w) AS amount
                 FROM line_floor WINDOW w AS (PARTITION BY order_id, bearer)),
  unit_floor AS (SELECT order_id, line, unit, bearer, amount,
                        amount * price / gross AS floor, amount * price % gross AS remainder
                 FROM line_share JOIN goods USING (order_id, line) WHERE gross > 0)
SELECT order_id, line, unit, bearer,
       floor + (ROW_NUMBER() OVER (w ORDER BY remainder DESC, unit) <= amount - SUM(floor) OVER w)
FROM unit_floor WINDOW w AS (PARTITION BY order_id, bearer, line);

CREATE TABLE piece (order_id TEXT, line INTEGER, unit INTEGER, seller_id TEXT NOT NULL,
                    product_id TEXT NOT NULL, price INTEGER NOT NULL, platform INTEGER NOT NULL,
                    seller_share INTEGER NOT NULL, net INTEGER NOT NULL, tax_code TEXT NOT NULL,
                    vat INTEGER NOT NULL, commission INTEGER NOT NULL, payable INTEGER NOT NULL,
                    PRIMARY KEY (order_id, line, unit)) WITHOUT ROWID;

INSERT INTO piece
WITH
  shared AS (SELECT g.*, COALESCE(p.amount, 0) AS platform, COALESCE(s.amount, 0) AS seller_share
             FROM goods g
               LEFT JOIN share p ON (p.order_id, p.line, p.unit, p.bearer)
                                  = (g.order_id, g.line, g.unit, 'platform')
               LEFT JOIN share s ON (s.order_id, s.line, s.unit, s.bearer)
                                  = (g.order_id, g.line, g.unit, 'seller')),
  priced AS (SELECT *, price - platform - seller_share AS net,
                    (2 * (price - seller_share) * commission_bp + 10000) / 20000 AS commission
             FROM shared),
  taxed AS (SELECT *, SUM(net) OVER code AS base,
                   (2 * SUM(net) OVER code * tax_bp + 10000 + tax_bp) / (2 * (10000 + tax_bp)) AS tax
            FROM priced WINDOW code AS (PARTITION BY order_id, tax_code)),
  tax_floor AS (SELECT *, COALESCE(tax * net / base, 0) AS floor, COALESCE(tax * net % base, 0) AS remainder
                FROM taxed)
SELECT order_id, line, unit, seller_id, product_id, price, platform, seller_share, net, tax_code,
       floor + (ROW_NUMBER() OVER (code ORDER BY remainder DESC, line, unit)
                <= tax - SUM(floor) OVER code),
       commission, price - seller_share - commission
FROM tax_floor WINDOW code AS (PARTITION BY order_id, tax_code);

-- One row per order and seller with a unit, as placed.
CREATE TABLE consignment (order_id TEXT, seller_id TEXT, first_line INTEGER NOT NULL, units INTEGER NOT NULL,
                          gross INTEGER NOT NULL, net INTEGER NOT NULL, payable INTEGER NOT NULL,
                          commission INTEGER NOT NULL, vat INTEGER NOT NULL, shipping INTEGER NOT NULL,
                          PRIMARY KEY (order_id, seller_id)) WITHOUT ROWID;
INSERT INTO consignment
SELECT order_id, p.seller_id, MIN(line), COUNT(*), SUM(p.price), SUM(net), SUM(payable), SUM(commission),
       SUM(vat), SUM(freight)
FROM piece p JOIN goods USING (order_id, line, unit) GROUP BY order_id, p.seller_id;

-- Payments less the discount: it is taken from the first rows on. Vouchers are a tender.
CREATE TABLE tender (order_id TEXT PRIMARY KEY, card INTEGER NOT NULL, voucher INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO tender
WITH running AS (
  SELECT order_id, payment_type, payment_value,
         SUM(payment_value) OVER (PARTITION BY order_id ORDER BY payment_sequential
                                  ROWS UNBOUNDED PRECEDING)
           - platform_discount - seller_discount AS beyond
  FROM raw_payment JOIN added_order USING (order_id) WHERE payment_value > 0),
taken AS (SELECT order_id, payment_type, MAX(0, MIN(payment_value, beyond)) AS amount FROM running)
SELECT order_id, SUM(CASE WHEN payment_type <> 'voucher' THEN amount ELSE 0 END),
       SUM(CASE WHEN payment_type = 'voucher' THEN amount ELSE 0 END)
FROM taken GROUP BY order_id;

CREATE TABLE placing (order_id TEXT PRIMARY KEY, event_id TEXT NOT NULL, at TEXT NOT NULL,
                      recorded_on TEXT NOT NULL, booked_on TEXT NOT NULL, member_id TEXT NOT NULL,
                      coupon TEXT NOT NULL, points_used INTEGER NOT NULL, platform INTEGER NOT NULL,
                      seller_share INTEGER NOT NULL, units INTEGER NOT NULL, gross INTEGER NOT NULL,
                      net INTEGER NOT NULL, commission INTEGER NOT NULL, vat INTEGER NOT NULL,
                      shipping INTEGER NOT NULL, due INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO placing
SELECT o.order_id, e.event_id, e.at, e.recorded_on, e.booked_on, member_id, COALESCE(coupon, ''), points_used,
       platform_discount, seller_discount, COALESCE(SUM(c.units), 0), COALESCE(SUM(c.gross), 0),
       COALESCE(SUM(c.net), 0), COALESCE(SUM(c.commission), 0), COALESCE(SUM(c.vat), 0),
       COALESCE(SUM(c.shipping), 0), COALESCE(SUM(c.net + c.shipping), 0)
FROM added_order o JOIN event e ON (e.order_id, e.source, e.seq) = (o.order_id, 'orders', 1)
  LEFT JOIN consignment c ON c.order_id = o.order_id
GROUP BY o.order_id;
