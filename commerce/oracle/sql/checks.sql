-- What must hold between raw files and additions, or no figure below means anything. A row here is a fault.
CREATE TABLE fault (rule TEXT NOT NULL, place TEXT NOT NULL);

INSERT INTO fault SELECT 'raw order without a row in orders.csv', order_id
  FROM raw_order WHERE order_id NOT IN (SELECT order_id FROM added_order);
INSERT INTO fault SELECT 'row in orders.csv without a raw order', order_id
  FROM added_order WHERE order_id NOT IN (SELECT order_id FROM raw_order);
INSERT INTO fault SELECT 'raw item without a row in items.csv', r.order_id || ' ' || r.order_item_id
  FROM raw_item r LEFT JOIN added_item a USING (order_id, order_item_id) WHERE a.line IS NULL;
INSERT INTO fault SELECT 'row in items.csv without a raw item', a.order_id || ' ' || a.order_item_id
  FROM added_item a LEFT JOIN raw_item r USING (order_id, order_item_id) WHERE r.price IS NULL;
INSERT INTO fault SELECT 'member is neither the customer nor heavy-member', order_id
  FROM raw_order JOIN raw_customer USING (customer_id) JOIN added_order USING (order_id)
  WHERE member_id NOT IN (customer_unique_id, 'heavy-member');

INSERT INTO fault SELECT 'discount exceeds the goods', order_id
  FROM added_order LEFT JOIN (SELECT order_id, SUM(price) AS goods FROM raw_item GROUP BY order_id)
    USING (order_id)
  WHERE platform_discount + seller_discount > COALESCE(goods, 0);
INSERT INTO fault SELECT 'rounding made a unit negative', order_id || ' ' || line || '.' || unit
  FROM piece WHERE net < 0;

INSERT INTO fault SELECT 'first order event is not order.placed', o.order_id
  FROM added_order o LEFT JOIN event e ON e.order_id = o.order_id AND e.source = 'orders' AND e.seq = 1
  WHERE e.type IS NOT 'order.placed';
INSERT INTO fault SELECT 'numbers of a source have a hole', order_id || ' ' || source
  FROM event GROUP BY order_id, source HAVING MIN(seq) <> 1 OR MAX(seq) <> COUNT(*);
INSERT INTO fault SELECT 'order.paid and money do not agree', order_id
  FROM (SELECT order_id, 1 AS difference FROM tender WHERE card + voucher > 0
        UNION ALL SELECT order_id, -1 FROM event WHERE type = 'order.paid')
  GROUP BY order_id HAVING SUM(difference) <> 0;
INSERT INTO fault SELECT 'act without units', order_id || ' ' || source || ' ' || seq
  FROM event LEFT JOIN added_act_unit t USING (order_id, source, seq)
  WHERE t.line IS NULL AND (type IN ('order.returned', 'delivery.dispatched', 'delivery.completed')
    OR (type = 'order.cancelled' AND order_id IN (SELECT order_id FROM piece)));
INSERT INTO fault SELECT 'act names an unknown unit', order_id || ' ' || line || '.' || unit
  FROM added_act_unit LEFT JOIN piece p USING (order_id, line, unit) WHERE p.price IS NULL;
INSERT INTO fault SELECT 'unit in two acts of a kind', order_id || ' ' || line || '.' || unit
  FROM added_act_unit JOIN event e USING (order_id, source, seq)
  GROUP BY order_id, line, unit, CASE source WHEN 'orders' THEN 'closed' ELSE type END
  HAVING COUNT(*) > 1;
INSERT INTO fault SELECT 'parcel holds a unit of another seller', e.parcel
  FROM event e JOIN added_act_unit USING (order_id, source, seq) JOIN piece p USING (order_id, line, unit)
  WHERE e.source = 'deliveries' AND e.seller_id IS NOT p.seller_id;
INSERT INTO fault SELECT 'stamp names no event', e.event_id
  FROM event e LEFT JOIN event o ON o.order_id = e.order_id AND o.seq = e.depends_on
    AND o.source = CASE e.source WHEN 'orders' THEN 'deliveries' ELSE 'orders' END
  WHERE (e.source = 'deliveries' OR e.type = 'order.returned') AND o.seq IS NULL;
INSERT INTO fault SELECT 'refund_of names no event before it', e.event_id
  FROM event e LEFT JOIN event o ON o.order_id = e.order_id AND o.source = 'orders'
    AND o.seq = e.refund_of AND o.seq < e.seq
  WHERE e.type = 'order.refunded' AND o.seq IS NULL;
INSERT INTO fault SELECT 'review acts are not the raw reviews', order_id
  FROM (SELECT order_id, review_id, review_score, 1 AS difference FROM raw_review
        UNION ALL SELECT order_id, review_id, score, -1 FROM event WHERE source = 'reviews')
  GROUP BY order_id, review_id, review_score HAVING SUM(difference) <> 0;
