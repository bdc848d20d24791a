//! Who a visitor is: a random session id in a cookie, signed once the token was presented. Nothing is kept on the
//! server, so a restart signs nobody out and a changed token signs everybody out.

use axum::http::{HeaderMap, header};
use hmac::{Hmac, KeyInit, Mac};
use rowcall_shared::Secret;
use sha2::{Digest, Sha256};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

const COOKIE: &str = "rowcall_session";
/// How long a sign-in lasts.
const LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

/// A visitor who may look at the console.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// How the store knows them: derived from the session, which it does not reveal.
    pub name: String,
    /// What their forms must carry.
    pub csrf: String,
    /// Makes their idempotency keys their own.
    pub scope: String,
    /// Came with a token, so can be signed out.
    pub signed_in: bool,
    /// Sees everyone's runs, and where their answers went.
    pub sees_all: bool,
}

/// What a request's headers say of its sender.
pub enum Identity {
    /// May come in.
    Visitor(Visitor),
    /// Must sign in first. Holds the session their sign-in form belongs to.
    Stranger(Session),
    /// Comes for the first time, and no token is needed. Holds the new session, to be set as a cookie.
    Newcomer(Visitor, Session),
}

/// A session id that nobody can guess.
#[derive(Clone)]
pub struct Session {
    id: String,
    /// Not yet in the visitor's cookies.
    pub is_new: bool,
}

/// Reads and makes session cookies.
pub struct Sessions {
    token: Option<Secret>,
}

impl Sessions {
    /// Sessions that need `token`, if there is one.
    pub fn new(token: Option<&Secret>) -> Self {
        Self { token: token.cloned() }
    }

    /// Who sends a request.
    pub fn identify(&self, headers: &HeaderMap) -> Identity {
        let session = cookie(headers).and_then(|value| {
            let id = value.split('.').next().unwrap_or("");
            let valid = id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
            valid.then(|| (Session { id: id.to_owned(), is_new: false }, value))
        });
        let Some(token) = &self.token else {
            return match session {
                Some((session, _)) => Identity::Visitor(session.visitor(false)),
                None => {
                    let session = Session::new();
                    Identity::Newcomer(session.visitor(false), session)
                }
            };
        };
        if let Some(offered) = bearer(headers)
            && same(offered, token.reveal())
        {
            let id = hex::encode(Sha256::digest(format!("rowcall bearer v1\0{}", token.reveal())));
            return Identity::Visitor(Session { id, is_new: false }.visitor(false));
        }
        match session {
            Some((session, value)) if signature_holds(token, value, now()) => {
                Identity::Visitor(session.visitor(true))
            }
            Some((session, _)) => Identity::Stranger(session),
            None => Identity::Stranger(Session::new()),
        }
    }

    /// The cookie of a signed-in session, when `offered` is the token.
    pub fn sign_in(&self, offered: &str, secure: bool) -> Option<String> {
        let token = self.token.as_ref().filter(|token| same(offered.trim(), token.reveal()))?;
        let (session, until) = (Session::new(), now() + LIFETIME.as_secs());
        let signature = hex::encode(sign(token, &session.id, until).finalize().into_bytes());
        Some(set_cookie(&format!("{}.{until}.{signature}", session.id), LIFETIME.as_secs(), secure))
    }

    /// The cookie that ends a session.
    pub fn sign_out() -> String {
        set_cookie("", 0, false)
    }
}

impl Session {
    fn new() -> Self {
        let id = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        Self { id, is_new: true }
    }

    /// What forms of this session must carry.
    pub fn csrf(&self) -> String {
        hex::encode(Sha256::digest(format!("rowcall csrf v1\0{}", self.id)))
    }

    /// The cookie of this session, not signed in.
    pub fn cookie(&self) -> String {
        set_cookie(&self.id, LIFETIME.as_secs(), false)
    }

    fn visitor(&self, signed_in: bool) -> Visitor {
        let scope = hex::encode(Sha256::digest(format!("rowcall visitor v1\0{}", self.id)));
        Visitor {
            name: format!("visitor-{}", &scope[..12]),
            csrf: self.csrf(),
            scope,
            signed_in,
            sees_all: false,
        }
    }
}

/// Whether two texts are the same, in a time that does not tell how far they agree.
pub fn same(a: &str, b: &str) -> bool {
    mac(a.as_bytes()).verify_slice(&mac(b.as_bytes()).finalize().into_bytes()).is_ok()
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

fn sign(token: &Secret, id: &str, until: u64) -> Hmac<Sha256> {
    let mut mac = mac(token.reveal().as_bytes());
    mac.update(format!("rowcall session v1\0{id}\0{until}").as_bytes());
    mac
}

fn signature_holds(token: &Secret, value: &str, now: u64) -> bool {
    let mut parts = value.split('.');
    let (Some(id), Some(until), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Ok(until), Ok(signature)) = (until.parse::<u64>(), hex::decode(signature)) else { return false };
    until > now && sign(token, id, until).verify_slice(&signature).is_ok()
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn set_cookie(value: &str, seconds: u64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(token: Option<&str>, name: header::HeaderName, value: &str, may_enter: bool) {
        let sessions = Sessions::new(token.map(Secret::new).as_ref());
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        let entered = !matches!(sessions.identify(&headers), Identity::Stranger(_));
        assert_eq!(entered, may_enter, "{token:?} {value}");
    }

    #[test]
    fn only_the_token_or_a_signed_and_fresh_session_comes_in() {
        let (token, id) = (Secret::new("correct horse"), "ab".repeat(32));
        let signed = |until: u64| {
            let signature = hex::encode(sign(&token, &id, until).finalize().into_bytes());
            format!("rowcall_session={id}.{until}.{signature}")
        };
        let cookie = |value: &str, may| check(Some("correct horse"), header::COOKIE, value, may);
        cookie(&signed(now() + 60), true);
        cookie(&format!("a=b; {}", signed(now() + 60)), true);
        cookie(&signed(now() - 1), false);
        cookie(&signed(now() + 60).replace("ab", "cd"), false);
        cookie(&format!("rowcall_session={id}"), false);
        cookie(&format!("rowcall_session={id}.99999999999."), false);
        let bearer = |value: &str, may| check(Some("correct horse"), header::AUTHORIZATION, value, may);
        bearer("Bearer correct horse", true);
        bearer("bearer correct horse", true);
        bearer("Bearer correct hors", false);
        bearer("Bearer ", false);
        bearer("Basic correct horse", false);
        check(None, header::COOKIE, &format!("rowcall_session={id}"), true);
    }

    #[test]
    fn a_session_is_made_by_the_right_token_only_and_holds() {
        let sessions = Sessions::new(Some(&Secret::new("correct horse")));
        assert!(sessions.sign_in("wrong", false).is_none());
        let cookie = sessions.sign_in(" correct horse\n", true).unwrap();
        assert!(cookie.contains("HttpOnly; SameSite=Strict; Secure"), "{cookie}");
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.split(';').next().unwrap().parse().unwrap());
        assert!(matches!(sessions.identify(&headers), Identity::Visitor(v) if v.signed_in));
        let changed = Sessions::new(Some(&Secret::new("another")));
        assert!(matches!(changed.identify(&headers), Identity::Stranger(_)));
    }
}
