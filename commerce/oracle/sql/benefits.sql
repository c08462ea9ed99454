-- Service benefits: points by what is kept, points spent, coupons given back.
CREATE TABLE oracle_benefits_points (
  event_id TEXT, kind TEXT, member_id TEXT NOT NULL, order_id TEXT NOT NULL, points INTEGER NOT NULL,
  PRIMARY KEY (event_id, kind)) WITHOUT ROWID;

-- The cancellation that took the last piece of an order of which nothing was returned.
CREATE TABLE void (order_id TEXT PRIMARY KEY, event_id TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO void
SELECT order_id, event_id FROM (SELECT order_id, event_id, MIN(seq) FROM state
                                WHERE type = 'order.cancelled' AND all_cancelled GROUP BY order_id);

INSERT INTO oracle_benefits_points
WITH earned AS (SELECT event_id, order_id,
                       points - LAG(points, 1, 0) OVER (PARTITION BY order_id ORDER BY seq) AS points
                FROM state)
SELECT event_id, 'earned', member_id, order_id, points
FROM (SELECT e.event_id, p.member_id, e.order_id, e.points FROM earned e JOIN placing p USING (order_id))
WHERE points <> 0
UNION ALL
SELECT event_id, 'spent', member_id, order_id, -points_used FROM placing WHERE points_used <> 0
UNION ALL
SELECT v.event_id, 'unspent', member_id, order_id, points_used
FROM void v JOIN placing p USING (order_id) WHERE points_used <> 0;

CREATE TABLE oracle_benefits_member (
  member_id TEXT PRIMARY KEY, orders INTEGER NOT NULL, earned INTEGER NOT NULL, spent INTEGER NOT NULL,
  balance INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO oracle_benefits_member
WITH
  points AS (SELECT member_id, SUM(CASE kind WHEN 'earned' THEN points ELSE 0 END) AS earned,
                    SUM(CASE kind WHEN 'earned' THEN 0 ELSE points END) AS spent
             FROM oracle_benefits_points GROUP BY member_id),
  members AS (SELECT member_id, COUNT(*) AS orders FROM placing GROUP BY member_id)
SELECT member_id, orders, COALESCE(earned, 0), COALESCE(spent, 0), COALESCE(earned + spent, 0)
FROM members LEFT JOIN points USING (member_id);

CREATE TABLE oracle_benefits_coupon (
  order_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, coupon TEXT NOT NULL, amount INTEGER NOT NULL,
  state TEXT NOT NULL, state_event_id TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO oracle_benefits_coupon
SELECT p.order_id, member_id, coupon, platform + seller_share,
       CASE WHEN v.event_id IS NULL THEN 'used' ELSE 'back' END, COALESCE(v.event_id, p.event_id)
FROM placing p LEFT JOIN void v USING (order_id) WHERE coupon <> '';
