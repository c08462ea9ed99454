-- Service order: the state after the last order event.
CREATE TABLE oracle_order_head (
  order_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, placed_at TEXT NOT NULL, coupon TEXT NOT NULL,
  units INTEGER NOT NULL, gross INTEGER NOT NULL, platform_discount INTEGER NOT NULL,
  seller_discount INTEGER NOT NULL, shipping INTEGER NOT NULL, due INTEGER NOT NULL,
  card INTEGER NOT NULL, voucher INTEGER NOT NULL, units_cancelled INTEGER NOT NULL,
  units_returned INTEGER NOT NULL, refund_card INTEGER NOT NULL, refund_voucher INTEGER NOT NULL,
  refunded INTEGER NOT NULL, last_sequence INTEGER NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;

INSERT INTO oracle_order_head
SELECT p.order_id, p.member_id, p.at, p.coupon, p.units, p.gross, p.platform, p.seller_share, p.shipping,
       p.due, s.card, s.voucher, s.cancelled, s.returned, s.due_card, s.due_voucher,
       s.done_card + s.done_voucher, s.seq,
       CASE WHEN s.all_cancelled AND EXISTS (SELECT 1 FROM state c WHERE c.order_id = p.order_id
                                              AND c.type = 'order.cancelled') THEN 'cancelled'
            WHEN p.units > 0 AND s.cancelled + s.returned = p.units THEN 'closed'
            WHEN s.card + s.voucher > 0 OR p.due = 0 THEN 'paid'
            ELSE 'placed' END
FROM placing p JOIN state s USING (order_id) WHERE s.is_last;
