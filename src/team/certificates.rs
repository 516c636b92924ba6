//! Which servers are believed to be who they say: those whose certificate an authority signed that this computer trusts.

use std::error::Error;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::say;
use crate::team::address::Address;
use crate::team::hub::HubError;

/// What checks a server's certificate: against the authorities that the address names, or the system's. Fails where none can be read.
pub fn checked_for(address: &Address) -> Result<MakeRustlsConnect, HubError> {
    let mut roots = RootCertStore::empty();
    match &address.authorities {
        Some(path) => {
            let all = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
            let unread = |_| {
                let path = path.display();
                HubError::Refused(say!("can't read certificates in {path}; sslrootcert names a PEM file", path))
            };
            roots.add_parsable_certificates(all.map_err(unread)?);
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        let why =
            say!("no authority is known that could vouch for the server; name one: sslrootcert=FILE in the address");
        return Err(HubError::Refused(why.into()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|_| HubError::Refused(say!("TLS can't be used here").into()))?;
    Ok(MakeRustlsConnect::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

/// Why a certificate was not believed, if that is what an error tells, in words for the coder.
pub fn refusal(error: &(dyn Error + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let tls = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(tls) = tls.or_else(|| error.downcast_ref::<rustls::Error>()) {
            return Some(told(tls));
        }
        next = error.source();
    }
    None
}

fn told(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => say!(
                "the server's certificate has expired: its administrator must renew it (or this computer's clock is wrong)"
            )
            .into(),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                say!("the server's certificate is not valid yet; is this computer's clock right?").into()
            }
            CertificateError::UnknownIssuer => say!(
                "nobody whom this computer trusts vouches for the server's certificate; sslrootcert=FILE in the address names an authority of your own"
            )
            .into(),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                say!("the server's certificate is for another name than the address has").into()
            }
            CertificateError::Revoked => say!("the server's certificate was revoked").into(),
            _ => say!("the server's certificate is not believed").into(),
        },
        _ => say!("no safe connection to the server could be made (TLS)").into(),
    }
}
