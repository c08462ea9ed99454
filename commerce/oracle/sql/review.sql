-- Service review: every review, and the sums per seller of the order as placed.
CREATE TABLE oracle_review_entry (
  event_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, member_id TEXT NOT NULL, kind TEXT NOT NULL,
  review_id TEXT NOT NULL, score INTEGER NOT NULL, created_at TEXT NOT NULL, written_at TEXT NOT NULL,
  days_after_placed INTEGER NOT NULL) WITHOUT ROWID;

INSERT INTO oracle_review_entry
SELECT e.event_id, e.order_id, p.member_id, substr(e.type, 8), e.review_id, e.score, e.created, e.at,
       CAST(julianday(e.recorded_on) - julianday(p.recorded_on) AS INTEGER)  -- whole days: both at noon
FROM event e JOIN placing p USING (order_id) WHERE e.source = 'reviews';

CREATE TABLE oracle_review_seller (seller_id TEXT PRIMARY KEY, reviews INTEGER NOT NULL,
                                   score_sum INTEGER NOT NULL) WITHOUT ROWID;

INSERT INTO oracle_review_seller
SELECT seller_id, COUNT(*), SUM(score)
FROM oracle_review_entry JOIN consignment USING (order_id) GROUP BY seller_id;
