//! The item-rater-label table as flat integer columns.

/// Who said what of which item. Names are sorted, votes are in item order, then file order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelTable {
    /// Names of items, sorted by bytes.
    pub items: Vec<String>,
    /// Names of raters, sorted by bytes.
    pub raters: Vec<String>,
    /// Names of classes: the order of the schema where there is one, else sorted by bytes.
    pub classes: Vec<String>,
    /// Every vote.
    pub votes: Vec<Vote>,
    /// Votes of item `i` are `votes[starts[i]..starts[i + 1]]`; `items.len() + 1` numbers.
    pub starts: Vec<u32>,
}

/// One answer: indices into the names of its [`LabelTable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vote {
    /// Index of the item.
    pub item: u32,
    /// Index of the rater.
    pub rater: u32,
    /// Index of the class.
    pub label: u32,
}
