//! Union-find over records.

/// Sets of records that belong together.
#[derive(Debug, Clone)]
pub struct Clusters {
    parent: Vec<u32>,
}

impl Clusters {
    /// Every record by itself.
    pub fn new(records: usize) -> Self {
        Self { parent: (0..records as u32).collect() }
    }

    /// The record that stands for the set of this one.
    pub fn root(&mut self, record: u32) -> u32 {
        let mut at = record;
        while self.parent[at as usize] != at {
            let grandparent = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = grandparent;
            at = grandparent;
        }
        at
    }

    /// Joins the sets of two records.
    pub fn join(&mut self, left: u32, right: u32) {
        let (left, right) = (self.root(left), self.root(right));
        // The smaller number stands for the set, whatever the order of joining.
        self.parent[left.max(right) as usize] = left.min(right);
    }

    /// The smallest record of each record's set.
    pub fn roots(mut self) -> Vec<u32> {
        (0..self.parent.len() as u32).map(|record| self.root(record)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Components do not depend on the order of edges, and name their smallest member.
        #[test]
        fn order_of_edges_changes_nothing(
            edges in prop::collection::vec((0..30_u32, 0..30_u32), 0..60),
        ) {
            let join = |edges: &mut dyn Iterator<Item = &(u32, u32)>| {
                let mut clusters = Clusters::new(30);
                edges.for_each(|&(left, right)| clusters.join(left, right));
                clusters.roots()
            };
            let roots = join(&mut edges.iter());
            prop_assert_eq!(&roots, &join(&mut edges.iter().rev()));
            for (left, right) in edges {
                prop_assert_eq!(roots[left as usize], roots[right as usize]);
            }
            for (record, &root) in roots.iter().enumerate() {
                prop_assert!(root as usize <= record);
            }
        }
    }
}
