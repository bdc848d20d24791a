//! A row as PostgreSQL prints a record: every field by its type's own output function, so that the same type's
//! input function gives the same value back, for every type there is. Nothing here knows any type.

use serde::{Deserialize, Serialize};

/// The fields of one row, in the order of the columns; `None` is NULL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record(pub Vec<Option<String>>);

/// Text that is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server printed a row in a form that is not known")]
pub struct NoRecord;

impl Record {
    /// Reads what `ROW(…)::text` gave.
    ///
    /// # Errors
    /// [`NoRecord`] when it is anything else.
    pub fn parse(text: &str) -> Result<Self, NoRecord> {
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).ok_or(NoRecord)?;
        let mut fields = Vec::new();
        let mut chars = inner.chars().peekable();
        loop {
            let mut field = String::new();
            // An empty field is NULL; an empty text stands in quotes.
            let (mut quoted, mut any) = (false, false);
            loop {
                match chars.next() {
                    None if quoted => return Err(NoRecord),
                    None => {
                        fields.push(any.then_some(field));
                        return Ok(Self(fields));
                    }
                    Some(',') if !quoted => break,
                    Some('"') if !quoted => (quoted, any) = (true, true),
                    Some('"') if chars.peek() == Some(&'"') => field.extend(chars.next()),
                    Some('"') => quoted = false,
                    Some('\\') => {
                        field.push(chars.next().ok_or(NoRecord)?);
                        any = true;
                    }
                    Some(other) => {
                        field.push(other);
                        any = true;
                    }
                }
            }
            fields.push(any.then_some(field));
        }
    }

    /// The text that the record's type reads.
    pub fn print(&self) -> String {
        let mut text = String::from("(");
        for (n, field) in self.0.iter().enumerate() {
            if n > 0 {
                text.push(',');
            }
            let Some(field) = field else { continue };
            text.push('"');
            for c in field.chars() {
                if matches!(c, '"' | '\\') {
                    text.push(c);
                }
                text.push(c);
            }
            text.push('"');
        }
        text.push(')');
        text
    }

    /// Some of the fields.
    pub fn pick(&self, columns: &[usize]) -> Vec<Option<String>> {
        columns.iter().map(|n| self.0.get(*n).cloned().flatten()).collect()
    }

    /// What it takes in memory, about.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(|field| 24 + field.as_ref().map_or(0, String::len)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, fields: &[Option<&str>]) {
        let record = Record(fields.iter().map(|f| f.map(str::to_owned)).collect());
        assert_eq!(Record::parse(text), Ok(record), "{text}");
    }

    #[test]
    fn records_are_read_as_the_server_prints_them() {
        check("(1,abc)", &[Some("1"), Some("abc")]);
        check("(,)", &[None, None]);
        check("()", &[None]);
        check(r#"("",)"#, &[Some(""), None]);
        check(r#"("a ""b"" \\c",x)"#, &[Some(r#"a "b" \c"#), Some("x")]);
        check("(\"line\nbreak\",\"(1,2)\")", &[Some("line\nbreak"), Some("(1,2)")]);
        for wrong in ["", "1,2", "(1,2", "(\"a)"] {
            assert_eq!(Record::parse(wrong), Err(NoRecord), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(fields in prop::collection::vec(prop::option::of(".*"), 1..6)) {
            let record = Record(fields);
            prop_assert_eq!(Record::parse(&record.print()), Ok(record));
        }
    }
}
