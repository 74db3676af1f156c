//! The two languages, and how one is chosen.

use shujian_core::Bilingual;
use shujian_core::finding::Text;

/// A language of the product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language of a name such as `zh`, `en`, `en_US.UTF-8`.
    ///
    /// - `None`: neither; `C` and `POSIX` name none.
    pub fn named(name: &str) -> Option<Self> {
        let language = name.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language of the first of these locales that is set and not empty, else Chinese; the
    /// order is that of POSIX: `LC_ALL`, `LC_MESSAGES`, `LANG`.
    pub fn of_locales(locales: impl IntoIterator<Item = Option<String>>) -> Self {
        let first = locales.into_iter().flatten().find(|locale| !locale.is_empty());
        first.and_then(|locale| Self::named(&locale)).unwrap_or_default()
    }

    /// The text in this language.
    pub fn of(self, text: Bilingual) -> &'static str {
        match self {
            Self::Zh => text.zh,
            Self::En => text.en,
        }
    }

    /// The one of two texts, Chinese first, that is in this language.
    pub fn of_pair<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The owned text in this language.
    pub fn text(self, text: &Text) -> &str {
        match self {
            Self::Zh => &text.zh,
            Self::En => &text.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_decides() {
        let of = |locales: [Option<&str>; 3]| {
            Lang::of_locales(locales.map(|locale| locale.map(str::to_owned)))
        };
        for (locales, lang) in [
            ([None, None, None], Lang::Zh),
            ([Some("en_US.UTF-8"), Some("zh_CN"), None], Lang::En),
            ([Some(""), Some("zh_CN.UTF-8"), Some("en_GB")], Lang::Zh),
            ([None, None, Some("en")], Lang::En),
            ([Some("C.UTF-8"), None, Some("en")], Lang::Zh),
            ([None, None, Some("fr_FR")], Lang::Zh),
        ] {
            assert_eq!(of(locales), lang, "{locales:?}");
        }
    }
}
