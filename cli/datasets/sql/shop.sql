-- The tables of the demo dataset "shop". Comments are read by people and by the question planner.

CREATE TABLE shop.customers (
    id           integer PRIMARY KEY,
    name         text NOT NULL,
    email        text NOT NULL UNIQUE,
    phone        text,
    company      text,
    segment      text NOT NULL CHECK (segment IN ('consumer', 'small business', 'enterprise')),
    region       text NOT NULL CHECK (region IN ('Europe', 'North America', 'Latin America', 'Asia Pacific')),
    country      text NOT NULL,
    city         text NOT NULL,
    time_zone    text NOT NULL,
    acquired_via text CHECK (acquired_via IN ('search', 'social', 'referral', 'newsletter', 'marketplace')),
    newsletter   boolean NOT NULL,
    birth_year   smallint CHECK (birth_year BETWEEN 1900 AND 2020),
    signed_up_at timestamptz NOT NULL
);
COMMENT ON TABLE shop.customers IS 'Customers of the online shop: people and companies that signed up';
COMMENT ON COLUMN shop.customers.id IS 'Customer number, in order of sign-up';
COMMENT ON COLUMN shop.customers.name IS 'Full name of the customer, as they write it';
COMMENT ON COLUMN shop.customers.email IS 'E-mail address, unique; support tickets name the same address';
COMMENT ON COLUMN shop.customers.phone IS 'Phone number, if given';
COMMENT ON COLUMN shop.customers.company IS 'Company, for small business and enterprise customers';
COMMENT ON COLUMN shop.customers.segment IS 'Kind of customer: consumer, small business or enterprise';
COMMENT ON COLUMN shop.customers.region IS 'Sales region: Europe, North America, Latin America or Asia Pacific';
COMMENT ON COLUMN shop.customers.country IS 'Country, English name';
COMMENT ON COLUMN shop.customers.city IS 'City';
COMMENT ON COLUMN shop.customers.time_zone IS 'IANA time zone of the customer, such as Europe/Berlin';
COMMENT ON COLUMN shop.customers.acquired_via IS 'How the customer found the shop; unknown for some';
COMMENT ON COLUMN shop.customers.newsletter IS 'Whether the customer wants the newsletter';
COMMENT ON COLUMN shop.customers.birth_year IS 'Year of birth, if a consumer gave it';
COMMENT ON COLUMN shop.customers.signed_up_at IS 'When the customer signed up';
CREATE INDEX customers_country_idx ON shop.customers (country);
CREATE INDEX customers_signed_up_at_idx ON shop.customers (signed_up_at);

CREATE TABLE shop.products (
    id              integer PRIMARY KEY,
    sku             text NOT NULL UNIQUE,
    name            text NOT NULL,
    category        text NOT NULL,
    brand           text NOT NULL,
    price           numeric(10,2) NOT NULL CHECK (price > 0),
    cost            numeric(10,2) NOT NULL CHECK (cost > 0 AND cost < price),
    stock           integer NOT NULL CHECK (stock >= 0),
    weight_kg       numeric(8,2) CHECK (weight_kg > 0),
    rating          numeric(2,1) CHECK (rating BETWEEN 1 AND 5),
    launched_on     date NOT NULL,
    discontinued_on date CHECK (discontinued_on > launched_on)
);
COMMENT ON TABLE shop.products IS 'Products that the shop sells or has sold';
COMMENT ON COLUMN shop.products.id IS 'Product number';
COMMENT ON COLUMN shop.products.sku IS 'Stock keeping unit: the code on the shelf';
COMMENT ON COLUMN shop.products.name IS 'Name of the product';
COMMENT ON COLUMN shop.products.category IS 'Category, such as Electronics, Clothing or Garden';
COMMENT ON COLUMN shop.products.brand IS 'Brand';
COMMENT ON COLUMN shop.products.price IS 'List price today in euros';
COMMENT ON COLUMN shop.products.cost IS 'What the shop pays for one piece, in euros';
COMMENT ON COLUMN shop.products.stock IS 'Pieces in stock';
COMMENT ON COLUMN shop.products.weight_kg IS 'Shipping weight in kilograms; unknown for some';
COMMENT ON COLUMN shop.products.rating IS 'Average rating by customers, 1 to 5; empty if nobody rated it';
COMMENT ON COLUMN shop.products.launched_on IS 'First day on sale';
COMMENT ON COLUMN shop.products.discontinued_on IS 'Day on which it was taken off sale; empty while it is sold';
CREATE INDEX products_category_idx ON shop.products (category);

CREATE TABLE shop.orders (
    id               integer PRIMARY KEY,
    customer_id      integer NOT NULL REFERENCES shop.customers (id),
    product_id       integer NOT NULL REFERENCES shop.products (id),
    ordered_at       timestamptz NOT NULL,
    status           text NOT NULL CHECK (status IN ('pending', 'shipped', 'delivered', 'returned', 'cancelled')),
    channel          text NOT NULL CHECK (channel IN ('web', 'mobile app', 'phone')),
    payment_method   text NOT NULL CHECK (payment_method IN ('card', 'paypal', 'bank transfer', 'invoice')),
    quantity         integer NOT NULL CHECK (quantity > 0),
    unit_price       numeric(10,2) NOT NULL CHECK (unit_price > 0),
    discount_percent smallint NOT NULL CHECK (discount_percent BETWEEN 0 AND 100),
    total_amount     numeric(10,2) NOT NULL CHECK (total_amount >= 0),
    shipped_at       timestamptz CHECK (shipped_at > ordered_at),
    delivered_at     timestamptz CHECK (delivered_at > shipped_at),
    returned_at      timestamptz CHECK (returned_at > delivered_at)
);
COMMENT ON TABLE shop.orders IS 'Orders: each row is one order of one product by one customer';
COMMENT ON COLUMN shop.orders.id IS 'Order number, in order of time';
COMMENT ON COLUMN shop.orders.customer_id IS 'Who ordered';
COMMENT ON COLUMN shop.orders.product_id IS 'What was ordered';
COMMENT ON COLUMN shop.orders.ordered_at IS 'When the order was placed';
COMMENT ON COLUMN shop.orders.status IS 'What became of it: pending, shipped, delivered, returned or cancelled';
COMMENT ON COLUMN shop.orders.channel IS 'Where the order was placed: web, mobile app or phone';
COMMENT ON COLUMN shop.orders.payment_method IS 'How it was paid: card, paypal, bank transfer or invoice';
COMMENT ON COLUMN shop.orders.quantity IS 'How many pieces';
COMMENT ON COLUMN shop.orders.unit_price IS 'Price of one piece in euros at the time, before discount';
COMMENT ON COLUMN shop.orders.discount_percent IS 'Discount in percent';
COMMENT ON COLUMN shop.orders.total_amount IS 'Amount of the order in euros after discount; revenue is the sum of it over orders that were not cancelled or returned';
COMMENT ON COLUMN shop.orders.shipped_at IS 'When it left the warehouse; empty if it did not';
COMMENT ON COLUMN shop.orders.delivered_at IS 'When it arrived; empty if it did not';
COMMENT ON COLUMN shop.orders.returned_at IS 'When it came back; empty if it was kept';
CREATE INDEX orders_customer_id_idx ON shop.orders (customer_id);
CREATE INDEX orders_product_id_idx ON shop.orders (product_id);
CREATE INDEX orders_ordered_at_idx ON shop.orders (ordered_at);
CREATE INDEX orders_status_idx ON shop.orders (status);
