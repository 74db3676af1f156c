//! `pipelines/default.toml`: the limits a run starts from, and the rubric it names.

use serde::Deserialize;
use shujian_core::Limits;

const DEFAULT: &str = include_str!("../../../pipelines/default.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pipeline {
    #[serde(rename = "schema")]
    _schema: String,
    #[serde(rename = "rubric")]
    _rubric: String,
    limits: Bounds,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    record_bytes: u64,
    nesting: u32,
    columns: u32,
    expansion: u64,
    files: u64,
    memory_bytes: u64,
}

/// The limits of the default pipeline; threads are those of the machine.
pub(crate) fn limits() -> Limits {
    let pipeline: Pipeline = toml::from_str(DEFAULT).expect("a test reads the default pipeline");
    let Bounds { record_bytes, nesting, columns, expansion, files, memory_bytes } = pipeline.limits;
    let threads = Limits::default().threads;
    Limits { record_bytes, nesting, columns, expansion, files, memory_bytes, threads }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_what_the_libraries_do() {
        assert_eq!(limits(), Limits::default());
    }

    #[test]
    fn the_file_names_the_rubric_compiled_in() {
        let pipeline: Pipeline = toml::from_str(DEFAULT).unwrap();
        let pipelines = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pipelines");
        let named = std::fs::read_to_string(pipelines.join(pipeline._rubric)).unwrap();
        assert_eq!(named, shujian_grade::rubric::RELEASED);
        assert_eq!(pipeline._schema, "shujian.pipeline.v1");
    }
}
