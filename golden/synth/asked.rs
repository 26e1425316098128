//! A run in which somebody is asked who can't be trusted.

use std::path::Path;

use serde_json::Value;

use super::corpus::{Job, ripout};

/// Seconds by which a limit may be passed: what is under way has to be ended.
const GRACE: f64 = 10.0;

/// Takes a row out with somebody to ask who answers badly, and gives the outcomes of the answers. `limits`: seconds and
/// tokens that these may take.
pub fn asked(
    job: &Job,
    out: &Path,
    limits: [f64; 2],
    options: &[&str],
) -> Result<Vec<String>, String> {
    let [budget, tokens] = limits;
    let (out, seconds, most) = (
        out.to_string_lossy().into_owned(),
        budget.to_string(),
        tokens.to_string(),
    );
    let mut all = vec![
        "--out",
        &out,
        "--synth-budget",
        &seconds,
        "--max-tokens",
        &most,
        "--max-rounds",
        "9",
    ];
    all.extend(options);
    let found = ripout("extract", job, &all)?;
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    if found["verdict"] != "equivalent" || found["module"]["synthesized"] != 0 {
        let (verdict, reason) = (&found["verdict"], &found["reason"]["text"]);
        return Err(format!("the slice does not stand: {verdict} {reason}"));
    }
    let attempts = found["attempts"].as_array().cloned().unwrap_or_default();
    let [slice, answers @ ..] = &attempts[..] else {
        return Err("there is no attempt".into());
    };
    let word = |attempt: &Value| attempt["outcome"].as_str().unwrap_or_default().to_owned();
    let outcomes: Vec<String> = answers.iter().map(word).collect();
    if slice["synthesizer"] != "slice" || word(slice) != "equivalent" {
        return Err(format!("the slice is {slice}"));
    }
    if outcomes.iter().any(|it| it == "equivalent") {
        return Err(format!("a wrong module is equivalent: {outcomes:?}"));
    }
    let spent: f64 = answers.iter().map(|it| number(&it["tokens"])).sum();
    if spent > tokens {
        return Err(format!("{spent} tokens of {tokens}"));
    }
    let took: f64 = answers.iter().map(|it| number(&it["seconds"])).sum();
    if took > budget + GRACE {
        return Err(format!("{took} s of {budget}"));
    }
    Ok(outcomes)
}
