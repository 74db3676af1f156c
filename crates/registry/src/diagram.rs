//! The table of transitions as people see it: state diagrams in Mermaid, as kept in
//! `docs/states.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::transitions::TABLE;
use crate::words::{Kind, State};

/// The diagram of one kind of entry.
pub fn diagram(kind: Kind) -> String {
    let mut edges: BTreeMap<(State, State), Vec<String>> = BTreeMap::new();
    for row in TABLE.iter().filter(|row| row.kind == kind) {
        let persons = if row.two_persons { " (2)" } else { "" };
        for from in row.from {
            let to = row.to.unwrap_or(*from);
            edges.entry((*from, to)).or_default().push(format!("{}{persons}", row.command));
        }
    }
    let mut text = String::from("```mermaid\nstateDiagram-v2\n");
    let spell = |state: State| match state {
        State::None => "[*]".to_owned(),
        state => state.name().replace('-', "_"),
    };
    for ((from, to), commands) in edges {
        let (from, to, commands) = (spell(from), spell(to), commands.join(", "));
        writeln!(text, "    {from} --> {to}: {commands}").expect("writing to memory");
    }
    text + "```\n"
}

/// The page of all diagrams, with who may give which command.
pub fn diagrams() -> String {
    let mut text = String::from(
        "# States and commands\n\nWritten from the table in \
         `crates/registry/src/transitions/table.rs`; a test fails when they differ\n\
         (`UPDATE_EXPECT=1` writes it anew). `(2)` marks commands that two persons give.\n",
    );
    for kind in Kind::ALL {
        let title = kind.title();
        write!(text, "\n## {} {}\n\n{}\n", title.en, title.zh, diagram(*kind))
            .expect("writing to memory");
        text.push_str("| Command | From | By | Fields |\n|---|---|---|---|\n");
        for row in TABLE.iter().filter(|row| row.kind == *kind) {
            let from: Vec<&str> = row.from.iter().map(|state| state.name()).collect();
            let by: Vec<&str> = row.roles.iter().map(|role| role.name()).collect();
            let fields: Vec<&str> = row.fields.iter().map(|field| field.name).collect();
            writeln!(
                text,
                "| `{}` {}; {} | {} | {} | {} |",
                row.command,
                row.help.zh,
                row.help.en,
                from.join(", "),
                by.join(", "),
                fields.join(", ")
            )
            .expect("writing to memory");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_that_of_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/states.md");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(path, diagrams()).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(kept, diagrams(), "run with UPDATE_EXPECT=1 and review docs/states.md");
    }
}
