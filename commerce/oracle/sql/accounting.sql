-- Service accounting: per order event and account, the balance after it less the balance before it.
CREATE TABLE oracle_ledger_entry (
  entry_id TEXT PRIMARY KEY, event_id TEXT NOT NULL, order_id TEXT NOT NULL, account TEXT NOT NULL,
  party TEXT NOT NULL, booked_on TEXT NOT NULL, amount INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE balance (order_id TEXT, seq INTEGER, event_id TEXT, booked_on TEXT, buyer_receivable INTEGER,
                      cash INTEGER, voucher_liability INTEGER, refunds_due INTEGER,
                      payment_difference INTEGER, commission_revenue INTEGER, promotion INTEGER,
                      return_fees INTEGER, vat_due INTEGER, PRIMARY KEY (order_id, seq)) WITHOUT ROWID;
INSERT INTO balance
SELECT order_id, seq, event_id, booked_on,
       CASE WHEN card + voucher = 0 THEN claim ELSE 0 END, card - done_card, voucher - done_voucher,
       done_card + done_voucher - due_card - due_voucher,
       CASE WHEN card + voucher > 0 THEN claim - kept ELSE 0 END,
       -open_commission, open_platform, -fees, -open_vat
FROM state;

CREATE TABLE posting (order_id TEXT, event_id TEXT, booked_on TEXT, account TEXT, party TEXT, amount INTEGER);

INSERT INTO posting
WITH moved AS MATERIALIZED (
  SELECT order_id, event_id, booked_on,
         buyer_receivable - LAG(buyer_receivable, 1, 0) OVER k AS buyer_receivable,
         cash - LAG(cash, 1, 0) OVER k AS cash,
         voucher_liability - LAG(voucher_liability, 1, 0) OVER k AS voucher_liability,
         refunds_due - LAG(refunds_due, 1, 0) OVER k AS refunds_due,
         payment_difference - LAG(payment_difference, 1, 0) OVER k AS payment_difference,
         commission_revenue - LAG(commission_revenue, 1, 0) OVER k AS commission_revenue,
         promotion - LAG(promotion, 1, 0) OVER k AS promotion,
         return_fees - LAG(return_fees, 1, 0) OVER k AS return_fees,
         vat_due - LAG(vat_due, 1, 0) OVER k AS vat_due
  FROM balance WINDOW k AS (PARTITION BY order_id ORDER BY seq))
SELECT order_id, event_id, booked_on, 'buyer_receivable', '', buyer_receivable FROM moved
UNION ALL SELECT order_id, event_id, booked_on, 'cash', '', cash FROM moved
UNION ALL SELECT order_id, event_id, booked_on, 'voucher_liability', '', voucher_liability FROM moved
UNION ALL SELECT order_id, event_id, booked_on, 'refunds_due', '', refunds_due FROM moved
UNION ALL SELECT order_id, event_id, booked_on, 'payment_difference', '', payment_difference FROM moved
UNION ALL SELECT order_id, event_id, booked_on, 'commission_revenue', '', commission_revenue FROM moved
UNION ALL SELECT order_id, event_id, booked_on, 'promotion', '', promotion FROM moved
UNION ALL SELECT order_id, event_id, booked_on, 'return_fees', '', return_fees FROM moved
UNION ALL SELECT order_id, event_id, booked_on, 'vat_due', '', vat_due FROM moved
UNION ALL SELECT order_id, event_id, booked_on, 'vat_of_sellers', '', -vat_due FROM moved;

-- Seller payable, per seller: owed at placing, less what each event closes and the shipping that goes back.
INSERT INTO posting
WITH owed AS (
  SELECT order_id, 1 AS seq, seller_id, -(payable + shipping) AS amount FROM consignment
  UNION ALL SELECT order_id, seq, seller_id, payable FROM closing JOIN piece USING (order_id, line, unit)
  UNION ALL SELECT order_id, seq, seller_id, amount FROM shipping_back)
SELECT o.order_id, s.event_id, s.booked_on, 'seller_payable', seller_id, SUM(amount)
FROM owed o JOIN state s USING (order_id, seq) GROUP BY o.order_id, o.seq, seller_id;

INSERT INTO oracle_ledger_entry
SELECT event_id || ':' || account || ':' || party, event_id, order_id, account, party, booked_on, amount
FROM posting WHERE amount <> 0;

CREATE TABLE oracle_ledger_month (month TEXT, account TEXT, debit INTEGER NOT NULL, credit INTEGER NOT NULL,
                                  PRIMARY KEY (month, account)) WITHOUT ROWID;
INSERT INTO oracle_ledger_month
SELECT substr(booked_on, 1, 7), account, SUM(MAX(amount, 0)), SUM(MAX(-amount, 0))
FROM oracle_ledger_entry GROUP BY 1, 2;

CREATE TABLE oracle_tax_document (
  event_id TEXT, tax_code TEXT, kind TEXT NOT NULL, order_id TEXT NOT NULL, issued_on TEXT NOT NULL,
  base INTEGER NOT NULL, vat INTEGER NOT NULL, PRIMARY KEY (event_id, tax_code)) WITHOUT ROWID;
INSERT INTO oracle_tax_document
SELECT event_id, tax_code, 'invoice', order_id, e.happened_on, SUM(net), SUM(vat)
FROM piece JOIN event e USING (order_id) WHERE e.source = 'orders' AND e.seq = 1
GROUP BY order_id, tax_code
UNION ALL
SELECT event_id, tax_code, 'credit', order_id, e.happened_on, -SUM(net), -SUM(vat)
FROM closing JOIN piece USING (order_id, line, unit) JOIN event e USING (order_id, seq)
WHERE e.source = 'orders' GROUP BY order_id, seq, tax_code;
