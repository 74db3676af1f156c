//! What an actor asks for, signed with the actor's own key.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::log::{Signer, canonical};
use crate::{Error, hex};

/// One command, complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Idempotency key: the same key with the same request is done once, with another refused.
    pub key: String,
    /// `role/name`.
    pub actor: String,
    /// [`crate::Kind`] by name.
    pub kind: String,
    /// Number or id of the entry; absent for a command that makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Command.
    pub command: String,
    /// Fields; amounts in fen, scores in hundredths, personal data and sealed scores as commitments.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Json>,
    /// Version the entry must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_version: Option<i64>,
    /// Day to act on; in a trial registry only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
}

/// A request with its signature, and the personal data that it commits to.
#[derive(Debug, Clone)]
pub struct Signed {
    pub(crate) request: Request,
    pub(crate) signature: String,
    pub(crate) privates: Vec<Private>,
}

/// Personal data and the salt of its commitment.
#[derive(Debug, Clone)]
pub(crate) struct Private {
    pub(crate) commitment: String,
    pub(crate) salt: String,
    pub(crate) body: String,
}

impl Request {
    /// A command on an entry, or one that makes an entry where `target` is absent.
    pub fn new(kind: crate::Kind, target: Option<&str>, command: &str) -> Self {
        Self {
            key: uuid::Uuid::now_v7().to_string(),
            actor: String::new(),
            kind: kind.name().to_owned(),
            target: target.map(str::to_owned),
            command: command.to_owned(),
            fields: BTreeMap::new(),
            if_version: None,
            on: None,
        }
    }

    /// The same request with a field.
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// The same request under an idempotency key.
    pub fn keyed(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// The same request on a day, for a trial registry.
    pub fn on(mut self, day: impl Into<String>) -> Self {
        self.on = Some(day.into());
        self
    }

    /// Signs, with `private` fields replaced by commitments.
    ///
    /// - Errors: [`Error::Key`].
    pub fn sign(self, signer: &Signer, private: &[(&str, &str)]) -> Result<Signed, Error> {
        let mut request = self;
        signer.name().clone_into(&mut request.actor);
        let mut privates = Vec::new();
        for (field, body) in private {
            let salt = signer.salt(&request.key, field);
            let commitment = commit(&salt, body);
            request.fields.insert((*field).to_owned(), commitment.clone().into());
            privates.push(Private { commitment, salt, body: (*body).to_owned() });
        }
        let signature = signer.sign(canonical(&request).as_bytes())?;
        Ok(Signed { request, signature, privates })
    }

    /// What two persons have to agree on: everything but who asks, when and under which key.
    pub(crate) fn body_hash(&self) -> String {
        let body = (&self.kind, &self.target, &self.command, &self.fields);
        hex(&Sha256::digest(canonical(&body)))
    }
}

/// The commitment to a text under a salt: SHA-256 of salt, a zero byte and the text, hex.
pub(crate) fn commit(salt: &str, body: &str) -> String {
    hex(&Sha256::digest([salt, body].join("\0")))
}
