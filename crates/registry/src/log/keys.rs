//! Keys, as c2sp.org/signed-note writes them. Ed25519; another kind of signature may stand beside
//! it on a checkpoint.

use rand_core::OsRng;
use sha2::{Digest, Sha256};
use signed_note::{
    Note, Signer as _, StandardSigner, StandardVerifier, Verifier as _, VerifierList,
};
use tlog_tiles::{Checkpoint, Hash};

use crate::Error;
use crate::hex;

/// The private key of an actor.
pub struct Signer {
    text: String,
    key: StandardSigner,
}

/// The public key of an actor or of the log.
pub struct Verifier {
    text: String,
    key: StandardVerifier,
}

/// The private key of the log.
pub struct LogKey(Signer);

fn malformed(what: impl std::fmt::Display) -> Error {
    Error::Key(format!("{what}; a key is one line, as `registry init` and `enrol` write it"))
}

impl Signer {
    /// A new key pair for a name without spaces or `+`: the private and the public key as text.
    ///
    /// - Errors: [`Error::Key`] for such a name.
    pub fn generate(name: &str) -> Result<(String, String), Error> {
        if !signed_note::is_key_name_valid(name) {
            return Err(malformed(format!("`{name}` cannot name a key")));
        }
        Ok(signed_note::generate_key(&mut OsRng, name))
    }

    /// Reads a private key.
    ///
    /// - Errors: [`Error::Key`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim().to_owned();
        let key = StandardSigner::new(&text).map_err(malformed)?;
        Ok(Self { text, key })
    }

    /// The name the key was made for: `role/name` for an actor.
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// Signs, hex.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<String, Error> {
        let signature = self.key.sign(message).map_err(malformed)?;
        Ok(hex(&signature))
    }

    /// A salt nobody without the key can guess, the same for the same request and field.
    pub(crate) fn salt(&self, request: &str, field: &str) -> String {
        let parts = ["salt", &self.text, request, field].join("\0");
        hex(&Sha256::digest(parts))
    }
}

impl Verifier {
    /// Reads a public key.
    ///
    /// - Errors: [`Error::Key`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim().to_owned();
        let key = StandardVerifier::new(&text).map_err(malformed)?;
        Ok(Self { text, key })
    }

    /// The key as text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name it was made for.
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// Whether a signature in hex holds.
    pub(crate) fn holds(&self, message: &[u8], signature: &str) -> bool {
        crate::unhex(signature).is_some_and(|bytes| self.key.verify(message, &bytes))
    }

    /// The checkpoint in a signed note; `None` unless this key signed it for this log.
    pub(crate) fn open(&self, note: &str) -> Option<Checkpoint> {
        let note = Note::from_bytes(note.as_bytes()).ok()?;
        let key = StandardVerifier::new(&self.text).ok()?;
        note.verify(&VerifierList::new(vec![Box::new(key)])).ok()?;
        let checkpoint = Checkpoint::from_bytes(note.text()).ok()?;
        (checkpoint.origin() == self.name()).then_some(checkpoint)
    }
}

impl LogKey {
    /// Reads the private key of a log; its name is the log's origin.
    ///
    /// - Errors: [`Error::Key`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        Signer::parse(text).map(Self)
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        self.0.name()
    }

    /// A signed checkpoint.
    pub(crate) fn checkpoint(&self, size: u64, root: Hash) -> Result<String, Error> {
        let text = Checkpoint::new(self.origin(), size, root, "").map_err(malformed)?.to_bytes();
        let mut note = Note::new(&text, &[]).map_err(malformed)?;
        note.add_sigs(&[&self.0.key]).map_err(malformed)?;
        String::from_utf8(note.to_bytes()).map_err(malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of c2sp.org/signed-note, by a key of another hand.
    #[test]
    fn opens_the_note_of_the_standard() {
        let skey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let signature = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let note = Note::from_bytes(format!("{text}\n{signature}").as_bytes()).unwrap();
        let known = StandardVerifier::new(vkey).unwrap();
        assert!(note.verify(&VerifierList::new(vec![Box::new(known)])).is_ok());

        let ours = Signer::parse(skey).unwrap().sign(text.as_bytes()).unwrap();
        assert!(Verifier::parse(vkey).unwrap().holds(text.as_bytes(), &ours));
        assert!(!Verifier::parse(vkey).unwrap().holds(b"another", &ours));
    }

    #[test]
    fn a_checkpoint_opens_with_its_own_key_only() {
        let (skey, vkey) = Signer::generate("log.example").unwrap();
        let (_, other) = Signer::generate("log.example").unwrap();
        let note = LogKey::parse(&skey).unwrap().checkpoint(7, Hash([3; 32])).unwrap();
        let opened = Verifier::parse(&vkey).unwrap().open(&note).unwrap();
        assert_eq!((opened.size(), opened.hash().0), (7, [3; 32]));
        assert!(Verifier::parse(&other).unwrap().open(&note).is_none());
        assert!(Verifier::parse(&vkey).unwrap().open(&note.replace("\n7\n", "\n8\n")).is_none());
    }
}
