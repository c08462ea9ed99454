-- Every payment is explained: listed + difference + without_items - unpaid = captured + discounts.
SELECT COALESCE(SUM(CASE WHEN units > 0 THEN gross + shipping ELSE 0 END), 0) AS listed,
       COALESCE(SUM(CASE WHEN units > 0 AND (card + voucher > 0 OR due = 0)
                         THEN card + voucher - due ELSE 0 END), 0) AS difference,
       COALESCE(SUM(CASE WHEN units = 0 THEN card + voucher ELSE 0 END), 0) AS without_items,
       COALESCE(SUM(CASE WHEN units > 0 AND card + voucher = 0 THEN due ELSE 0 END), 0) AS unpaid,
       COALESCE(SUM(platform_discount + seller_discount), 0) AS discounts,
       COALESCE(SUM(card + voucher), 0) AS captured
FROM oracle_order_head;
