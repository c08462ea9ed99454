-- Every act as an event, with its business dates (docs/commerce/read-models.md, "Days").
CREATE TABLE event (order_id TEXT, source TEXT, seq INTEGER, event_id TEXT NOT NULL, type TEXT NOT NULL,
                    at TEXT NOT NULL,
                    recorded_on TEXT NOT NULL,  -- business date of `at`
                    happened_on TEXT NOT NULL,  -- business date of `happened`
                    booked_on TEXT NOT NULL, depends_on INTEGER, parcel TEXT, seller_id TEXT, fault TEXT,
                    fee INTEGER NOT NULL, refund_of INTEGER, review_id TEXT, score INTEGER, created TEXT,
                    PRIMARY KEY (order_id, source, seq)) WITHOUT ROWID;

INSERT INTO event
WITH dated AS (
  SELECT a.*, date(at, shift) AS recorded_on, close_day,
         date(CASE WHEN type IN ('delivery.completed', 'order.returned') THEN happened ELSE at END,
              shift) AS happened_on
  FROM added_act a, policy)
SELECT order_id, source, seq, order_id || '.' || source || '.' || seq, type, at, recorded_on, happened_on,
       CASE WHEN recorded_on <= date(happened_on, 'start of month', '+1 month',
                                     '+' || (close_day - 1) || ' days')
            THEN happened_on ELSE recorded_on END,
       depends_on, parcel, seller_id, fault, COALESCE(fee, 0), refund_of, review_id, score, created
FROM dated;

CREATE INDEX event_by_type ON event (type);
