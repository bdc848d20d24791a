//! Rows before and after a change: what an approval is compared with, what a card shows, and what undoes it.

use crate::record::Record;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};

/// A table as far as its rows' images need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Schema.
    pub schema: String,
    /// Name.
    pub name: String,
    /// The columns of each record, in order.
    pub columns: Vec<ShapeColumn>,
    /// Positions in `columns` of what identifies a row; empty when nothing does.
    pub key: Vec<usize>,
    /// The records hold every column of the table.
    pub whole: bool,
}

/// A column of a [`Shape`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShapeColumn {
    /// Name.
    pub name: String,
    /// Its type, in full.
    pub type_name: String,
    /// The database computes it.
    pub generated: bool,
    /// Two rows cannot have it equal, alone or with others: the order of changes matters.
    pub unique: bool,
}

impl Shape {
    /// `schema.name`.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}

/// One row before and after: new rows have no before, gone ones no after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowImage {
    /// Before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Record>,
    /// After.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Record>,
}

impl RowImage {
    pub(crate) fn bytes(&self) -> usize {
        self.before.iter().chain(&self.after).map(Record::bytes).sum()
    }
}

/// The rows of one table that a change touched, in the order in which it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableImages {
    /// The table.
    pub shape: Shape,
    /// What carried the change here: nothing for the statement itself, else a foreign key's action.
    pub action: Option<String>,
    /// The rows.
    pub rows: Vec<RowImage>,
}

impl TableImages {
    /// Some row has another value in that column afterwards.
    pub(crate) fn sets(&self, column: &str) -> bool {
        let Some(at) = self.shape.columns.iter().position(|c| c.name == column) else { return true };
        let differs = |row: &RowImage| match (&row.before, &row.after) {
            (Some(before), Some(after)) => before.0.get(at) != after.0.get(at),
            _ => true,
        };
        self.rows.iter().any(differs)
    }
}

/// All rows that a change touched. The statement's own tables come first, then what its rows carried along.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Images {
    /// By table.
    pub tables: Vec<TableImages>,
}

/// Images that cannot be read back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the images kept for undo cannot be read: {0}")]
pub struct Unreadable(String);

/// Raised when the stored form changes.
const VERSION: u8 = 1;
/// No stored images are larger than this when unpacked: what claims to be is damaged.
const LARGEST: u64 = 1 << 30;

impl Images {
    /// Rows in all.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(|table| table.rows.len()).sum()
    }

    /// The compressed form that is kept in the store.
    ///
    /// # Errors
    /// When it cannot be written, which memory alone could cause.
    pub fn pack(&self) -> Result<Vec<u8>, Unreadable> {
        let failed = |error: std::io::Error| Unreadable(error.to_string());
        let json = serde_json::to_vec(self).map_err(|error| Unreadable(error.to_string()))?;
        let mut packed = flate2::write::ZlibEncoder::new(vec![VERSION], flate2::Compression::fast());
        packed.write_all(&json).map_err(failed)?;
        packed.finish().map_err(failed)
    }

    /// Reads [`Images::pack`] back.
    ///
    /// # Errors
    /// When the bytes are not what was packed.
    pub fn unpack(bytes: &[u8]) -> Result<Self, Unreadable> {
        let (version, packed) = bytes.split_first().ok_or_else(|| Unreadable("nothing is there".into()))?;
        if *version != VERSION {
            return Err(Unreadable(format!("version {version} is not known")));
        }
        let mut json = Vec::new();
        flate2::read::ZlibDecoder::new(packed)
            .take(LARGEST)
            .read_to_end(&mut json)
            .map_err(|error| Unreadable(error.to_string()))?;
        serde_json::from_slice(&json).map_err(|error| Unreadable(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_read_back_and_damage_is_noticed() {
        let column = |name: &str| ShapeColumn {
            name: name.into(),
            type_name: "text".into(),
            generated: false,
            unique: false,
        };
        let row = |n: u32| RowImage {
            before: Some(Record(vec![Some(n.to_string()), None])),
            after: n.is_multiple_of(2).then(|| Record(vec![Some("é\u{1}\"".into()), Some(String::new())])),
        };
        let shape = Shape {
            schema: "s".into(),
            name: "t".into(),
            columns: vec![column("a"), column("b")],
            key: vec![0],
            whole: true,
        };
        let images =
            Images { tables: vec![TableImages { shape, action: None, rows: (0..1000).map(row).collect() }] };
        let packed = images.pack().unwrap();
        assert!(packed.len() < 20_000, "{}", packed.len());
        assert_eq!(Images::unpack(&packed), Ok(images));
        assert!(Images::unpack(&[]).is_err());
        assert!(Images::unpack(&packed[..packed.len() - 9]).is_err());
        assert!(Images::unpack(&[9, 1, 2]).is_err());
    }
}
