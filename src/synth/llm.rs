//! A model, asked over the network. It gets the brief and has no tools: all it can do is answer with text.
//!
//! Keys come from the environment and go to the maker that they are for, or with `--endpoint` to that address alone; they are
//! taken out of whatever comes back.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use futures::StreamExt;
use genai::{
    Client, ModelIden, ModelSpec, ServiceTarget,
    adapter::AdapterKind,
    chat::{
        CacheControl, ChatMessage, ChatOptions, ChatRequest, ChatStreamEvent, MessageOptions, Usage,
    },
    resolver::{AuthData, Endpoint},
};
use ripout_model::{Failure, Host};

use super::{Allowed, Brief, Reply, Synthesizer, Trouble, brief::tokens};

/// How often a wait looks at the clock and at the user's wish to stop.
const TICK: Duration = Duration::from_millis(100);

/// Tries of one request, and the first pause between two of them, which doubles.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_secs(1);

/// Seconds without a byte, after which a connection counts as lost.
const SILENT: Duration = Duration::from_secs(120);

/// Bytes of what a server said of an error.
const MOST_SAID: usize = 1_000;

/// What a token costs that a maker keeps for the next request, and one that was kept, by the price of others: Anthropic's
/// terms, who alone is asked to keep something.
const KEPT: f64 = 1.25;
const KNOWN: f64 = 0.1;

/// The key for `--endpoint`.
const KEY: &str = "RIPOUT_API_KEY";

/// A model.
pub struct Model {
    name: String,
    spec: ModelSpec,
    client: Client,
    price: Option<[f64; 2]>,
    /// Whether the maker keeps the beginning of a request if it is asked to. Others do so by themselves, or not at all.
    keeps: bool,
    secrets: Vec<String>,
}

/// What a try came to, where it was no answer.
struct Failed {
    said: String,
    /// Whether another try may do better, and after how long the server wants it.
    again: bool,
    after: Option<Duration>,
    /// Bytes of an answer that came before it, if one was begun.
    begun: Option<usize>,
}

impl Model {
    /// `name` with its maker's before it, as `openai::NAME`; with an endpoint any name that is known there.
    pub fn new(
        name: &str,
        endpoint: Option<&str>,
        price: Option<[f64; 2]>,
    ) -> Result<Self, Failure> {
        let failed = |error: genai::Error| Failure::new("model", error.to_string());
        let client = Client::builder().build().map_err(failed)?;
        let (spec, kind) = match endpoint {
            None => {
                let kind = client.default_model(name).ok().map(|it| it.adapter_kind);
                (ModelSpec::from_name(name.to_owned()), kind)
            }
            Some(endpoint) => {
                let target = target(name, endpoint)?;
                let kind = target.model.adapter_kind;
                (ModelSpec::from_target(target), Some(kind))
            }
        };
        Ok(Self {
            name: name.to_owned(),
            spec,
            client,
            price,
            keeps: kind == Some(AdapterKind::Anthropic),
            secrets: secrets(),
        })
    }

    /// One answer, after as many tries as it takes and is allowed.
    async fn ask(&self, brief: &Brief, allowed: Allowed) -> Result<Reply, Trouble> {
        let mut pause = PAUSE;
        let mut left = allowed;
        for tried in 1.. {
            let failed = match self.once(brief, left.bytes).await {
                Ok(mut reply) => {
                    // What was lost in tries that broke off was paid for.
                    reply.tokens_in += allowed.tokens() - left.tokens();
                    return Ok(reply);
                }
                Err(Ok(trouble)) => return Err(trouble),
                Err(Err(failed)) => failed,
            };
            let said = self.without_secrets(&failed.said);
            if let Some(bytes) = failed.begun {
                left.bytes = left.bytes.saturating_sub(brief.text.len() + bytes);
                if left.bytes == 0 {
                    return Err(Trouble::Failed(format!(
                        "{said}; the tokens left do not suffice for another try"
                    )));
                }
            }
            if !failed.again || tried >= TRIES {
                return Err(Trouble::Failed(said));
            }
            // So that many who were turned away together do not come back together.
            let jitter = 0.5 + fastrand::f64();
            let wait = failed.after.unwrap_or(pause.mul_f64(jitter));
            if Instant::now() + wait >= allowed.deadline {
                return Err(Trouble::Failed(format!(
                    "{said}; the time left does not suffice for another try"
                )));
            }
            tokio::time::sleep(wait).await;
            pause *= 2;
        }
        unreachable!("the last try returns")
    }

    /// One try: streamed, so that an answer without end is noticed; whole where a server can't stream.
    async fn once(&self, brief: &Brief, most: usize) -> Result<Reply, Result<Trouble, Failed>> {
        let request = ChatRequest::new(messages(brief, self.keeps));
        let options = ChatOptions::default()
            .with_capture_usage(true)
            .with_stream_header_timeout(SILENT)
            .with_stream_read_timeout(SILENT);
        let failed = |error: genai::Error| Err(told(&error));
        let streamed = self
            .client
            .exec_chat_stream(self.spec.clone(), request.clone(), Some(&options))
            .await;
        let mut stream = streamed.map_err(failed)?.stream;
        let mut text = String::new();
        let mut usage = None;
        let mut ended = false;
        while let Some(event) = stream.next().await {
            match event {
                Ok(ChatStreamEvent::Chunk(chunk)) => text.push_str(&chunk.content),
                Ok(ChatStreamEvent::End(end)) => {
                    usage = end.captured_usage;
                    ended = true;
                }
                Ok(_) => {}
                // Something else came: the server may not know how to stream.
                Err(genai::Error::StreamParse { .. }) if text.is_empty() => {
                    return self.whole(brief, request, most).await;
                }
                Err(error) => {
                    return Err(Err(Failed {
                        begun: (!text.is_empty()).then_some(text.len()),
                        ..told(&error)
                    }));
                }
            }
            if text.len() > most {
                return Err(Ok(Trouble::too_long(most)));
            }
        }
        if text.is_empty() {
            return self.whole(brief, request, most).await;
        }
        if !ended {
            return Err(Err(Failed {
                said: "the connection was closed before the answer's end".into(),
                again: true,
                after: None,
                begun: Some(text.len()),
            }));
        }
        Ok(self.reply(brief, text, usage))
    }

    async fn whole(
        &self,
        brief: &Brief,
        request: ChatRequest,
        most: usize,
    ) -> Result<Reply, Result<Trouble, Failed>> {
        let answer = self.client.exec_chat(self.spec.clone(), request, None);
        let answer = answer.await.map_err(|error| Err(told(&error)))?;
        let usage = answer.usage.clone();
        let text = answer.into_first_text().unwrap_or_default();
        if text.len() > most {
            return Err(Ok(Trouble::too_long(most)));
        }
        Ok(self.reply(brief, text, Some(usage)))
    }

    fn reply(&self, brief: &Brief, text: String, usage: Option<Usage>) -> Reply {
        let counted = |count: Option<i32>| count.and_then(|it| u64::try_from(it).ok());
        let usage = usage.unwrap_or_default();
        let tokens_in = counted(usage.prompt_tokens).unwrap_or(brief.tokens as u64);
        let tokens_out = counted(usage.completion_tokens).unwrap_or(tokens(&text) as u64);
        let details = usage.prompt_tokens_details.filter(|_| self.keeps);
        let (kept, known) = details.map_or((0, 0), |it| {
            let of = |count| counted(count).unwrap_or(0);
            (of(it.cache_creation_tokens), of(it.cached_tokens))
        });
        let usd = self.price.map(|[sent, received]| {
            let paid = tokens_in.saturating_sub(kept + known) as f64
                + kept as f64 * KEPT
                + known as f64 * KNOWN;
            (paid * sent + tokens_out as f64 * received) / 1_000_000.0
        });
        Reply {
            text: self.without_secrets(&text),
            by: self.name.clone(),
            tokens_in,
            tokens_out,
            usd,
        }
    }

    fn without_secrets(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            text = text.replace(secret, "[a key was here]");
        }
        text
    }
}

impl Synthesizer for Model {
    fn name(&self) -> &str {
        "llm"
    }

    fn answer(
        &mut self,
        brief: &Brief,
        host: &dyn Host,
        allowed: Allowed,
    ) -> Result<Reply, Trouble> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Trouble::Failed(format!("start asking: {error}")))?;
        let answer = runtime.block_on(async {
            let mut asked = pin!(self.ask(brief, allowed));
            loop {
                if let Ok(answer) = tokio::time::timeout(TICK, &mut asked).await {
                    return answer;
                }
                host.check()?;
                if Instant::now() >= allowed.deadline {
                    return Err(Trouble::TimedOut);
                }
            }
        });
        // Whoever still looks up a name is not waited for.
        runtime.shutdown_background();
        answer
    }
}

/// The brief as it is sent: in one, or where the maker `keeps` it, its beginning apart, which is the same in each round.
fn messages(brief: &Brief, keeps: bool) -> Vec<ChatMessage> {
    let (head, rest) = brief.text.split_at(brief.fixed);
    if !keeps || head.is_empty() || rest.is_empty() {
        return vec![ChatMessage::user(brief.text.clone())];
    }
    let mut first = ChatMessage::user(head);
    first.options = Some(MessageOptions::from(CacheControl::Ephemeral));
    vec![first, ChatMessage::user(rest)]
}

/// A model at an address of the user's.
fn target(name: &str, endpoint: &str) -> Result<ServiceTarget, Failure> {
    if !endpoint.starts_with("http://") && !endpoint.starts_with("https://") {
        return Err(
            Failure::new("arguments", format!("--endpoint {endpoint} is no address"))
                .help("give the address up to `/v1`: `--endpoint http://localhost:8080/v1`"),
        );
    }
    let (kind, name) = match name.split_once("::") {
        Some((maker, rest)) => match AdapterKind::from_lower_str(maker) {
            Some(kind) => (kind, rest),
            None => (AdapterKind::OpenAI, name),
        },
        None => (AdapterKind::OpenAI, name),
    };
    // A maker's key is never sent to somebody else's address.
    let key = std::env::var(KEY).unwrap_or_else(|_| "none".to_owned());
    Ok(ServiceTarget {
        endpoint: Endpoint::from_owned(format!("{}/", endpoint.trim_end_matches('/'))),
        auth: AuthData::from_single(key),
        model: ModelIden::new(kind, name),
    })
}

/// What an error says, and whether another try may do better.
fn told(error: &genai::Error) -> Failed {
    // A stream hands on what its first answer said.
    let error = match error {
        genai::Error::WebStream { error: inner, .. } => inner.downcast_ref().unwrap_or(error),
        _ => error,
    };
    let status = error.status().map(|status| status.as_u16());
    let header = |name: &str| {
        let value = error.headers()?.get(name)?.to_str().ok()?;
        value.trim().parse::<f64>().ok()
    };
    let millis = header("retry-after-ms").map(|it| it / 1000.0);
    let after = millis.or_else(|| header("retry-after"));
    let said = error.to_string();
    let end = said.floor_char_boundary(MOST_SAID.min(said.len()));
    let local = matches!(
        error,
        genai::Error::NoAuthData { .. }
            | genai::Error::NoAuthResolver { .. }
            | genai::Error::RequiresApiKey { .. }
            | genai::Error::Resolver { .. }
            | genai::Error::AdapterNotSupported { .. }
    );
    Failed {
        said: said[..end].trim().to_owned(),
        again: match status {
            // Too many, too busy, too late.
            Some(status) => matches!(status, 408 | 409 | 425 | 429 | 500..=599),
            None => !local,
        },
        after: after
            .filter(|it| (0.0..=86_400.0).contains(it))
            .map(Duration::from_secs_f64),
        begun: None,
    }
}

/// What the environment holds that nobody should read in a result.
fn secrets() -> Vec<String> {
    let named = |name: &str| {
        ["KEY", "TOKEN", "SECRET", "PASSWORD"]
            .iter()
            .any(|ending| name.to_ascii_uppercase().ends_with(ending))
    };
    let mut secrets: Vec<String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| named(name) && value.len() >= 8)
        .map(|(_, value)| value)
        .collect();
    // The longest first, where one is a part of another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}
