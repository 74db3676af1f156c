//! Names by number: a list of them in one piece of text, and one that knows each name it holds.

use std::ops::Index as At;

use crate::interner::Index;

/// Names end to end in one text: a hundred thousand short ones take a megabyte, not five.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameList {
    text: String,
    /// End of each name in `text`.
    ends: Vec<usize>,
}

impl NameList {
    /// Room for so many names of so many bytes in all.
    pub(crate) fn with_capacity(names: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ends: Vec::with_capacity(names) }
    }

    /// Adds a name at the end.
    pub fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len());
    }

    /// The name of a number.
    #[inline]
    pub fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..end)
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Every name, in order of number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|number| &self[number])
    }

    /// The number of a name, where names are sorted by bytes; else what `binary_search` says.
    ///
    /// # Errors
    /// The place where the name would stand.
    pub fn place(&self, name: &str) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self[middle].cmp(name) {
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// Length of all names, bytes.
    pub(crate) fn text_bytes(&self) -> usize {
        self.text.len()
    }
}

impl At<usize> for NameList {
    type Output = str;

    #[inline]
    fn index(&self, number: usize) -> &str {
        self.get(number).expect("a number of the list")
    }
}

impl<S: AsRef<str>> FromIterator<S> for NameList {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let mut list = Self::default();
        names.into_iter().for_each(|name| list.push(name.as_ref()));
        list
    }
}

impl<S: AsRef<str>, const N: usize> PartialEq<[S; N]> for NameList {
    fn eq(&self, names: &[S; N]) -> bool {
        self.iter().eq(names.iter().map(AsRef::as_ref))
    }
}

/// Distinct names and their numbers, in order of first sight.
#[derive(Debug, Clone, Default)]
pub struct Names {
    list: NameList,
    index: Index,
}

impl Names {
    /// The number of a name, given out when it is new.
    pub fn intern(&mut self, name: &str) -> u32 {
        let hash = self.index.hash(name.as_bytes());
        if let Some(number) = self.index.find(hash, |known| self.name(known) == name) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(name);
        self.index.insert(hash, number);
        number
    }

    /// The number of a name already seen.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.index.find(self.index.hash(name.as_bytes()), |known| self.name(known) == name)
    }

    /// The name of a number; empty for a number never given out.
    #[inline]
    pub fn name(&self, number: u32) -> &str {
        self.list.get(number as usize).unwrap_or("")
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Every name, in order of number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.list.iter()
    }

    /// Memory taken, bytes, about.
    pub fn bytes(&self) -> usize {
        self.list.text_bytes() + self.list.len() * 8 + self.index.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number() {
        let mut names = Names::default();
        assert_eq!([names.intern("b"), names.intern("a"), names.intern("b")], [0, 1, 0]);
        assert_eq!((names.name(1), names.name(7), names.find("c")), ("a", "", None));
    }

    #[test]
    fn sorted_names_are_found_by_place() {
        let list: NameList = ["", "b", "d", "\u{4eba}"].into_iter().collect();
        assert_eq!(list, ["", "b", "d", "\u{4eba}"]);
        for (place, name) in list.iter().enumerate() {
            assert_eq!(list.place(name), Ok(place));
        }
        assert_eq!(list.place("c"), Err(2));
        assert_eq!((list.get(4), list.text_bytes()), (None, 5));
    }
}
