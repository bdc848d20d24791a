-- The table of the demo dataset "sensors". Comments are read by people and by the question planner.

CREATE TABLE sensors.readings (
    id               integer PRIMARY KEY,
    sensor           text NOT NULL,
    site             text NOT NULL,
    room             text NOT NULL CHECK (room IN ('outdoor', 'warehouse', 'cold room', 'office', 'server room')),
    recorded_at      timestamptz NOT NULL,
    temperature_c    numeric(5,2),
    humidity_percent numeric(5,2) CHECK (humidity_percent BETWEEN 0 AND 100),
    battery_percent  smallint NOT NULL CHECK (battery_percent BETWEEN 0 AND 100),
    signal_dbm       smallint NOT NULL,
    status           text NOT NULL CHECK (status IN ('ok', 'warning', 'fault')),
    UNIQUE (sensor, recorded_at)
);
COMMENT ON TABLE sensors.readings IS 'Readings of climate sensors, about every six hours; gaps are readings that never arrived';
COMMENT ON COLUMN sensors.readings.id IS 'Reading number, in order of time';
COMMENT ON COLUMN sensors.readings.sensor IS 'Name of the sensor, such as HAM-01';
COMMENT ON COLUMN sensors.readings.site IS 'Site: Hamburg, Phoenix, Singapore or Melbourne';
COMMENT ON COLUMN sensors.readings.room IS 'Where at the site: outdoor, warehouse, cold room, office or server room';
COMMENT ON COLUMN sensors.readings.recorded_at IS 'When the reading was taken';
COMMENT ON COLUMN sensors.readings.temperature_c IS 'Temperature in degrees Celsius; -40 and 85 are faults, empty if the probe failed';
COMMENT ON COLUMN sensors.readings.humidity_percent IS 'Relative humidity in percent; empty if not measured';
COMMENT ON COLUMN sensors.readings.battery_percent IS 'Battery charge in percent';
COMMENT ON COLUMN sensors.readings.signal_dbm IS 'Radio signal strength in dBm; nearer to zero is stronger';
COMMENT ON COLUMN sensors.readings.status IS 'State of the sensor: ok, warning (low battery, open door) or fault';
CREATE INDEX readings_recorded_at_idx ON sensors.readings (recorded_at);
CREATE INDEX readings_site_idx ON sensors.readings (site);
