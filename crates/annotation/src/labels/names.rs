//! Interned names: one number for each distinct name, in order of first sight.

use crate::interner::Index;

/// Distinct names and their numbers.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// All names, end to end.
    text: String,
    /// End of each name in `text`.
    ends: Vec<usize>,
    index: Index,
}

impl Names {
    /// The number of a name, given out when it is new.
    pub fn intern(&mut self, name: &str) -> u32 {
        let hash = self.index.hash(name.as_bytes());
        if let Some(number) = self.index.find(hash, |known| self.name(known) == name) {
            return number;
        }
        let number = self.ends.len() as u32;
        self.text.push_str(name);
        self.ends.push(self.text.len());
        self.index.insert(hash, number);
        number
    }

    /// The number of a name already seen.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.index.find(self.index.hash(name.as_bytes()), |known| self.name(known) == name)
    }

    /// The name of a number; empty for a number never given out.
    pub fn name(&self, number: u32) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = start.copied().unwrap_or(0);
        self.ends.get(number).and_then(|&end| self.text.get(start..end)).unwrap_or("")
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
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|number| self.name(number))
    }

    /// Memory taken, bytes, about.
    pub fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * 8 + self.index.bytes()
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
}
