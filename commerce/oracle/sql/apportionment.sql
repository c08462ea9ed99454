-- Service apportionment: every piece, and every order's part per seller.
CREATE TABLE oracle_apportionment_unit (
  order_id TEXT, line INTEGER, unit INTEGER, seller_id TEXT NOT NULL, product_id TEXT NOT NULL,
  gross INTEGER NOT NULL, platform INTEGER NOT NULL, seller_share INTEGER NOT NULL, net INTEGER NOT NULL,
  vat INTEGER NOT NULL, commission INTEGER NOT NULL, payable INTEGER NOT NULL, state TEXT NOT NULL,
  state_sequence INTEGER NOT NULL, PRIMARY KEY (order_id, line, unit)) WITHOUT ROWID;

INSERT INTO oracle_apportionment_unit
SELECT order_id, line, unit, seller_id, product_id, price, platform, seller_share, net, vat, commission,
       payable, COALESCE(state, 'open'), COALESCE(seq, 1)
FROM piece LEFT JOIN closing USING (order_id, line, unit);

CREATE TABLE oracle_apportionment_seller (
  order_id TEXT, seller_id TEXT, gross INTEGER NOT NULL, net INTEGER NOT NULL, shipping INTEGER NOT NULL,
  open_net INTEGER NOT NULL, open_payable INTEGER NOT NULL, open_shipping INTEGER NOT NULL,
  captured INTEGER NOT NULL, PRIMARY KEY (order_id, seller_id)) WITHOUT ROWID;

INSERT INTO oracle_apportionment_seller
WITH
  open AS (SELECT order_id, seller_id, SUM(net) AS net, SUM(payable) AS payable
           FROM oracle_apportionment_unit WHERE state = 'open' GROUP BY order_id, seller_id),
  weighed AS (SELECT c.*, c.net + c.shipping AS weight, s.card + s.voucher AS captured,
                     SUM(c.net + c.shipping) OVER (PARTITION BY c.order_id) AS total
              FROM consignment c JOIN state s ON s.order_id = c.order_id AND s.is_last),
  floored AS (SELECT *, COALESCE(captured * weight / total, 0) AS floor,
                     COALESCE(captured * weight % total, 0) AS remainder FROM weighed)
SELECT f.order_id, f.seller_id, f.gross, f.net, f.shipping, COALESCE(o.net, 0), COALESCE(o.payable, 0),
       f.shipping - COALESCE(b.amount, 0),
       floor + (total > 0 AND ROW_NUMBER() OVER (w ORDER BY remainder DESC, first_line)
                              <= captured - SUM(floor) OVER w)
FROM floored f LEFT JOIN open o USING (order_id, seller_id) LEFT JOIN shipping_back b USING (order_id, seller_id)
WINDOW w AS (PARTITION BY f.order_id);
