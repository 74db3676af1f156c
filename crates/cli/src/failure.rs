//! Why a command ended without its result, and the exit code that says so.

use std::process::ExitCode;

use shujian_report::Lang;

/// A command's failure; the variants are the exit codes 2, 3 and 4.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for what cannot be.
    Usage(anyhow::Error),
    /// The input is unreadable as a whole.
    Input(anyhow::Error),
    /// The environment, or we, are at fault.
    Environment(anyhow::Error),
}

impl Failure {
    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => 2,
            Self::Input(_) => 3,
            Self::Environment(_) => 4,
        })
    }

    /// The message for stderr.
    pub(crate) fn message(&self, lang: Lang) -> String {
        let (Self::Usage(error) | Self::Input(error) | Self::Environment(error)) = self;
        let error = format!("{error:#}");
        match lang {
            Lang::Zh => format!("错误：{error}\n"),
            Lang::En => format!("error: {error}\n"),
        }
    }

    /// Whether the reader of our output went away, which is no fault.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        let Self::Environment(error) = self else { return false };
        error.chain().any(|cause| {
            let cause = cause.downcast_ref::<std::io::Error>();
            cause.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
        })
    }
}

impl From<shujian_engine::Error> for Failure {
    fn from(error: shujian_engine::Error) -> Self {
        if error.is_input() { Self::Input(error.into()) } else { Self::Environment(error.into()) }
    }
}
