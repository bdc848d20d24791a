//! Writes the rows of a file.

use crate::File;

/// A CSV file in the making.
pub(crate) struct Table {
    table: &'static str,
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    /// With its header.
    pub(crate) fn new(table: &'static str, columns: &[&str]) -> Self {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
        write(&mut writer, columns);
        Self { table, writer }
    }

    /// Adds a row; an empty text is NULL.
    pub(crate) fn row<const N: usize>(&mut self, fields: [String; N]) {
        write(&mut self.writer, &fields);
    }

    /// The finished file.
    pub(crate) fn finish(self) -> File {
        // Flushing into memory cannot fail.
        let csv = self.writer.into_inner().unwrap_or_default();
        File { table: self.table, csv }
    }
}

fn write<T: AsRef<[u8]>>(writer: &mut csv::Writer<Vec<u8>>, fields: &[T]) {
    // Memory takes everything, and every row has as many fields as the header: the types see to both.
    let written = writer.write_record(fields);
    debug_assert!(written.is_ok(), "{written:?}");
}

/// An amount in hundredths as decimal text.
pub(crate) fn cents(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", amount.abs() / 100, amount.abs() % 100)
}

/// A value or NULL.
pub(crate) fn optional<T: ToString>(value: Option<T>) -> String {
    value.map(|it| it.to_string()).unwrap_or_default()
}
