-- What the files say, row by row. Money is in minor units, times are text; an empty field is NULL.
CREATE TABLE policy (shift TEXT NOT NULL,            -- UTC to the business time zone, as date() takes it
                     close_day INTEGER NOT NULL,     -- a month closes when its successor's day is over
                     payout_days INTEGER NOT NULL,
                     switch_on TEXT NOT NULL,        -- from here on, sales are booked at order
                     minor_per_point INTEGER NOT NULL);

CREATE TABLE raw_order (order_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE raw_customer (customer_id TEXT PRIMARY KEY, customer_unique_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE raw_item (order_id TEXT, order_item_id INTEGER, product_id TEXT NOT NULL,
                       price INTEGER NOT NULL, freight_value INTEGER NOT NULL,
                       PRIMARY KEY (order_id, order_item_id)) WITHOUT ROWID;
CREATE TABLE raw_payment (order_id TEXT, payment_sequential INTEGER, payment_type TEXT NOT NULL,
                          payment_value INTEGER NOT NULL,
                          PRIMARY KEY (order_id, payment_sequential)) WITHOUT ROWID;
CREATE TABLE raw_review (order_id TEXT NOT NULL, review_id TEXT NOT NULL, review_score INTEGER NOT NULL);

CREATE TABLE added_order (order_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, coupon TEXT,
                          platform_discount INTEGER NOT NULL, seller_discount INTEGER NOT NULL,
                          points_used INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE added_item (order_id TEXT, order_item_id INTEGER, line INTEGER NOT NULL,
                         unit INTEGER NOT NULL, seller_id TEXT NOT NULL, tax_code TEXT NOT NULL,
                         tax_bp INTEGER NOT NULL, commission_bp INTEGER NOT NULL,
                         PRIMARY KEY (order_id, order_item_id), UNIQUE (order_id, line, unit)) WITHOUT ROWID;
CREATE TABLE added_act (order_id TEXT, source TEXT, seq INTEGER, type TEXT NOT NULL, at TEXT NOT NULL,
                        happened TEXT, depends_on INTEGER, parcel TEXT, seller_id TEXT, reason TEXT,
                        fault TEXT, fee INTEGER, refund_of INTEGER, review_id TEXT, score INTEGER,
                        created TEXT, PRIMARY KEY (order_id, source, seq)) WITHOUT ROWID;
CREATE TABLE added_act_unit (order_id TEXT, source TEXT, seq INTEGER, line INTEGER, unit INTEGER,
                             PRIMARY KEY (order_id, source, seq, line, unit)) WITHOUT ROWID;
