//! What `grade`, `profile` and `dedup` have in common: inputs, bounds and progress.

use std::path::PathBuf;

use shujian_core::{Banding, Limits};
use shujian_engine::Options;
use shujian_grade::Rubric;
use shujian_report::Lang;

use crate::pipeline;
use crate::progress::Progress;
use crate::size;

/// Inputs and bounds of a run
#[derive(Debug, clap::Args)]
pub(crate) struct Inputs {
    /// Files, folders or patterns that together are one dataset
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) bounds: Bounds,
}

/// How near copies are looked for, where no rubric says it
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Deduplication {
    /// Bands, rows and words of a shingle by which near copies of texts meet, such as 14x8x5; as in the released rubric if absent
    #[arg(long, value_name = "BANDING")]
    banding: Option<Banding>,
}

impl Deduplication {
    /// What was asked for, or what the released rubric says.
    pub(crate) fn banding(&self) -> Banding {
        self.banding.unwrap_or_else(|| Rubric::released().deduplication)
    }
}

/// Bounds of a run
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Bounds {
    /// Worker threads, 1 to 1024; all processors if absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Memory the run may use, such as 2GiB or 500M; 16MiB at least
    #[arg(long, value_name = "BYTES", value_parser = size::parse)]
    memory: Option<u64>,

    /// Read only the beginning of each file: a quick forecast, marked as such
    #[arg(long)]
    sample: bool,

    /// No progress
    #[arg(long, conflicts_with = "json_progress")]
    quiet: bool,

    /// Progress as one JSON object a line
    #[arg(long)]
    json_progress: bool,
}

impl Bounds {
    /// The engine's options, with the banding of a rubric or of the command line.
    pub(crate) fn options(&self, banding: Banding) -> Options {
        self.options_within(self.limits(), banding)
    }

    /// Likewise, within limits of its own.
    pub(crate) fn options_within(&self, limits: Limits, banding: Banding) -> Options {
        Options { limits, banding, sample_only: self.sample }
    }

    /// Whether only the beginning of each file is read.
    pub(crate) fn is_sample(&self) -> bool {
        self.sample
    }

    /// The released limits as the command line changes them.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = pipeline::limits();
        if let Some(threads) = self.threads {
            limits.threads = usize::from(threads);
        }
        if let Some(memory) = self.memory {
            limits.memory_bytes = memory;
        }
        limits
    }

    /// Who watches the run.
    pub(crate) fn progress(&self, lang: Lang) -> Progress {
        Progress::new(self.quiet, self.json_progress, lang)
    }
}
