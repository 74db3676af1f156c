//! The card as JSON: the whole of it, members in the order of the schema.

use shujian_core::Card;

use crate::View;

/// Writes a card as indented JSON.
pub(super) fn render(card: &Card, _view: &View) -> String {
    let mut json =
        serde_json::to_string_pretty(card).expect("a card holds string keys and numbers only");
    json.push('\n');
    json
}
