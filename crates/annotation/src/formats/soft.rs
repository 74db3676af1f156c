//! JSON values taken for what they are worth: whatever is of another type becomes "none", so that one
//! wrong value spoils no record and one wrong record no file.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// The known name of which a key is one letter away: a name that was damaged, not another one.
pub(super) fn misspelt(key: &str, known: &[&'static str]) -> Option<&'static str> {
    let differ = |name: &str| key.bytes().zip(name.bytes()).filter(|(a, b)| a != b).count();
    known.iter().copied().find(|name| name.len() == key.len() && differ(name) == 1)
}

/// Implements the visits of values that are of the wrong type: they become `$wrong`.
macro_rules! otherwise {
    ($wrong:expr; $($visit:ident),*) => {
        $(otherwise!(@ $visit, $wrong);)*
    };
    (@ bool, $wrong:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> { Ok($wrong) }
    };
    (@ int, $wrong:expr) => {
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> { Ok($wrong) }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> { Ok($wrong) }
    };
    (@ float, $wrong:expr) => {
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> { Ok($wrong) }
    };
    (@ text, $wrong:expr) => {
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> { Ok($wrong) }
    };
    (@ unit, $wrong:expr) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> { Ok($wrong) }
    };
    (@ seq, $wrong:expr) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok($wrong)
        }
    };
    (@ map, $wrong:expr) => {
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok($wrong)
        }
    };
}
pub(super) use otherwise;

/// A number; NaN for whatever is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Num(pub(super) f64);

impl<'de> serde::Deserialize<'de> for Num {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Num;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_f64<E>(self, value: f64) -> Result<Num, E> {
                Ok(Num(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Num, E> {
                Ok(Num(value as f64))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Num, E> {
                Ok(Num(value as f64))
            }
            otherwise!(Num(f64::NAN); bool, text, unit, seq, map);
        }
        from.deserialize_any(Seen)
    }
}

/// A list of numbers; `None` for whatever is no list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nums(pub(super) Option<Vec<f64>>);

impl<'de> serde::Deserialize<'de> for Nums {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Nums;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of numbers")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Nums, A::Error> {
                let mut numbers = Vec::with_capacity(4);
                while let Some(Num(number)) = list.next_element()? {
                    numbers.push(number);
                }
                Ok(Nums(Some(numbers)))
            }
            otherwise!(Nums(None); bool, int, float, text, unit, map);
        }
        from.deserialize_any(Seen)
    }
}

/// A name or number by which one record refers to another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Id {
    /// A whole number.
    Number(i64),
    /// A name.
    Name(String),
    /// Neither.
    Broken,
}

impl Id {
    /// The number, if it is one.
    pub(super) fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
            Self::Broken => f.write_str("?"),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a name")
            }
            fn visit_i64<E>(self, value: i64) -> Result<Id, E> {
                Ok(Id::Number(value))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Id, E> {
                Ok(i64::try_from(value).map_or(Id::Broken, Id::Number))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Id, E> {
                let whole = value.fract() == 0.0 && value.abs() < 9e15;
                Ok(if whole { Id::Number(value as i64) } else { Id::Broken })
            }
            fn visit_str<E>(self, value: &str) -> Result<Id, E> {
                Ok(Id::Name(value.to_owned()))
            }
            otherwise!(Id::Broken; bool, unit, seq, map);
        }
        from.deserialize_any(Seen)
    }
}

/// A text; `None` for whatever is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words(pub(super) Option<String>);

impl<'de> serde::Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(match Id::deserialize(from)? {
            Id::Name(name) => Some(name),
            Id::Number(_) | Id::Broken => None,
        }))
    }
}

/// A value as a number; NaN where it is none.
pub(super) fn number(value: Option<&Value>) -> f64 {
    value.and_then(Value::as_f64).unwrap_or(f64::NAN)
}

/// A value in words: a text as it is, a number or truth value as written, nothing for the rest.
pub(super) fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// A key, borrowed from the file where it can be.
#[derive(Debug)]
pub(super) struct Key<'de>(pub(super) Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        from.deserialize_str(Seen)
    }
}
