//! What `?sslmode=` of a PostgreSQL address asks for is what happens, or nothing does.

use shujian_registry::{Error, LogKey, Mode, Signer, Store};

use super::places::{said, start};

async fn create(url: &str) -> Result<Store, Error> {
    let log = Signer::generate("registry.example/tls").unwrap();
    let (skey, vkey) = Signer::generate("admin/root").unwrap();
    let admin = Signer::parse(&skey).unwrap();
    let key = LogKey::parse(&log.0).unwrap();
    Store::create(url, key, &log.1, (&admin, &vkey), Mode::Trial).await
}

#[test]
fn a_server_without_tls_is_refused_where_tls_is_required() {
    let Some((server, _)) = said(start(false)) else { return };
    let url = server.database();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for mode in ["require", "verify-ca", "verify-full"] {
            let refused = create(&format!("{url}?sslmode={mode}")).await.err().unwrap();
            assert!(refused.to_string().to_lowercase().contains("tls"), "{mode}: {refused}");
        }
        assert!(create(&format!("{url}?sslmode=disable")).await.is_ok());
    });
}

#[test]
fn a_server_with_tls_is_spoken_to_and_told_from_another() {
    let Some((server, certificate)) = said(start(true)) else { return };
    let certificate = certificate.display();
    let encrypted = format!("{}?sslmode=require", server.database());
    let unknown = format!("{}?sslmode=verify-full", server.database());
    let known = format!("{}?sslmode=verify-full&sslrootcert={certificate}", server.database());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        create(&encrypted).await.unwrap();
        assert_eq!(Store::open(&encrypted, None).await.unwrap().size().await.unwrap(), 1);
        create(&known).await.unwrap();
        let refused = create(&unknown).await.err().unwrap().to_string();
        assert!(refused.contains("certificate"), "{refused}");
    });
}
