-- The table of the demo dataset "support". Comments are read by people and by the question planner.

CREATE TABLE support.tickets (
    id                integer PRIMARY KEY,
    subject           text NOT NULL,
    topic             text NOT NULL CHECK (topic IN ('delivery', 'returns', 'product', 'billing', 'account', 'technical')),
    priority          text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    status            text NOT NULL CHECK (status IN ('open', 'waiting for customer', 'resolved', 'closed')),
    channel           text NOT NULL CHECK (channel IN ('email', 'chat', 'web form', 'phone')),
    customer_name     text NOT NULL,
    customer_email    text NOT NULL,
    country           text NOT NULL,
    agent             text,
    team              text NOT NULL CHECK (team IN ('Logistics', 'Product', 'Finance')),
    opened_at         timestamptz NOT NULL,
    first_response_at timestamptz CHECK (first_response_at > opened_at),
    resolved_at       timestamptz CHECK (resolved_at > first_response_at),
    satisfaction      smallint CHECK (satisfaction BETWEEN 1 AND 5),
    reopened_count    smallint NOT NULL CHECK (reopened_count >= 0)
);
COMMENT ON TABLE support.tickets IS 'Support tickets: each row is one request of a customer for help';
COMMENT ON COLUMN support.tickets.id IS 'Ticket number, in order of time';
COMMENT ON COLUMN support.tickets.subject IS 'Subject line';
COMMENT ON COLUMN support.tickets.topic IS 'What it is about: delivery, returns, product, billing, account or technical';
COMMENT ON COLUMN support.tickets.priority IS 'Priority: low, normal, high or urgent';
COMMENT ON COLUMN support.tickets.status IS 'State: open, waiting for customer, resolved (within two weeks) or closed';
COMMENT ON COLUMN support.tickets.channel IS 'How the customer wrote: email, chat, web form or phone';
COMMENT ON COLUMN support.tickets.customer_name IS 'Name of the customer';
COMMENT ON COLUMN support.tickets.customer_email IS 'E-mail address of the customer; the same as in shop.customers';
COMMENT ON COLUMN support.tickets.country IS 'Country of the customer, English name';
COMMENT ON COLUMN support.tickets.agent IS 'Support agent who took the ticket; empty while nobody has';
COMMENT ON COLUMN support.tickets.team IS 'Team of the agent: Logistics, Product or Finance';
COMMENT ON COLUMN support.tickets.opened_at IS 'When the ticket was opened';
COMMENT ON COLUMN support.tickets.first_response_at IS 'When the customer got the first answer; empty if none yet';
COMMENT ON COLUMN support.tickets.resolved_at IS 'When it was resolved; empty if it is not';
COMMENT ON COLUMN support.tickets.satisfaction IS 'How satisfied the customer was, 1 (not at all) to 5 (very); empty if they did not say';
COMMENT ON COLUMN support.tickets.reopened_count IS 'How often the customer came back with the same ticket';
CREATE INDEX tickets_opened_at_idx ON support.tickets (opened_at);
CREATE INDEX tickets_customer_email_idx ON support.tickets (customer_email);
CREATE INDEX tickets_agent_idx ON support.tickets (agent);
