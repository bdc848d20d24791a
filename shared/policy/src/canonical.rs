//! A parse tree as bytes without the places its nodes have in the text, so that two trees can be compared. It
//! goes through `serde`, so a field added by a newer grammar is compared without anybody remembering it.

use std::fmt;

use serde::ser::{self, Serialize};

/// The tree without locations. Two trees give the same bytes exactly if they say the same.
pub fn bytes(tree: &impl Serialize) -> Result<Vec<u8>, Failed> {
    let mut out = Writer { out: Vec::with_capacity(1024) };
    tree.serialize(&mut out)?;
    Ok(out.out)
}

/// The tree holds something that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failed(String);

impl ser::Error for Failed {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Fields that only say where something stood in the text.
fn is_place(field: &str) -> bool {
    matches!(
        field,
        "location"
            | "stmt_location"
            | "stmt_len"
            | "list_start"
            | "list_end"
            | "rexpr_list_start"
            | "rexpr_list_end"
            | "name_location"
            | "arg_location"
    )
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn number(&mut self, n: u64) -> Result<(), Failed> {
        self.out.extend_from_slice(&n.to_le_bytes());
        Ok(())
    }

    fn blob(&mut self, bytes: &[u8]) -> Result<(), Failed> {
        self.number(bytes.len() as u64)?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }
}

macro_rules! numbers {
    ($($name:ident: $ty:ty),*) => {
        $(fn $name(self, v: $ty) -> Result<(), Failed> { self.number(v as u64) })*
    };
}

impl ser::Serializer for &mut Writer {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers!(serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_char: char);

    fn serialize_f32(self, v: f32) -> Result<(), Failed> {
        self.number(u64::from(v.to_bits()))
    }

    fn serialize_f64(self, v: f64) -> Result<(), Failed> {
        self.number(v.to_bits())
    }

    fn serialize_str(self, v: &str) -> Result<(), Failed> {
        self.blob(v.as_bytes())
    }

    fn serialize_bytes(self, v: &[u8]) -> Result<(), Failed> {
        self.blob(v)
    }

    fn serialize_none(self) -> Result<(), Failed> {
        self.out.push(0);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        self.out.push(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Failed> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failed> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<(), Failed> {
        self.number(u64::from(index))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.number(u64::from(index))?;
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self, Failed> {
        let len = len.ok_or_else(|| Failed("a list without a length".into()))?;
        self.number(len as u64)?;
        Ok(self)
    }

    fn serialize_tuple(self, len: usize) -> Result<Self, Failed> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Self, Failed> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Failed> {
        self.number(u64::from(index))?;
        Ok(self)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self, Failed> {
        self.serialize_seq(len)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Failed> {
        self.number(u64::from(index))?;
        Ok(self)
    }
}

macro_rules! elements {
    ($($of:ident, $method:ident;)*) => {
        $(impl ser::$of for &mut Writer {
            type Ok = ();
            type Error = Failed;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
                value.serialize(&mut **self)
            }
            fn end(self) -> Result<(), Failed> {
                Ok(())
            }
        })*
    };
}

elements! {
    SerializeSeq, serialize_element;
    SerializeTuple, serialize_element;
    SerializeTupleStruct, serialize_field;
    SerializeTupleVariant, serialize_field;
}

impl ser::SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Failed> {
        Ok(())
    }
}

macro_rules! fields {
    ($($of:ident)*) => {
        $(impl ser::$of for &mut Writer {
            type Ok = ();
            type Error = Failed;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failed> {
                if is_place(key) { Ok(()) } else { value.serialize(&mut **self) }
            }
            fn end(self) -> Result<(), Failed> {
                Ok(())
            }
        })*
    };
}

fields!(SerializeStruct SerializeStructVariant);
