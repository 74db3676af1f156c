//! `shujian schema`

use std::process::ExitCode;

use schemars::{Schema, schema_for};

use crate::failure::Failure;
use crate::{input, output};

/// Print the JSON Schema of a form
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Form: card, application, rubric, agreement, consensus, plan and others
    #[arg(value_name = "NAME", value_parser = names())]
    name: String,
}

/// A form that leaves or enters the process.
struct Form {
    name: &'static str,
    /// File under `schemas/`, for the test that keeps it.
    #[cfg_attr(not(test), expect(dead_code, reason = "only the drift test reads files"))]
    file: &'static str,
    schema: fn() -> Schema,
}

const FORMS: &[Form] = &[
    Form { name: "card", file: "card.v1.json", schema: || schema_for!(shujian_core::Card) },
    Form {
        name: "application",
        file: "application.v1.json",
        schema: || schema_for!(shujian_grade::Application),
    },
    Form {
        name: "application-check",
        file: "application-check.v1.json",
        schema: || schema_for!(shujian_desk::apply::Check),
    },
    Form { name: "batch", file: "batch.v1.json", schema: || schema_for!(shujian_desk::Batch) },
    Form {
        name: "batch-list",
        file: "batch-list.v1.json",
        schema: || schema_for!(crate::batch::roster::List),
    },
    Form {
        name: "batch-manifest",
        file: "batch-manifest.v1.json",
        schema: || schema_for!(shujian_desk::Manifest),
    },
    Form {
        name: "batch-source",
        file: "batch-source.v1.json",
        schema: || schema_for!(shujian_desk::Source),
    },
    Form {
        name: "batch-verification",
        file: "batch-verification.v1.json",
        schema: || schema_for!(shujian_desk::verification::Verification),
    },
    Form {
        name: "delivery",
        file: "delivery.v1.json",
        schema: || schema_for!(shujian_annotation::verdict::Review),
    },
    Form {
        name: "delivery-diff",
        file: "delivery-diff.v1.json",
        schema: || schema_for!(shujian_annotation::verdict::Diff),
    },
    Form {
        name: "sample",
        file: "sample.v1.json",
        schema: || schema_for!(shujian_annotation::verdict::Sample),
    },
    Form { name: "rubric", file: "rubric.v1.json", schema: || schema_for!(shujian_grade::Rubric) },
    Form {
        name: "catalogue",
        file: "catalogue.v1.json",
        schema: || schema_for!(shujian_grade::measure::Catalogue),
    },
    Form {
        name: "entitlement",
        file: "entitlement.v1.json",
        schema: || schema_for!(shujian_grade::measure::Entitlement),
    },
    Form {
        name: "policy-test",
        file: "policy-test.v1.json",
        schema: || schema_for!(shujian_grade::measure::case::Report),
    },
    Form {
        name: "import",
        file: "import.v1.json",
        schema: || schema_for!(shujian_registry::import::Report),
    },
    Form {
        name: "registry-sums",
        file: "registry-sums.v1.json",
        schema: || schema_for!(shujian_registry::report::Report),
    },
    Form {
        name: "agreement",
        file: "agreement.v1.json",
        schema: || schema_for!(shujian_annotation::agreement::AgreementForm),
    },
    Form {
        name: "dawid-skene",
        file: "dawid-skene.v1.json",
        schema: || schema_for!(shujian_annotation::consensus::SavedModel),
    },
    Form {
        name: "consensus",
        file: "consensus.v1.json",
        schema: || schema_for!(shujian_annotation::consensus::ConsensusForm),
    },
    Form {
        name: "label-errors",
        file: "label-errors.v1.json",
        schema: || schema_for!(shujian_annotation::errors::ErrorsForm),
    },
    Form {
        name: "evaluation",
        file: "evaluation.v1.json",
        schema: || schema_for!(shujian_annotation::eval::EvaluationForm),
    },
    Form {
        name: "conversion",
        file: "conversion.v1.json",
        schema: || schema_for!(shujian_annotation::convert::ConversionForm),
    },
    Form {
        name: "plan",
        file: "plan.v1.json",
        schema: || schema_for!(shujian_annotation::sampling::PlanForm),
    },
    Form {
        name: "registry-event",
        file: "registry-event.v1.json",
        schema: || schema_for!(shujian_registry::log::Event),
    },
    Form {
        name: "registry-receipt",
        file: "registry-receipt.v1.json",
        schema: || schema_for!(shujian_registry::Receipt),
    },
    Form {
        name: "registry-entry",
        file: "registry-entry.v1.json",
        schema: || schema_for!(shujian_registry::query::Shown),
    },
    Form {
        name: "registry-report",
        file: "registry-report.v1.json",
        schema: || schema_for!(shujian_registry::Report),
    },
];

fn names() -> clap::builder::PossibleValuesParser {
    input::names(FORMS.iter().map(|form| form.name))
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let form = FORMS.iter().find(|form| form.name == args.name);
    let form = form.expect("the parser admits names of forms only");
    output::write(&print(form), None)?;
    Ok(ExitCode::SUCCESS)
}

fn print(form: &Form) -> String {
    let json = serde_json::to_string_pretty(&(form.schema)());
    json.expect("a schema holds string keys only") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE_EXPECT=1` rewrites the files; a released form only ever grows.
    #[test]
    fn files_are_those_of_the_types() {
        for form in FORMS {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
            let file = folder.join(form.file);
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                std::fs::write(&file, print(form)).unwrap();
            }
            let kept = std::fs::read_to_string(&file).unwrap();
            assert!(kept == print(form), "{} drifted: UPDATE_EXPECT=1", file.display());
        }
    }
}
